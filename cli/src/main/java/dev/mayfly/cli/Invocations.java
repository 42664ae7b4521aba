package dev.mayfly.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.api.ApiClient;
import dev.mayfly.jobs.scorer.Scorer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The body of a request to {@code /invocations} as rows of numbers, and the answer; MLflow's contract (Deployment,
 * "MLflow Model Serving API"): {@code dataframe_split}, {@code dataframe_records}, {@code instances} or {@code inputs}.
 * Columns may come in any order, and others are ignored.
 */
final class Invocations {

    private static final String EXPECTED =
            "an object with one of dataframe_split, dataframe_records, instances and inputs";

    private final List<String> inputs;

    Invocations(List<String> inputs) {
        this.inputs = inputs;
    }

    /** A body that can't be read: what is wrong with it, for the client. */
    static final class Unreadable extends RuntimeException {

        private static final long serialVersionUID = 1;

        Unreadable(String message) {
            super(message);
        }
    }

    /**
     * The rows of a body, their numbers in the order of the inputs.
     *
     * @throws Unreadable if it is not what is expected
     */
    List<double[]> rows(byte[] body) {
        JsonNode root = parsed(body);
        if (root.has("dataframe_split")) {
            return split(root.path("dataframe_split"));
        }
        if (root.has("dataframe_records")) {
            return records(root.path("dataframe_records"), "dataframe_records");
        }
        for (String name : List.of("instances", "inputs")) {
            JsonNode found = root.path(name);
            if (found.isArray()) {
                return found.path(0).isObject() ? records(found, name) : table(found, columns(inputs), name);
            }
            if (found.isObject()) {
                return columnwise(found, name);
            }
        }
        throw new Unreadable("body (expected: " + EXPECTED + ")");
    }

    private static JsonNode parsed(byte[] body) {
        try {
            JsonNode root = ApiClient.JSON.readTree(body);
            if (root != null && root.isObject()) {
                return root;
            }
        } catch (JsonProcessingException e) {
            throw new Unreadable("body, line " + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr() + ": " + e.getOriginalMessage() + " (expected: " + EXPECTED + ")");
        } catch (IOException e) {
            throw new Unreadable("body: " + e.getMessage());
        }
        throw new Unreadable("body (expected: " + EXPECTED + ")");
    }

    private List<double[]> split(JsonNode frame) {
        List<String> names = new ArrayList<>();
        frame.path("columns").forEach(name -> names.add(name.asText()));
        return table(frame.path("data"), columns(names), "dataframe_split.data");
    }

    /** Returns the column of each input. */
    private int[] columns(List<String> names) {
        int[] places = new int[inputs.size()];
        for (int n = 0; n < places.length; n++) {
            places[n] = names.indexOf(inputs.get(n));
            if (places[n] < 0) {
                throw new Unreadable("columns " + names + " (expected: among them " + inputs.get(n) + ")");
            }
        }
        return places;
    }

    private List<double[]> table(JsonNode data, int[] places, String where) {
        List<double[]> rows = new ArrayList<>();
        for (JsonNode line : data) {
            double[] row = new double[places.length];
            for (int n = 0; n < row.length; n++) {
                row[n] = number(line.path(places[n]), where, rows.size(), inputs.get(n));
            }
            rows.add(row);
        }
        return some(rows, where);
    }

    private List<double[]> records(JsonNode records, String where) {
        List<double[]> rows = new ArrayList<>();
        for (JsonNode each : records) {
            double[] row = new double[inputs.size()];
            for (int n = 0; n < row.length; n++) {
                row[n] = number(each.path(inputs.get(n)), where, rows.size(), inputs.get(n));
            }
            rows.add(row);
        }
        return some(rows, where);
    }

    private List<double[]> columnwise(JsonNode columns, String where) {
        List<double[]> rows = new ArrayList<>();
        for (int line = 0; line < columns.path(inputs.get(0)).size(); line++) {
            double[] row = new double[inputs.size()];
            for (int n = 0; n < row.length; n++) {
                row[n] = number(columns.path(inputs.get(n)).path(line), where, line, inputs.get(n));
            }
            rows.add(row);
        }
        return some(rows, where);
    }

    private static double number(JsonNode value, String where, int row, String input) {
        if (!value.isNumber()) {
            throw new Unreadable(where + ", row " + row + ", " + input + ": "
                    + (value.isMissingNode() ? "missing" : value.toString()) + " (expected: a number)");
        }
        return value.asDouble();
    }

    private static List<double[]> some(List<double[]> rows, String where) {
        if (rows.isEmpty()) {
            throw new Unreadable(where + ": no rows (expected: at least 1)");
        }
        return rows;
    }

    /** The answer: for each row the prediction (1 above the threshold), the calibrated probability, and the score that ranks. */
    static byte[] answer(List<double[]> rows, ServedModel.Version version) throws IOException {
        Scorer scorer = version.scorer();
        ObjectNode answer = ApiClient.JSON.createObjectNode();
        ArrayNode predictions = answer.putArray("predictions");
        for (double[] row : rows) {
            double score = scorer.score(row);
            predictions
                    .addObject()
                    .put("prediction", score > scorer.threshold() ? 1 : 0)
                    .put("fraud_probability", scorer.probability(score))
                    .put("score", score);
        }
        answer.put("model_version", Integer.toString(version.number()));
        return ApiClient.JSON.writeValueAsBytes(answer);
    }
}
