package dev.mayfly.jobs.clean;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.split;
import static org.apache.spark.sql.functions.substring;
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

    private static final int FIELDS = 9;
    private static final String WHOLE = "^-?[0-9]{1,18}$";

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

    /** Adds the typed fields and the {@code reason}, which is null for what is clean. */
    Dataset<Row> judge(Dataset<Row> dataLines) {
        Dataset<Row> typed = dataLines
                .withColumn("f", split(col("value"), ",", -1))
                .withColumn("transaction_id", whole(0))
                .withColumn("tx_seconds", seconds())
                .withColumn("customer_id", whole(2))
                .withColumn("raw_terminal", whole(3))
                .withColumn("tx_amount", amount())
                .withColumn("tx_fraud", whole(7).cast("int"))
                .withColumn("tx_fraud_scenario", whole(8).cast("int"))
                .withColumn("broken", broken());
        WindowSpec sameId = Window.partitionBy(
                        col("transaction_id"),
                        when(col("broken").isNotNull(), col("value")).otherwise(lit(null)))
                .orderBy(col("broken").isNotNull(), col("value"));
        Column first = org.apache.spark.sql.functions.first(col("value")).over(sameId);
        Column repeated = when(
                col("broken").isNull().and(row_number().over(sameId).gt(1)),
                when(col("value").equalTo(first), lit("duplicate")).otherwise(lit("conflicting_duplicate")));
        return typed.withColumn("reason", coalesce(col("broken"), repeated));
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

    private static Column broken() {
        Column fraud = col("tx_fraud");
        Column scenario = col("tx_fraud_scenario");
        Column consistent =
                fraud.equalTo(0).and(scenario.equalTo(0)).or(fraud.equalTo(1).and(scenario.between(1, 3)));
        return when(size(col("f")).notEqual(FIELDS), lit("field_count"))
                .when(col("transaction_id").isNull().or(col("transaction_id").lt(0)), lit("transaction_id"))
                .when(col("tx_seconds").isNull(), lit("time"))
                .when(col("customer_id").isNull(), lit("customer_id"))
                .when(col("customer_id").lt(0), lit("customer_unknown"))
                .when(col("raw_terminal").isNull().or(col("raw_terminal").lt(0)), lit("terminal_id"))
                .when(col("tx_amount").isNull(), lit("amount"))
                .when(coalesce(not(consistent), lit(true)), lit("label"));
    }

    private static Column field(int index) {
        return trim(col("f").getItem(index));
    }

    private static Column whole(int index) {
        return when(field(index).rlike(WHOLE), field(index).cast("long"));
    }

    private static Column amount() {
        return when(field(4).rlike("^[0-9]{1,12}(\\.[0-9]{1,6})?$"), field(4).cast("double"));
    }

    private static Column seconds() {
        Column text = field(1);
        Column midnight = substring(text, 1, 10).cast("timestamp").cast("long").plus(86_400L);
        return when(text.rlike("^[0-9]{4}-[0-9]{2}-[0-9]{2} 24:00:00$"), midnight)
                .when(
                        text.rlike("^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-2][0-9]:[0-5][0-9]:[0-5][0-9]$"),
                        text.cast("timestamp").cast("long"));
    }
}
