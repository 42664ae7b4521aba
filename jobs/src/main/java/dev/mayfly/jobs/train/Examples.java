package dev.mayfly.jobs.train;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import dev.mayfly.jobs.features.Features;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * The rows of all folds with their inputs: computed once, kept in the cluster's memory (and on its disks, if that is
 * too small); all candidates share them. Columns: the inputs by name, {@code label}, {@code customer_id}, {@code day},
 * {@code tx_fraud_scenario}; and {@code features}, put together when rows are read, since a vector of what is there
 * already would take half of the memory.
 *
 * <p>If a search takes a sample, days that only it trains on keep no more than that: all frauds, and one in so many of
 * the other rows, chosen by a hash of the transaction's id and weighted accordingly.
 */
final class Examples implements AutoCloseable {

    private static final int ALL = 1;

    private final Dataset<Row> rows;
    private final long parts;

    private Examples(Dataset<Row> rows, long parts) {
        this.rows = rows;
        this.parts = parts;
    }

    /** All rows of some folds. */
    static Examples of(Dataset<Row> transactions, List<Fold> folds) {
        return of(transactions, folds, ALL, Long.MIN_VALUE);
    }

    /**
     * All rows of a final fold, and of the test windows of those that a search learns from; of the rows that a search
     * trains on about as many as given, for each fold.
     *
     * @param searched at least one
     */
    static Examples of(Dataset<Row> transactions, Fold last, List<Fold> searched, Days days, long searchRows) {
        List<Fold> folds = new ArrayList<>(searched);
        folds.add(last);
        long firstWhole = Math.min(
                last.firstTrainingDay(),
                searched.stream().mapToLong(Fold::firstTestDay).min().getAsLong());
        long parts = searched.stream()
                .mapToLong(fold -> parts(days.training(fold), days.frauds(fold), searchRows))
                .max()
                .getAsLong();
        return of(transactions, folds, parts, firstWhole);
    }

    /** Returns in how many parts to divide the genuine rows, so that one of them and the frauds are about {@code most} rows. */
    static long parts(long rows, long frauds, long most) {
        long room = Math.max(most - frauds, most / 2);
        return rows <= most ? ALL : (rows - frauds + room - 1) / room;
    }

    /** The most rows that {@link #parts} leave of a window. */
    static long mostSampled(long rows, long frauds, long most) {
        return Math.min(rows, Math.max(most, frauds + most / 2));
    }

    /** Reads the days from the first fold's training to the last one's test, and no more history than their inputs need. */
    private static Examples of(Dataset<Row> transactions, List<Fold> folds, long parts, long firstWhole) {
        Fold first = Collections.min(folds, Comparator.comparing(Fold::firstTrainingDay));
        Fold last = Collections.max(folds, Comparator.comparing(Fold::endOfTest));
        Dataset<Row> needed = transactions.filter(col("tx_seconds")
                .geq(first.firstHistoryDay() * Days.SECONDS)
                .and(col("tx_seconds").lt(last.endOfTest() * Days.SECONDS)));
        Dataset<Row> valued = Features.add(needed)
                .filter(col("day").geq(Math.min(first.firstTrainingDay(), first.firstKnownDay())))
                .withColumn("label", col("tx_fraud").cast("double"))
                .withColumn(
                        "is_sampled",
                        col("label")
                                .equalTo(1)
                                .or(pmod(xxhash64(col("transaction_id")), lit(parts))
                                        .equalTo(0)))
                .filter(col("is_sampled").or(col("day").geq(firstWhole)))
                .select(columns());
        return new Examples(valued.persist(StorageLevel.MEMORY_AND_DISK()), parts);
    }

    private static Column[] columns() {
        List<String> names = new ArrayList<>(Features.names());
        Collections.addAll(names, "label", "customer_id", "day", "tx_fraud_scenario", "is_sampled");
        return names.stream().map(name -> col(name)).toArray(Column[]::new);
    }

    /** Puts the inputs into the vector that the learners take. */
    static VectorAssembler assembler() {
        return new VectorAssembler()
                .setInputCols(Features.names().toArray(new String[0]))
                .setOutputCol("features");
    }

    /** Returns all rows of a training window, of weight 1. */
    Dataset<Row> training(Fold fold) {
        return weighted(window(fold), lit(1.0));
    }

    /** Returns the rows of a training window that a search learns from. */
    Dataset<Row> sampled(Fold fold) {
        return weighted(
                window(fold).filter("is_sampled"),
                when(col("label").equalTo(1), lit(1.0)).otherwise(lit((double) parts)));
    }

    private Dataset<Row> window(Fold fold) {
        return rows.filter(between(fold.firstTrainingDay(), fold.firstDelayDay()));
    }

    private static Dataset<Row> weighted(Dataset<Row> some, Column weight) {
        return assembler().transform(some).withColumn("weight", weight);
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
