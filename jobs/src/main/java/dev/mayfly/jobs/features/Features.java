package dev.mayfly.jobs.features;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * The 15 inputs of the Fraud Detection Handbook's baseline: the amount and 14 values that look only at the past.
 *
 * <p>Windows are (t−w, t] for customers and (t−D−w, t−D] for terminals, with w = 1, 7, 30 days and D = 7 days, the time
 * after which labels are known. Of a customer's rows in one second the later in order of transaction id see the earlier. A
 * sliding frame would be summed anew for every row, so every window is the difference of two sums from the beginning; in whole
 * cents, so that the differences are exact. An unknown terminal has no past: its values are 0.
 */
public final class Features {

    /** How many days before a row its values may depend on. */
    public static final int HISTORY_DAYS = 37;

    private static final int[] WINDOW_DAYS = {1, 7, 30};
    private static final long DELAY_SECONDS = 7L * 86_400;
    private static final long DAY_SECONDS = 86_400;

    /** Room for a row number below every second; half of it is more rows than a customer can have. */
    private static final long SCALE = 1L << 24;

    private Features() {}

    /** The names of the inputs, in the order in which the model takes them. */
    public static List<String> names() {
        List<String> names = new ArrayList<>(Arrays.asList("tx_amount", "during_weekend", "during_night"));
        for (int days : WINDOW_DAYS) {
            names.add("customer_nb_tx_" + days + "d");
            names.add("customer_avg_amount_" + days + "d");
        }
        for (int days : WINDOW_DAYS) {
            names.add("terminal_nb_tx_" + days + "d");
            names.add("terminal_risk_" + days + "d");
        }
        return Collections.unmodifiableList(names);
    }

    /** Adds the inputs to clean transactions, and {@code day}, the number of the day since 1970. */
    public static Dataset<Row> add(Dataset<Row> transactions) {
        Dataset<Row> rows = transactions
                .withColumn("day", col("tx_seconds").divide(DAY_SECONDS).cast("long"))
                .withColumn("cents", round(col("tx_amount").multiply(100)).cast("long"));
        return terminalValues(customerValues(timeValues(rows))).drop("cents");
    }

    /** Day 0 of 1970 was a Thursday, so Saturdays and Sundays are 2 and 3 modulo 7. */
    private static Dataset<Row> timeValues(Dataset<Row> rows) {
        Column weekday = pmod(col("day"), lit(7));
        Column hour = pmod(col("tx_seconds"), lit(DAY_SECONDS)).divide(3_600).cast("int");
        return rows.withColumn(
                        "during_weekend",
                        when(weekday.equalTo(2).or(weekday.equalTo(3)), 1.0).otherwise(0.0))
                .withColumn("during_night", when(hour.leq(6), 1.0).otherwise(0.0));
    }

    private static Dataset<Row> customerValues(Dataset<Row> rows) {
        WindowSpec inOrder = Window.partitionBy("customer_id").orderBy("tx_seconds", "transaction_id");
        Dataset<Row> keyed = rows.withColumn(
                "order_key", col("tx_seconds").multiply(SCALE).plus(row_number().over(inOrder)));
        WindowSpec byKey = Window.partitionBy("customer_id").orderBy("order_key");
        Dataset<Row> valued = keyed;
        WindowSpec upToNow = byKey.rangeBetween(Window.unboundedPreceding(), 0);
        for (int days : WINDOW_DAYS) {
            WindowSpec before =
                    byKey.rangeBetween(Window.unboundedPreceding(), -days * DAY_SECONDS * SCALE + SCALE / 2 - 1);
            Column number = count(lit(1)).over(upToNow).minus(count(lit(1)).over(before));
            Column cents =
                    sum("cents").over(upToNow).minus(coalesce(sum("cents").over(before), lit(0L)));
            valued = valued.withColumn("customer_nb_tx_" + days + "d", number.cast("double"))
                    .withColumn(
                            "customer_avg_amount_" + days + "d",
                            cents.cast("double").divide(100).divide(number));
        }
        return valued.drop("order_key");
    }

    /** Rows of unknown terminals are spread by customer, so that no worker gets them all. */
    private static Dataset<Row> terminalValues(Dataset<Row> rows) {
        Column spread = when(col("terminal_id").isNull(), col("customer_id"));
        WindowSpec byTime = Window.partitionBy(col("terminal_id"), spread).orderBy("tx_seconds");
        WindowSpec known = byTime.rangeBetween(Window.unboundedPreceding(), -DELAY_SECONDS);
        Dataset<Row> valued = rows;
        for (int days : WINDOW_DAYS) {
            WindowSpec before = byTime.rangeBetween(Window.unboundedPreceding(), -DELAY_SECONDS - days * DAY_SECONDS);
            Column number = count(lit(1)).over(known).minus(count(lit(1)).over(before));
            Column frauds = coalesce(sum("tx_fraud").over(known), lit(0L))
                    .minus(coalesce(sum("tx_fraud").over(before), lit(0L)));
            Column has = col("terminal_id").isNotNull().and(number.gt(0));
            valued = valued.withColumn(
                            "terminal_nb_tx_" + days + "d",
                            when(has, number.cast("double")).otherwise(0.0))
                    .withColumn(
                            "terminal_risk_" + days + "d",
                            when(has, frauds.cast("double").divide(number)).otherwise(0.0));
        }
        return valued;
    }
}
