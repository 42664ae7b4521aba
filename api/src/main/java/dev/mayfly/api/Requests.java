package dev.mayfly.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Requests as HTTP carries them: read from it by the server, written to it by the client. */
public final class Requests {

    private static final String BODY = "text";
    private static final int LONGEST_ECHO = 100;

    private Requests() {}

    /**
     * The request of a route that is not {@link Input.Place#FREE}.
     *
     * @param path the values of the route's path parameters
     * @throws InvalidRequest if a field is unknown, missing, given twice or not as expected
     */
    public static <Q> Q read(
            Route<Q, ?> route, Map<String, String> path, Map<String, List<String>> query, String body) {
        Class<Q> type = route.input().type();
        ObjectNode fields = route.input().place() == Input.Place.JSON ? object(body) : Json.STRICT.createObjectNode();
        if (route.input().place() == Input.Place.JSON && !query.isEmpty()) {
            throw new InvalidRequest("query parameter '"
                    + shown(query.keySet().iterator().next()) + "' (expected: none; fields are in the JSON body)");
        }
        query.forEach((name, values) -> fields.set(name, value(type, name, values)));
        path.forEach(fields::put);
        if (route.input().place() == Input.Place.TEXT) {
            fields.put(BODY, body);
        }
        requireAll(type, fields);
        return record(type, fields);
    }

    /** The text in a field of a request that was read; empty if the request has no such field, or left it out. */
    public static Optional<String> field(Object request, String name) {
        JsonNode value = Json.STRICT.valueToTree(request).path(name);
        return value.isTextual() ? Optional.of(value.asText()) : Optional.empty();
    }

    private static ObjectNode object(String body) {
        try {
            JsonNode read = body.isBlank() ? Json.STRICT.createObjectNode() : Json.STRICT.readTree(body);
            WholeText.check(body, read);
            if (read instanceof ObjectNode object) {
                return object;
            }
            throw new InvalidRequest("request body is not a JSON object: " + shown(body));
        } catch (JsonProcessingException e) {
            throw new InvalidRequest("request body is not JSON: " + e.getOriginalMessage());
        }
    }

    private static JsonNode value(Class<?> type, String name, List<String> values) {
        RecordComponent component = component(type, name);
        if (component != null && List.class.isAssignableFrom(component.getType())) {
            return Json.STRICT.valueToTree(values);
        }
        if (values.size() != 1) {
            throw new InvalidRequest("query parameter '" + shown(name) + "' is given " + values.size() + " times");
        }
        return Json.STRICT.getNodeFactory().textNode(values.get(0));
    }

    private static void requireAll(Class<?> type, ObjectNode fields) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = Json.name(component.getName());
            if (!isOptional(component) && !fields.hasNonNull(name)) {
                throw new InvalidRequest("'" + name + "' is missing");
            }
        }
    }

    static boolean isOptional(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private static <Q> Q record(Class<Q> type, ObjectNode fields) {
        try {
            return Json.STRICT.treeToValue(fields, type);
        } catch (UnrecognizedPropertyException e) {
            throw new InvalidRequest("'" + shown(e.getPropertyName()) + "' is unknown (expected: " + names(type) + ")");
        } catch (ValueInstantiationException e) {
            Throwable why = e.getCause() == null ? e : e.getCause();
            throw new InvalidRequest(String.valueOf(why.getMessage()));
        } catch (MismatchedInputException e) {
            throw new InvalidRequest(place(e) + ": " + shown(at(fields, e)) + " (expected: " + expected(e) + ")");
        } catch (JsonProcessingException e) {
            throw new InvalidRequest(e.getOriginalMessage());
        }
    }

    private static String place(JsonMappingException e) {
        return e.getPath().stream()
                .map(step -> step.getFieldName() == null ? Integer.toString(step.getIndex()) : step.getFieldName())
                .collect(Collectors.joining("."));
    }

    private static String at(JsonNode fields, JsonMappingException e) {
        JsonNode node = fields;
        for (JsonMappingException.Reference step : e.getPath()) {
            node = step.getFieldName() == null ? node.path(step.getIndex()) : node.path(step.getFieldName());
        }
        return node.toString();
    }

    private static String expected(MismatchedInputException e) {
        Class<?> type = e.getTargetType() == null ? Object.class : e.getTargetType();
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return "a whole number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (List.class.isAssignableFrom(type)) {
            return "a list";
        }
        return Map.class.isAssignableFrom(type) ? "an object" : "a text";
    }

    private static String names(Class<?> type) {
        String names = Arrays.stream(type.getRecordComponents())
                .map(component -> Json.name(component.getName()))
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "none" : names;
    }

    private static @Nullable RecordComponent component(Class<?> type, String name) {
        return Arrays.stream(type.getRecordComponents())
                .filter(component -> Json.name(component.getName()).equals(name))
                .findFirst()
                .orElse(null);
    }

    private static String shown(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > LONGEST_ECHO ? plain.substring(0, LONGEST_ECHO) + "..." : plain;
    }

    /** A request as the client sends it; {@code body} is null without one. */
    record Written(String target, @Nullable String body, String media) {}

    static <Q> Written write(Route<Q, ?> route, Q request) {
        ObjectNode fields = Json.LENIENT.valueToTree(request);
        String target = route.path();
        for (String name : route.pathParameters()) {
            JsonNode value = fields.remove(name);
            target = target.replace("{" + name + "}", encode(value.asText()));
        }
        String media = route.input().media();
        return switch (route.input().place()) {
            case QUERY, BYTES -> new Written(target + query(fields), null, media);
            case JSON -> new Written(target, fields.toString(), media);
            case TEXT -> {
                String text = fields.remove(BODY).asText();
                yield new Written(target + query(fields), text, media);
            }
            case FREE -> throw new IllegalArgumentException(route + " is called in its own protocol");
        };
    }

    private static String query(ObjectNode fields) {
        List<String> pairs = new ArrayList<>();
        fields.properties().forEach(field -> {
            if (field.getValue().isArray()) {
                field.getValue().forEach(one -> pairs.add(field.getKey() + "=" + encode(one.asText())));
            } else {
                pairs.add(field.getKey() + "=" + encode(field.getValue().asText()));
            }
        });
        return pairs.isEmpty() ? "" : "?" + String.join("&", pairs);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
