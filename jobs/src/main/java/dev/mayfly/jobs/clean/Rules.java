package dev.mayfly.jobs.clean;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What makes a line a transaction. A line has nine fields split by commas: id, time ({@code yyyy-MM-dd HH:mm:ss}, UTC;
 * {@code 24:00:00} is the next midnight), customer, terminal (the placeholder means an unknown one), amount, two
 * derived times that are ignored, fraud, scenario. The first rule that a line breaks is its reason. Of lines with the
 * same transaction id the first in order of their texts is kept.
 */
final class Rules {

    private final String placeholderTerminal;

    /**
     * @param placeholderTerminal the terminal id that stands for an unknown one, or an empty text if there is none
     */
    Rules(String placeholderTerminal) {
        this.placeholderTerminal = placeholderTerminal;
    }

    /** Returns the lines that hold data: neither empty nor comments. */
    static Dataset<Row> dataLines(Dataset<Row> lines) {
        return lines.filter(
                not(trim(col("value")).equalTo("")).and(not(col("value").startsWith("#"))));
    }

    /**
     * Returns the lines as {@link Line} reads them. A rejected line has its reason and keeps its text. One shuffle
     * brings all lines of an id together, and spreads those without an id. A second action reads the shuffle's output,
     * not the files.
     *
     * @param seen counts each line once, during the first action
     * @param groups counts the lines by group then, before repeated lines are found
     */
    static Dataset<Row> judged(Dataset<Row> dataLines, Duplicates.Count seen, Groups groups) {
        SparkSession spark = dataLines.sparkSession();
        Column spread = when(col("transaction_id").isNull(), col("value"));
        Dataset<Row> sorted = spark.createDataFrame(
                        dataLines.javaRDD().mapPartitions(lines -> new Lines(lines, groups)), Line.SCHEMA)
                .repartition(col("transaction_id"), spread)
                .sortWithinPartitions("transaction_id");
        return spark.createDataFrame(sorted.javaRDD().mapPartitions(rows -> new Duplicates(rows, seen)), Line.SCHEMA);
    }

    /** Returns the clean rows of judged lines, with their final columns. */
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
