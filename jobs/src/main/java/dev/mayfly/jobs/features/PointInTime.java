package dev.mayfly.jobs.features;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Checks that inputs use only what was known at the time of their transaction. It computes them twice: from all rows,
 * and as of a certain moment, without later rows and without labels that were not known by then. An input that differs
 * has looked ahead.
 */
final class PointInTime {

    private PointInTime() {}

    /**
     * Returns, by input, the number of rows that change without the future; empty if no input has looked ahead.
     *
     * @param transactions clean ones
     * @param computation adds the inputs
     * @param inputs their names
     * @param moment in seconds; what is compared are the rows up to it
     */
    public static Map<String, Long> leaks(
            Dataset<Row> transactions, UnaryOperator<Dataset<Row>> computation, List<String> inputs, long moment) {
        Dataset<Row> past = transactions
                .filter(col("tx_seconds").leq(moment))
                .withColumn(
                        "tx_fraud",
                        when(col("tx_seconds").gt(moment - Features.DELAY_SECONDS), lit(0))
                                .otherwise(col("tx_fraud")));
        Dataset<Row> then = computation.apply(past).select(columns(inputs, "then_"));
        Dataset<Row> now = computation
                .apply(transactions)
                .filter(col("tx_seconds").leq(moment))
                .select(columns(inputs, "now_"));
        Column[] changes = inputs.stream()
                .map(name -> sum(when(not(col("then_" + name).eqNullSafe(col("now_" + name))), 1)
                        .otherwise(0)))
                .toArray(Column[]::new);
        Row counts = then.join(now, col("then_transaction_id").equalTo(col("now_transaction_id")))
                .agg(count(lit(1)), changes)
                .first();
        Map<String, Long> leaks = new LinkedHashMap<>();
        for (int n = 0; n < inputs.size(); n++) {
            if (!counts.isNullAt(n + 1) && counts.getLong(n + 1) > 0) {
                leaks.put(inputs.get(n), counts.getLong(n + 1));
            }
        }
        return leaks;
    }

    private static Column[] columns(List<String> inputs, String prefix) {
        Column[] columns = new Column[inputs.size() + 1];
        for (int n = 0; n < inputs.size(); n++) {
            columns[n] = col(inputs.get(n)).alias(prefix + inputs.get(n));
        }
        columns[inputs.size()] = col("transaction_id").alias(prefix + "transaction_id");
        return columns;
    }
}
