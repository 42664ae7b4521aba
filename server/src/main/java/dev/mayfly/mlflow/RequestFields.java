package dev.mayfly.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.access.Actor;
import dev.mayfly.access.Scope;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.WholeText;
import dev.mayfly.problem.Refused;
import dev.mayfly.problem.TextLimit;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a request, from its body or, for GET, its query. As lenient as MLflow: a whole number may be a text,
 * NaN is a word, an enum is a name or a number, unknown fields are ignored, and a body may be a JSON text that holds
 * JSON.
 */
final class RequestFields {

    /**
     * Allows bare NaN and Infinity: Python's {@code json} writes them, and with it scripts that log without MLflow's
     * client.
     */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private final JsonNode node;
    /** A query has no lists: a name that occurs once may be a list of one. */
    private final boolean isQuery;

    private final Actor actor;

    private RequestFields(Actor actor, JsonNode node, boolean isQuery) {
        this.actor = actor;
        this.node = node;
        this.isQuery = isQuery;
    }

    static RequestFields of(Actor actor, Context request) {
        String method = request.method().name();
        boolean inQuery = method.equals("GET")
                || (method.equals("DELETE") && request.body().isEmpty());
        return inQuery ? query(actor, request) : body(actor, request);
    }

    private static RequestFields query(Actor actor, Context request) {
        ObjectNode node = JSON.createObjectNode();
        for (Map.Entry<String, List<String>> entry : request.queryParamMap().entrySet()) {
            if (entry.getValue().size() == 1) {
                node.put(entry.getKey(), entry.getValue().get(0));
            } else {
                entry.getValue().forEach(node.withArray("/" + entry.getKey())::add);
            }
        }
        request.pathParamMap().forEach(node::put);
        return new RequestFields(actor, node, true);
    }

    private static RequestFields body(Actor actor, Context request) {
        String type = request.contentType() == null ? "" : String.valueOf(request.contentType());
        if (!type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            throw Refused.invalid("Bad Request. Content-Type must be 'application/json', got '" + type + "'.");
        }
        try {
            JsonNode node = JSON.readTree(request.body());
            if (node.isTextual()) {
                node = JSON.readTree(node.asText());
            }
            WholeText.check(request.body(), node);
            ObjectNode fields = node instanceof ObjectNode object ? object : JSON.createObjectNode();
            request.pathParamMap().forEach(fields::put);
            return new RequestFields(actor, fields, false);
        } catch (JsonProcessingException e) {
            throw Refused.wrongState("Malformed JSON in request body: " + e.getOriginalMessage());
        }
    }

    /** Returns who sent the request. */
    Actor actor() {
        return actor;
    }

    /** Returns what of a kind the sender may see. */
    Scope scope(ResourceKind kind) {
        return actor.scope(kind);
    }

    String required(String name) {
        return optional(name).filter(text -> !text.isEmpty()).orElseThrow(() -> missing(name));
    }

