"""The features of a payment. They look only at the payment and at what came before it."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as f

COLUMNS = ["amount", "hour", "is_night", "times_usual"]


def with_features(payments: DataFrame) -> DataFrame:
    """Adds the features to rows of customer, seconds, amount."""
    before = Window.partitionBy("customer").orderBy("seconds").rowsBetween(Window.unboundedPreceding, -1)
    usual = f.coalesce(f.avg("amount").over(before), f.col("amount"))
    return (
        payments.withColumn("hour", (f.col("seconds") / 3600 % 24).cast("double"))
        .withColumn("is_night", (f.col("hour") < 6).cast("double"))
        .withColumn("times_usual", f.col("amount") / usual)
    )
