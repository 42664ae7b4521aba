package dev.mayfly.jobs.check;

import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Counts of rows by bin for several columns of numbers at once, in one pass; a bin is (edge before, edge]. */
final class Histograms implements Serializable {

    private static final long serialVersionUID = 1;
    private static final int FINE = 200;
    private static final double ERROR = 0.002;

    private final double[][] edges;

    private Histograms(double[][] edges) {
        this.edges = edges;
    }

    /** The distributions of columns in a reference and now, by name. */
    static Map<String, Distribution> compare(Dataset<Row> reference, Dataset<Row> now, String[] columns) {
        Histograms bins = of(reference, columns);
        long[][] before = bins.count(reference, columns);
        long[][] after = bins.count(now, columns);
        Map<String, Distribution> distributions = new LinkedHashMap<>();
        for (int column = 0; column < columns.length; column++) {
            distributions.put(columns[column], new Distribution(bins.edges[column], before[column], after[column]));
        }
        return distributions;
    }

    /** Edges at the quantiles of a reference, each value once. */
    private static Histograms of(Dataset<Row> reference, String[] columns) {
        double[] shares = new double[FINE - 1];
        Arrays.setAll(shares, n -> (n + 1.0) / FINE);
        double[][] quantiles = reference.stat().approxQuantile(columns, shares, ERROR);
        return new Histograms(Arrays.stream(quantiles)
                .map(values -> Arrays.stream(values).distinct().sorted().toArray())
                .toArray(double[][]::new));
    }

    /** The counts of rows, by column and bin. */
    private long[][] count(Dataset<Row> rows, String[] columns) {
        Histograms bins = this;
        return rows.select(Arrays.stream(columns)
                        .map(name -> functions.col(name).cast("double"))
                        .toArray(org.apache.spark.sql.Column[]::new))
                .javaRDD()
                .treeAggregate(bins.empty(), bins::add, Histograms::sum);
    }

    private long[][] empty() {
        return Arrays.stream(edges).map(column -> new long[column.length + 1]).toArray(long[][]::new);
    }

    private long[][] add(long[][] counts, Row row) {
        for (int column = 0; column < edges.length; column++) {
            if (!row.isNullAt(column)) {
                int found = Arrays.binarySearch(edges[column], row.getDouble(column));
                counts[column][found >= 0 ? found : -found - 1]++;
            }
        }
        return counts;
    }

    private static long[][] sum(long[][] one, long[][] other) {
        for (int column = 0; column < one.length; column++) {
            for (int bin = 0; bin < one[column].length; bin++) {
                one[column][bin] += other[column][bin];
            }
        }
        return one;
    }
}