    /** A text. */
    Optional<String> optional(String name) {
        JsonNode value = node.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw wrongType(name, value);
        }
        return Optional.of(storable(name, value.asText()));
    }

    /** Throws {@link Refused} if no database can store the text: it has NUL, or half of a surrogate pair. */
    static String storable(String name, String text) {
        for (int n = 0; n < text.length(); n++) {
            char c = text.charAt(n);
            boolean isPair = Character.isHighSurrogate(c)
                    && n + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(n + 1));
            if (c == 0 || (Character.isSurrogate(c) && !isPair)) {
                throw Refused.invalid("Invalid value for parameter '" + name + "' supplied: it has "
                        + (c == 0 ? "NUL" : "half of a surrogate pair") + " at position " + (n + 1)
                        + " (expected: text that can be stored)");
            }
            n += isPair ? 1 : 0;
        }
        return text;
    }

    /** A text, a number or a truth value, as text. */
    private Optional<String> scalar(String name) {
        JsonNode value = node.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (value.isContainerNode()) {
            throw wrongType(name, value);
        }
        return Optional.of(storable(name, value.asText()));
    }

    boolean has(String name) {
        return node.hasNonNull(name);
    }

    private static Refused wrongType(String name, JsonNode value) {
        String type = switch (value.getNodeType()) {
            case NUMBER -> value.isIntegralNumber() ? "int" : "float";
            case BOOLEAN -> "bool";
            case ARRAY -> "list";
            case OBJECT -> "dict";
            case BINARY, MISSING, NULL, POJO, STRING -> "str";
        };
        return Refused.invalid("Invalid value " + value + " for parameter '" + name
                + "' supplied: Hint: Value was of type '" + type
                + "'. See the API docs for more information about request parameters.");
    }

    String text(String name, String otherwise) {
        return optional(name).orElse(otherwise);
    }

    @Nullable
    String textOrNull(String name) {
        return optional(name).filter(text -> !text.isEmpty()).orElse(null);
    }

    long integer(String name, long otherwise) {
        return scalar(name).map(text -> parseInteger(name, text)).orElse(otherwise);
    }

    long requiredInteger(String name) {
        return parseInteger(name, scalar(name).orElseThrow(() -> missing(name)));
    }

    double requiredNumber(String name) {
        String text = scalar(name).orElseThrow(() -> missing(name));
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true") ? 1 : 0;
        }
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw Refused.invalid(
                    "Invalid value '" + text + "' for parameter '" + name + "' supplied (expected: a number)");
        }
    }

    List<RequestFields> list(String name) {
        JsonNode value = node.path(name);
        if (!value.isArray() && !value.isMissingNode() && !value.isNull()) {
            throw wrongType(name, value);
        }
        List<RequestFields> list = new ArrayList<>();
        value.forEach(item -> list.add(new RequestFields(actor, item, false)));
        return list;
    }

    /** Returns the fields inside a field; none if it is absent. */
    RequestFields inside(String name) {
        return new RequestFields(actor, node.path(name), false);
    }

    boolean flag(String name) {
        return scalar(name)
                .map(text -> {
                    if (!text.equals("true") && !text.equals("false")) {
                        throw Refused.invalid("Invalid value '" + TextLimit.shown(text) + "' for parameter '" + name
                                + "' supplied (expected: true or false)");
                    }
                    return text.equals("true");
                })
                .orElse(false);
    }

    /** Returns a limit; throws {@link Refused} if it is not between 1 and {@code most}. */
    int limit(String name, int otherwise, int most) {
        long limit = integer(name, otherwise);
        if (limit < 1 || limit > most) {
            throw Refused.invalid("Invalid value " + limit + " for parameter '" + name
                    + "' supplied: It must be a positive integer, at most " + most + ".");
        }
        return (int) limit;
    }

    /** The tags or parameters of a list; the last of equal keys counts. */
    Map<String, String> pairs(String name) {
        Map<String, String> pairs = new LinkedHashMap<>();
        list(name).forEach(pair -> pairs.put(pair.required("key"), pair.text("value", "")));
        return pairs;
    }

    /** A list of texts. */
    List<String> texts(String name) {
        JsonNode value = node.path(name);
        List<String> texts = new ArrayList<>();
        boolean isAbsent = value.isMissingNode() || value.isNull();
        if (!isAbsent && !value.isArray() && !isQuery) {
            throw wrongType(name, value);
        }
        if (value.isArray()) {
            value.forEach(item -> texts.add(storable(name, item.asText())));
        } else if (!isAbsent) {
            texts.add(storable(name, value.asText()));
        }
        return texts;
    }

    /** The texts in a field, or, for {@code list/field}, in that field of each element of a list. */
    List<String> named(String field) {
        int slash = field.indexOf('/');
        if (slash > 0) {
            return list(field.substring(0, slash)).stream()
                    .flatMap(element -> element.named(field.substring(slash + 1)).stream())
                    .toList();
        }
        List<String> named = node.path(field).isArray()
                ? texts(field)
                : optional(field).map(List::of).orElse(List.of());
        return named.stream().filter(name -> !name.isEmpty()).toList();
    }

    /** The name or number of an enum's constant. */
    <E extends Enum<E>> Optional<E> choice(String name, List<E> byNumber) {
        return scalar(name)
                .map(text -> byNumber.stream()
                        .filter(constant -> constant.name().equals(text)
                                || text.equals(Integer.toString(byNumber.indexOf(constant) + 1)))
                        .findFirst()
                        .orElseThrow(() -> Refused.invalid("Invalid value '" + text + "' for parameter '" + name
                                + "' supplied (expected: one of " + byNumber + ")")));
    }

    private static long parseInteger(String name, String text) {
        try {
            return text.contains(".") ? (long) Double.parseDouble(text) : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw Refused.invalid(
                    "Invalid value '" + text + "' for parameter '" + name + "' supplied (expected: a whole number)");
        }
    }

    static Refused missing(String name) {
        return Refused.invalid("Missing value for required parameter '" + name
                + "'. See the API docs for more information about request parameters.");
    }
}
