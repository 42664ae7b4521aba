package dev.mayfly.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.problem.Problem;
import dev.mayfly.problem.Refused;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A YAML 1.2 text as JSON, with the place of every key and value by JSON pointer. */
final class YamlDocument {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** No longer than a person writes: 1e999999999 has a billion digits. */
    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]{1,18}(\\.[0-9]{0,18})?([eE][-+]?[0-9]{1,2})?");

    private final String file;
    private final Map<String, Mark> keys = new HashMap<>();
    private final Map<String, Mark> values = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private final JsonNode root;

    /** Reads a text. Throws {@link Refused} if it is not YAML, or has a key twice. */
    YamlDocument(String file, String text) {
        this.file = file;
        this.root = compose(text).map(node -> convert(node, "")).orElse(JSON.objectNode());
        if (!problems.isEmpty()) {
            throw Refused.invalidPipeline(problems);
        }
    }

    private YamlDocument(YamlDocument original, JsonNode root) {
        this.file = original.file;
        this.keys.putAll(original.keys);
        this.values.putAll(original.values);
        this.root = root;
    }

    /** The same text with another content, whose values have the places that they have here. */
    YamlDocument with(JsonNode content) {
        return new YamlDocument(this, content);
    }

    JsonNode root() {
        return root;
    }

    /** Returns a problem with the value at a pointer; if there is no value, with the nearest one around it. */
    Problem atValue(String pointer, String message) {
        return at(values, pointer, message);
    }

    /** Returns a problem with the key at a pointer. */
    Problem atKey(String pointer, String message) {
        return at(keys.containsKey(pointer) ? keys : values, pointer, message);
    }

    static String child(String pointer, String key) {
        return pointer + "/" + key.replace("~", "~0").replace("/", "~1");
    }

    private Problem at(Map<String, Mark> places, String pointer, String message) {
        Mark mark = places.get(pointer);
        if (mark != null) {
            return new Problem(file, mark.getLine() + 1, mark.getColumn() + 1, message);
        }
        int slash = pointer.lastIndexOf('/');
        return slash < 0 ? new Problem(file, 1, 1, message) : at(values, pointer.substring(0, slash), message);
    }

    private Optional<Node> compose(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setUseMarks(true)
                .setMaxAliasesForCollections(50)
                .build();
        try {
            YamlBounds.check(file, text, settings);
            return new Compose(settings).composeString(text);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
            int column = e.getProblemMark().map(Mark::getColumn).orElse(0) + 1;
            throw Refused.invalidPipeline(List.of(new Problem(file, line, column, "not YAML: " + e.getProblem())));
        } catch (YamlEngineException e) {
            throw Refused.invalidPipeline(List.of(new Problem(file, 1, 1, "not YAML: " + e.getMessage())));
        }
    }

    private JsonNode convert(Node node, String pointer) {
        node.getStartMark().ifPresent(mark -> values.put(pointer, mark));
        if (node instanceof MappingNode mapping) {
            ObjectNode object = JSON.objectNode();
            for (NodeTuple tuple : mapping.getValue()) {
                String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
                String child = child(pointer, key);
                tuple.getKeyNode().getStartMark().ifPresent(mark -> keys.putIfAbsent(child, mark));
                if (object.has(key)) {
                    Mark mark = tuple.getKeyNode().getStartMark().orElseThrow();
                    problems.add(new Problem(
                            file, mark.getLine() + 1, mark.getColumn() + 1, "key '" + key + "' occurs twice"));
                }
                object.set(key, convert(tuple.getValueNode(), child));
            }
            return object;
        }
        if (node instanceof SequenceNode sequence) {
            ArrayNode array = JSON.arrayNode();
            for (Node item : sequence.getValue()) {
                array.add(convert(item, pointer + "/" + array.size()));
            }
            return array;
        }
        return scalar((ScalarNode) node);
    }

    private static JsonNode scalar(ScalarNode node) {
        String text = node.getValue();
        Tag tag = node.getTag();
        if (tag.equals(Tag.NULL)) {
            return JSON.nullNode();
        } else if (tag.equals(Tag.BOOL)) {
            return JSON.booleanNode(Boolean.parseBoolean(text));
        } else if (tag.equals(Tag.INT) && text.matches("[-+]?[0-9]{1,18}")) {
            return JSON.numberNode(new BigInteger(text));
        } else if (tag.equals(Tag.FLOAT) && NUMBER.matcher(text).matches()) {
            return JSON.numberNode(new BigDecimal(text));
        }
        return JSON.textNode(text);
    }
}
