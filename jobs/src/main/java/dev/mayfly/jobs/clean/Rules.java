package dev.mayfly.jobs.clean;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * What makes a line a transaction. A line has nine fields split by commas: id, time ({@code yyyy-MM-dd HH:mm:ss}, UTC;
 * {@code 24:00:00} is the next midnight), customer, terminal (the placeholder means an unknown one), amount, two derived times
 * that are passed over, fraud, scenario. The first rule that a line breaks is its reason. Of lines with the same transaction
 * id the first in order of their texts is kept.
 */
final class Rules {

    private final String placeholderTerminal;

    /**
     * @param placeholderTerminal the terminal id that stands for an unknown one, or an empty text if there is none
     */
    Rules(String placeholderTerminal) {
        this.placeholderTerminal = placeholderTerminal;
    }

    /** The lines that hold data: neither empty nor comments. */
    static Dataset<Row> dataLines(Dataset<Row> lines) {
        return lines.filter(
                not(trim(col("value")).equalTo("")).and(not(col("value").startsWith("#"))));
    }

    /** The lines as {@link Line} reads them. */
    static Dataset<Row> typed(Dataset<Row> dataLines) {
        return dataLines
                .sparkSession()
                .createDataFrame(dataLines.javaRDD().map(row -> Line.typed(row.getString(0))), Line.SCHEMA);
    }

    /** The ids that stand on more than one of the typed lines that break no rule by themselves. */
    static Dataset<Row> repeatedIds(Dataset<Row> typed) {
        return typed.filter(col("reason").isNull())
                .groupBy(col("transaction_id").alias("repeated_id"))
                .count()
                .filter(col("count").gt(1))
                .select("repeated_id");
    }

    /**
     * The typed lines with their final reason. Only those whose id is repeated are compared with each other: a slice has few, and
     * all others need not be moved or sorted.
     */
    static Dataset<Row> judged(Dataset<Row> typed, Dataset<Row> repeatedIds) {
        Column isRepeated = col("transaction_id")
                .equalTo(col("repeated_id"))
                .and(col("reason").isNull());
        WindowSpec sameId = Window.partitionBy("transaction_id").orderBy("value");
        Column first = org.apache.spark.sql.functions.first(col("value")).over(sameId);
        Column again = when(
                row_number().over(sameId).gt(1),
                when(col("value").equalTo(first), lit("duplicate")).otherwise(lit("conflicting_duplicate")));
        return typed.join(repeatedIds, isRepeated, "left_anti")
                .union(typed.join(repeatedIds, isRepeated, "left_semi").withColumn("reason", again));
    }

    /** The clean rows of judged lines, with their final columns. */
    Dataset<Row> clean(Dataset<Row> judged) {
        Column terminal = placeholderTerminal.isEmpty()
                ? col("raw_terminal")
                : when(col("raw_terminal").equalTo(Long.parseLong(placeholderTerminal)), lit(null))
                        .otherwise(col("raw_terminal"));
        return judged.filter(col("reason").isNull())
                .select(
                        col("transaction_id"),
                        col("tx_seconds"),
                        col("customer_id"),
                        terminal.alias("terminal_id"),
                        col("tx_amount"),
                        col("tx_fraud"),
                        col("tx_fraud_scenario"));
    }

    static Dataset<Row> quarantine(Dataset<Row> judged) {
        return judged.filter(col("reason").isNotNull()).select("value", "reason");
    }
}
