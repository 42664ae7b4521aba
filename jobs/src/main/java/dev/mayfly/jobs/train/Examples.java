package dev.mayfly.jobs.train;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import dev.mayfly.jobs.features.Features;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * The rows of all folds with their inputs: computed once, kept in the cluster's memory (and on its disks, if that is
 * too small); all candidates share them. Columns: the inputs by name, {@code features}, {@code label}, {@code
 * customer_id}, {@code day}, {@code tx_fraud_scenario}.
 */
final class Examples implements AutoCloseable {

    private static final long DAY_SECONDS = 86_400;

    private final Dataset<Row> rows;

    private Examples(Dataset<Row> rows) {
        this.rows = rows;
    }

    /** Reads the days from the first fold's training to the last one's test, and no more history than their inputs need. */
    static Examples of(Dataset<Row> transactions, Fold first, Fold last) {
        Dataset<Row> needed = transactions.filter(col("tx_seconds")
                .geq(first.firstHistoryDay() * DAY_SECONDS)
                .and(col("tx_seconds").lt(last.endOfTest() * DAY_SECONDS)));
        Dataset<Row> valued = Features.add(needed)
                .filter(col("day").geq(Math.min(first.firstTrainingDay(), first.firstKnownDay())))
                .withColumn("label", col("tx_fraud").cast("double"));
        return new Examples(assembler().transform(valued).persist(StorageLevel.MEMORY_AND_DISK()));
    }

    /** Puts the inputs into the vector that the learners take. */
    static VectorAssembler assembler() {
        return new VectorAssembler()
                .setInputCols(Features.names().toArray(new String[0]))
                .setOutputCol("features");
    }

    Dataset<Row> training(Fold fold) {
        return rows.filter(between(fold.firstTrainingDay(), fold.firstDelayDay()));
    }

    /**
     * Returns the rows on which a model of the fold is judged: those of its test days, without customers whose fraud
     * was known by that day. Fraud is known if it was in the week before the delay, or later but a whole delay ago. If
     * there are more than {@code most}, those of some customers, chosen by a hash of their number.
     */
    Dataset<Row> test(Fold fold, long most) {
        Dataset<Row> known = rows.filter(col("label").equalTo(1).and(between(fold.firstKnownDay(), fold.endOfTest())))
                .select(col("customer_id").alias("known_customer"), col("day").alias("fraud_day"))
                .distinct();
        Column isKnown = col("customer_id")
                .equalTo(col("known_customer"))
                .and(col("fraud_day")
                        .lt(fold.firstDelayDay())
                        .or(col("fraud_day").lt(col("day").minus(fold.delay()))));
        Dataset<Row> days = rows.filter(between(fold.firstTestDay(), fold.endOfTest()));
        long all = days.count();
        long parts = (all + most - 1) / Math.max(1, most);
        Dataset<Row> some = parts > 1
                ? days.filter(pmod(xxhash64(col("customer_id")), lit(parts)).equalTo(0))
                : days;
        return some.join(broadcast(known), isKnown, "left_anti");
    }

    /** The numbers of rows and frauds. */
    static long[] counts(Dataset<Row> rows) {
        Row counts = rows.agg(count(lit(1)), sum("label")).first();
        return new long[] {counts.getLong(0), counts.isNullAt(1) ? 0 : Math.round(counts.getDouble(1))};
    }

    private static Column between(long from, long end) {
        return col("day").geq(from).and(col("day").lt(end));
    }

    @Override
    public void close() {
        rows.unpersist();
    }
}
