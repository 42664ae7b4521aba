package dev.mayfly.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.mayfly.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Turns the JSON schema's errors into messages for the person who fixes the document. */
final class SchemaProblems {

    private final Schema schema;

    SchemaProblems(String schemaText) {
        this.schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schemaText, InputFormat.JSON);
    }

    /**
     * A problem, and the value that has it.
     *
     * @param pointer to the value; of a required one that is absent, to where it should be
     */
    record Found(Problem problem, String pointer, boolean isAbsent) {}

    List<Found> of(YamlDocument document) {
        return schema.validate(document.root()).stream()
                .map(error -> found(document, error))
                .distinct()
                .toList();
    }

    private Found found(YamlDocument document, Error error) {
        String pointer = error.getInstanceLocation().toString();
        String property = String.valueOf(error.getProperty());
        String place = switch (error.getKeyword()) {
            case "required", "additionalProperties" -> YamlDocument.child(pointer, property);
            default -> pointer;
        };
        return new Found(problem(document, error), place, error.getKeyword().equals("required"));
    }

    private Problem problem(YamlDocument document, Error error) {
        String pointer = error.getInstanceLocation().toString();
        String property = error.getProperty() == null ? "" : error.getProperty();
        JsonNode value = document.root().at(pointer);
        String what = path(pointer) + ": ";
        return switch (error.getKeyword()) {
            case "required" ->
                document.atKey(
                        pointer,
                        (pointer.isEmpty() ? "the pipeline" : path(pointer)) + " has no '" + property + "' (expected: "
                                + describe(propertySchema(error, property)) + ")");
            case "additionalProperties" ->
                document.atKey(
                        YamlDocument.child(pointer, property),
                        "unknown key '" + property + "' (expected: " + known(error, property) + ")");
            case "propertyNames" ->
                document.atKey(
                        YamlDocument.child(pointer, nameOf(error)),
                        "name '" + nameOf(error) + "' (expected: "
                                + error.getSchemaNode().path("pattern").asText(error.getMessage()) + ")");
            case "pattern", "type" ->
                document.atValue(pointer, what + shown(value) + " (expected: " + wanted(error) + ")");
            case "enum" ->
                document.atValue(pointer, what + shown(value) + " (expected: one of " + error.getSchemaNode() + ")");
            case "minimum" ->
                document.atValue(pointer, what + shown(value) + " (expected: " + error.getSchemaNode() + " or more)");
            case "maximum" ->
                document.atValue(pointer, what + shown(value) + " (expected: at most " + error.getSchemaNode() + ")");
            default -> document.atValue(pointer, what + error.getMessage());
        };
    }

    private static String nameOf(Error error) {
        JsonNode node = error.getInstanceNode();
        return node != null && node.isTextual() ? node.asText() : String.valueOf(error.getProperty());
    }

    private static String path(String pointer) {
        return pointer.isEmpty() ? "the file" : pointer.substring(1).replace("/", ".");
    }

    private static String shown(JsonNode value) {
        String text = value.isTextual() ? "'" + value.asText() + "'" : value.toString();
        return text.length() > 80 ? text.substring(0, 77) + "..." : text;
    }

    private String wanted(Error error) {
        JsonNode parent = parentSchema(error);
        String description = parent.path("description").asText();
        String type = type(parent.path("type"));
        if (error.getKeyword().equals("type")) {
            return description.isEmpty() ? type : type + ": " + description;
        }
        return description.isEmpty() ? "the pattern " + parent.path("pattern").asText() : description;
    }

    private static String type(JsonNode type) {
        if (type.isArray()) {
            return String.join(
                    " or ",
                    StreamSupport.stream(type.spliterator(), false)
                            .map(SchemaProblems::type)
                            .toList());
        }
        return switch (type.asText()) {
            case "object" -> "keys and values";
            case "array" -> "a list";
            case "integer" -> "a whole number";
            case "number" -> "a number";
            case "boolean" -> "true or false";
            default -> "a text";
        };
    }

    private String known(Error error, String property) {
        List<String> names = new ArrayList<>();
        parentSchema(error).path("properties").fieldNames().forEachRemaining(names::add);
        String near = nearest(property, names);
        return "one of " + String.join(", ", names) + (near == null ? "" : "; did you mean '" + near + "'?");
    }

    private static @Nullable String nearest(String word, List<String> names) {
        String best = null;
        int least = 3;
        for (String name : names) {
            int distance = distance(word.toLowerCase(Locale.ROOT).replace('-', '_'), name);
            if (distance < least) {
                least = distance;
                best = name;
            }
        }
        return best;
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, Math.min(row[j], row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }

    private JsonNode propertySchema(Error error, String property) {
        return resolve(parentSchema(error).path("properties").path(property));
    }

    private static String describe(JsonNode propertySchema) {
        return propertySchema.path("description").asText("a value");
    }

    /** The schema object that holds the keyword which failed. */
    private JsonNode parentSchema(Error error) {
        String fragment = error.getSchemaLocation().getFragment().toString();
        int slash = fragment.lastIndexOf('/');
        return resolve(schema.getSchemaNode().at(slash <= 0 ? "" : fragment.substring(0, slash)));
    }

    private JsonNode resolve(JsonNode node) {
        String reference = node.path("$ref").asText();
        return reference.isEmpty() ? node : schema.getSchemaNode().at(reference.substring(1));
    }
}
