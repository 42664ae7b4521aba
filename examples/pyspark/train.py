"""Trains the model, and registers it. Knows of Spark and MLflow, and of nothing else."""

import argparse

import mlflow
from pyspark.ml import Pipeline
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.evaluation import BinaryClassificationEvaluator
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import SparkSession

from fraud_features import COLUMNS, with_features

parser = argparse.ArgumentParser()
parser.add_argument("--input", required=True)
parser.add_argument("--model", required=True)
arguments = parser.parse_args()

spark = SparkSession.builder.appName("train").getOrCreate()
payments = spark.read.csv(arguments.input, header=True, inferSchema=True).withColumnRenamed("fraud", "label")
boundary = payments.approxQuantile("seconds", [0.8], 0.0)[0]
featured = with_features(payments).cache()
train, test = featured.where(f"seconds <= {boundary}"), featured.where(f"seconds > {boundary}")

mlflow.set_experiment("fraud by the team")
with mlflow.start_run():
    stages = [VectorAssembler(inputCols=COLUMNS, outputCol="features"), LogisticRegression(maxIter=20)]
    model = Pipeline(stages=stages).fit(train)
    precision = BinaryClassificationEvaluator(metricName="areaUnderPR").evaluate(model.transform(test))
    mlflow.log_params({"rows": train.count(), "features": ",".join(COLUMNS)})
    mlflow.log_metric("average_precision", precision)
    mlflow.spark.log_model(model, "model", registered_model_name=arguments.model, pip_requirements=["pyspark"])
print(f"average precision {precision:.3f} on {test.count()} payments")
