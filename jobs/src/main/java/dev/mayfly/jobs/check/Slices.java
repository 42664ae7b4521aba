package dev.mayfly.jobs.check;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.min;

import dev.mayfly.jobs.features.Features;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Reads the rows of one slice with their inputs, and no more history than these need. */
final class Slices {

    private static final long DAY_SECONDS = 86_400;

    private final Dataset<Row> transactions;

    /**
     * Slices of clean transactions.
     *
     * @param transactions all of them, with the column {@code slice}
     */
    Slices(Dataset<Row> transactions) {
        this.transactions = transactions;
    }

    Dataset<Row> rows(long slice) {
        return transactions.filter(col("slice").equalTo(slice));
    }

    boolean has(long slice) {
        return !rows(slice).limit(1).isEmpty();
    }

    /** Returns how many days of transactions there are before a slice. */
    long daysBefore(long slice) {
        return (first(rows(slice)) - first(transactions)) / DAY_SECONDS;
    }

    private static long first(Dataset<Row> rows) {
        return rows.agg(min("tx_seconds")).first().getLong(0);
    }

    /** The rows of a slice with the inputs of the model. */
    Dataset<Row> withInputs(long slice) {
        return Features.ofSlice(transactions, slice);
    }
}
