package dev.mayfly.jobs.train;

import dev.mayfly.jobs.features.Features;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A few rows and their scores, stored beside the model: whoever loads it elsewhere can check that it scores the same.
 * The inputs are in the two forms in which MLflow keeps an input example; numbers are written so that they are read
 * back exactly.
 */
final class ScoredExample {

    static final String INPUTS = "input_example.json";
    static final String SERVING_INPUTS = "serving_input_example.json";
    /** A JSON array: the probability of fraud of each row. */
    static final String SCORES = "example_scores.json";

    private static final int ROWS = 20;

    private final List<String> names;
    private final List<Row> rows;

    private ScoredExample(List<String> names, List<Row> rows) {
        this.names = names;
        this.rows = rows;
    }

    static ScoredExample of(PipelineModel model, Dataset<Row> sample) {
        List<String> names = Features.names();
        String[] others = IntStream.rangeClosed(1, names.size())
                .mapToObj(n -> n == names.size() ? "probability" : names.get(n))
                .toArray(String[]::new);
        return new ScoredExample(
                names,
                model.transform(sample.limit(ROWS)).select(names.get(0), others).collectAsList());
    }

    /** As pandas writes a frame with {@code orient="split"}. */
    String inputs() {
        String columns = names.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", ", "[", "]"));
        String data = rows.stream().map(this::row).collect(Collectors.joining(", ", "[", "]"));
        return "{\"columns\": " + columns + ", \"data\": " + data + "}";
    }

    private String row(Row row) {
        return IntStream.range(0, names.size())
                .mapToObj(n -> number(((Number) row.get(n)).doubleValue()))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    String servingInputs() {
        return "{\"dataframe_split\": " + inputs() + "}";
    }

    String scores() {
        return rows.stream()
                .map(row -> number(((Vector) row.get(names.size())).apply(1)))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String number(double value) {
        return Double.isNaN(value) || Double.isInfinite(value) ? "null" : Double.toString(value);
    }
}
