package dev.mayfly.jobs.features;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.hash;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The 15 inputs of the Fraud Detection Handbook's baseline: the amount and 14 values that look only at the past.
 *
 * <p>Windows are (t−w, t] for customers and (t−D−w, t−D] for terminals, with w = 1, 7, 30 days and D = 7 days, the time
 * after which labels are known. If a customer has several rows in one second, the order is that of transaction ids:
 * later rows see earlier ones. An unknown terminal has no past: its values are 0.
 *
 * <p>Rows are grouped by customer, sorted by time and read once, while the edges of all windows move along; then the
 * same by terminal. The order of the result is always the same. Time is linear in rows; memory holds one customer's or
 * terminal's rows of the longest window.
 */
public final class Features {

    /** How many days before a row its values may depend on. */
    public static final int HISTORY_DAYS = 37;

    static final int[] WINDOW_DAYS = {1, 7, 30};
    static final long DAY_SECONDS = 86_400;
    static final long DELAY_SECONDS = 7 * DAY_SECONDS;

    private Features() {}

    /** The names of the inputs, in the order in which the model takes them. */
    public static List<String> names() {
        List<String> names = new ArrayList<>(Arrays.asList("tx_amount", "during_weekend", "during_night"));
        names.addAll(ofCustomers());
        names.addAll(ofTerminals());
        return Collections.unmodifiableList(names);
    }

    /** How many days before a row its input of a name may depend on. */
    public static int historyDays(String name) {
        for (int days : WINDOW_DAYS) {
            if (name.endsWith("_" + days + "d")) {
                return name.startsWith("terminal_") ? days + (int) (DELAY_SECONDS / DAY_SECONDS) : days;
            }
        }
        return 0;
    }

    /**
     * Returns the rows of one slice with their inputs; reads no more of other slices than these need.
     *
     * @param transactions clean ones, with the column {@code slice}
     * @throws IllegalArgumentException if there are no rows of the slice
     */
    public static Dataset<Row> ofSlice(Dataset<Row> transactions, long slice) {
        Row span = transactions
                .filter(col("slice").equalTo(slice))
                .agg(min("tx_seconds"), max("tx_seconds"))
                .first();
        if (span.isNullAt(0)) {
            throw new IllegalArgumentException(
                    "slice " + slice + ": no clean rows (expected: a slice that was cleaned)");
        }
        Dataset<Row> needed = transactions.filter(col("tx_seconds")
                .geq(span.getLong(0) - HISTORY_DAYS * DAY_SECONDS)
                .and(col("tx_seconds").leq(span.getLong(1))));
        return add(needed).filter(col("slice").equalTo(slice));
    }

    static long[] windowSeconds() {
        return Arrays.stream(WINDOW_DAYS).mapToLong(days -> days * DAY_SECONDS).toArray();
    }

    private static List<String> ofCustomers() {
        List<String> names = new ArrayList<>();
        for (int days : WINDOW_DAYS) {
            names.add("customer_nb_tx_" + days + "d");
            names.add("customer_avg_amount_" + days + "d");
        }
        return names;
    }

    private static List<String> ofTerminals() {
        List<String> names = new ArrayList<>();
        for (int days : WINDOW_DAYS) {
            names.add("terminal_nb_tx_" + days + "d");
            names.add("terminal_risk_" + days + "d");
        }
        return names;
    }

    /** Adds the inputs to clean transactions, and {@code day}, the number of the day since 1970. */
    public static Dataset<Row> add(Dataset<Row> transactions) {
        Dataset<Row> rows = transactions.withColumn(
                "day", col("tx_seconds").divide(DAY_SECONDS).cast("long"));
        return terminalValues(customerValues(timeValues(rows)));
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
        Dataset<Row> inOrder = rows.repartition(col("customer_id"))
                .sortWithinPartitions("customer_id", "tx_seconds", "transaction_id");
        return walked(inOrder, ofCustomers(), new CustomerWindows.Columns(inOrder.schema()));
    }

    /** Rows of unknown terminals are spread by customer, so that no worker gets them all. */
    private static Dataset<Row> terminalValues(Dataset<Row> rows) {
        Column spread =
                when(col("terminal_id").isNull(), hash(col("customer_id"))).otherwise(hash(col("terminal_id")));
        Dataset<Row> inOrder =
                rows.repartition(spread).sortWithinPartitions("terminal_id", "tx_seconds", "transaction_id");
        return walked(inOrder, ofTerminals(), new TerminalWindows.Columns(inOrder.schema()));
    }

    private static Dataset<Row> walked(Dataset<Row> inOrder, List<String> names, Walk.Factory walk) {
        StructType schema = inOrder.schema();
        for (String name : names) {
            schema = schema.add(name, DataTypes.DoubleType, false);
        }
        SparkSession spark = inOrder.sparkSession();
        return spark.createDataFrame(inOrder.javaRDD().mapPartitions(all -> new Walk(all, walk.open())), schema);
    }
}
