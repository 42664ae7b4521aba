package dev.mayfly.jobs.check;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The distributions of several columns in a reference and now. */
final class Drift {

    private final Map<String, Distribution> distributions = new LinkedHashMap<>();

    Drift(Dataset<Row> reference, Dataset<Row> now, String[] columns) {
        Histograms bins = Histograms.of(reference, columns);
        long[][] before = bins.count(reference, columns);
        long[][] after = bins.count(now, columns);
        for (int column = 0; column < columns.length; column++) {
            distributions.put(columns[column], new Distribution(bins.edges(column), before[column], after[column]));
        }
    }

    Map<String, Distribution> distributions() {
        return distributions;
    }
}
