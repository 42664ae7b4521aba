package dev.mayfly.jobs.check;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.mayfly.jobs.check.Finding.Bounds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Rules for the rows of a slice, whatever other slices are like. One pass checks them all. */
final class RowRules {

    /** The greatest amount that a card payment may have. */
    private static final double GREATEST_AMOUNT = 10_000;

    private final double maxRejectedShare;

    RowRules(double maxRejectedShare) {
        this.maxRejectedShare = maxRejectedShare;
    }

    List<Finding> findings(Dataset<Row> clean, long rejected) {
        Column fraud = col("tx_fraud");
        Column scenario = col("tx_fraud_scenario");
        Row row = clean.agg(
                        count(lit(1)),
                        missing("customer_id"),
                        missing("tx_amount"),
                        missing("terminal_id"),
                        countDistinct("transaction_id"),
                        sum(when(col("tx_amount").lt(0).or(col("tx_amount").gt(GREATEST_AMOUNT)), 1)
                                .otherwise(0)),
                        sum(when(fraud.equalTo(1).equalTo(scenario.gt(0)), 0).otherwise(1)),
                        sum(fraud))
                .first();
        double rows = row.getLong(0);
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.atMost("completeness: share without a customer", row.getLong(1) / rows, none()));
        findings.add(Finding.atMost("completeness: share without an amount", row.getLong(2) / rows, none()));
        findings.add(Finding.atMost(
                "completeness: share with an unknown terminal", row.getLong(3) / rows, new Bounds(0.1, 0.5)));
        findings.add(Finding.atMost("uniqueness: rows with a repeated transaction id", rows - row.getLong(4), none()));
        findings.add(Finding.atMost(
                "range: share of amounts below 0 or above " + (long) GREATEST_AMOUNT,
                row.getLong(5) / rows,
                new Bounds(0.0001, 0.01)));
        findings.add(
                Finding.atMost("labels: rows whose fraud and scenario contradict", (double) row.getLong(6), none()));
        findings.add(Finding.atMost("labels: share of fraud", row.getLong(7) / rows, new Bounds(0.1, 0.3)));
        findings.add(Finding.atMost(
                "rejected share", rejected / (rows + rejected), new Bounds(maxRejectedShare / 2, maxRejectedShare)));
        return findings;
    }

    private static Bounds none() {
        return new Bounds(0, 0);
    }

    private static Column missing(String column) {
        return sum(when(col(column).isNull(), 1).otherwise(0));
    }

    /** Checks the rows of each day: how far the emptiest and the fullest day are from the usual day of a reference. */
    static Finding volume(long[] days, long[] referenceDays) {
        double usual = median(referenceDays);
        double furthest = 0;
        for (long rows : days) {
            furthest = Math.max(furthest, Math.abs(rows / usual - 1));
        }
        return Finding.atMost("volume: furthest day from the usual number of rows", furthest, new Bounds(0.3, 0.7));
    }

    private static double median(long[] days) {
        long[] sorted = Arrays.stream(days).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }
}
