package dev.mayfly.pipeline;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.problem.Problem;
import java.util.List;

/**
 * A document in which nothing is against the schema any more: so the mistakes that the schema can't see are found
 * together with those that it sees.
 */
final class Repaired {

    /** Stands for a value that nobody knows. A problem that mentions it follows from another one. */
    private static final String UNKNOWN = "\u0001";

    private Repaired() {}

    static YamlDocument without(YamlDocument document, List<SchemaProblems.Found> found) {
        JsonNode root = document.root().deepCopy();
        if (!root.isObject()) {
            root = JsonNodeFactory.instance.objectNode();
        }
        for (SchemaProblems.Found one : found) {
            repair(root, JsonPointer.compile(one.pointer()), one.isAbsent());
        }
        return document.with(root);
    }

    /** Removes an optional value; what others may refer to stays, as a value that nobody knows. */
    private static void repair(JsonNode root, JsonPointer pointer, boolean isAbsent) {
        if (pointer.matches()) {
            return;
        }
        JsonNode parent = root.at(pointer.head());
        String container = pointer.head().toString();
        if (parent instanceof ArrayNode array) {
            array.set(pointer.last().getMatchingIndex(), array.textNode(UNKNOWN));
        } else if (parent instanceof ObjectNode object) {
            String name = pointer.last().getMatchingProperty();
            if (container.equals("/tasks")) {
                object.set(name, object.objectNode());
            } else if (isAbsent || container.equals("/parameters") || container.equals("/secrets")) {
                object.put(name, UNKNOWN);
            } else {
                object.remove(name);
            }
        }
    }

    /** Whether a problem of the repaired document is one of the text, too. */
    static boolean isReal(Problem problem, List<SchemaProblems.Found> found) {
        return !problem.message().contains(UNKNOWN)
                && found.stream()
                        .noneMatch(one -> one.problem().line() == problem.line()
                                && one.problem().column() == problem.column());
    }
}
