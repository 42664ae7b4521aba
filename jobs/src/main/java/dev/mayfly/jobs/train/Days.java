package dev.mayfly.jobs.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;

import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The numbers of rows and frauds of each day, by the day's number since 1970. Immutable. */
final class Days {

    static final long SECONDS = 86_400;

    private final SortedMap<Long, Long> rows = new TreeMap<>();
    private final SortedMap<Long, Long> frauds = new TreeMap<>();

    /**
     * Counts clean transactions: one pass over two of their columns.
     *
     * @throws IllegalArgumentException if there are none
     */
    static Days of(Dataset<Row> transactions, String place) {
        Days days = new Days();
        long last = Long.MIN_VALUE;
        for (Row row : transactions
                .groupBy(col("tx_seconds").divide(SECONDS).cast("long").alias("day"))
                .agg(count(lit(1)), sum("tx_fraud"), max("tx_seconds"))
                .collectAsList()) {
            days.rows.put(row.getLong(0), row.getLong(1));
            days.frauds.put(row.getLong(0), row.getLong(2));
            last = Math.max(last, row.getLong(3));
        }
        if (days.rows.isEmpty()) {
            throw new IllegalArgumentException(place + ": no transactions (expected: cleaned slices)");
        }
        if (last % SECONDS == 0 && days.rows.size() > 1) {
            days.rows.remove(last / SECONDS); // only the midnight that ends the day before
            days.frauds.remove(last / SECONDS);
        }
        return days;
    }

    long first() {
        return rows.firstKey();
    }

    long last() {
        return rows.lastKey();
    }

    /** The number of rows of a training window. */
    long training(Fold fold) {
        return within(rows, fold);
    }

    /** The number of frauds of a training window. */
    long frauds(Fold fold) {
        return within(frauds, fold);
    }

    private static long within(SortedMap<Long, Long> numbers, Fold fold) {
        return numbers.subMap(fold.firstTrainingDay(), fold.firstDelayDay()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }
}
