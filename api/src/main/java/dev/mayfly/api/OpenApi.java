package dev.mayfly.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The OpenAPI 3.1 document of routes, written from their records. Not thread-safe. */
public final class OpenApi {

    private final ObjectNode document = Json.LENIENT.createObjectNode();
    private final ObjectNode paths;
    private final Map<String, Class<?>> named = new TreeMap<>();
    private final ObjectNode schemas = Json.LENIENT.createObjectNode();

    private OpenApi(String version) {
        document.put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Mayfly")
                .put("version", version)
                .put("description", "Pipelines that retrain Spark models, their runs, clusters and models.")
                .putObject("license")
                .put("name", "Apache-2.0")
                .put("identifier", "Apache-2.0");
        this.paths = document.putObject("paths");
    }

    /** The document, with one operation for each route. */
    public static JsonNode document(String version, List<Route<?, ?>> routes) {
        OpenApi api = new OpenApi(version);
        routes.forEach(api::add);
        ObjectNode components = api.document.putObject("components").putObject("schemas");
        new TreeMap<>(api.fieldsOf(api.schemas)).forEach(components::set);
        return api.document;
    }

    private Map<String, JsonNode> fieldsOf(ObjectNode node) {
        Map<String, JsonNode> fields = new TreeMap<>();
        node.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        return fields;
    }

    private void add(Route<?, ?> route) {
        String path = route.path().replace('<', '{').replace('>', '}');
        ObjectNode operation = paths.withObject("/" + escaped(path))
                .putObject(route.method().name().toLowerCase(Locale.ROOT));
        operation
                .put("summary", route.summary())
                .put("x-right", route.right().name().toLowerCase(Locale.ROOT));
        operation.putArray("tags").add(tag(path));
        parameters(operation, route);
        body(operation, route);
        answers(operation.putObject("responses"), route);
    }

    /** Of a JSON pointer. */
    private static String escaped(String path) {
        return path.replace("~", "~0").replace("/", "~1");
    }

    private static String tag(String path) {
        if (!path.startsWith("/api/v1/")) {
            return path.contains("mlflow") ? "mlflow" : "server";
        }
        String first = path.substring("/api/v1/".length()).split("/", 2)[0];
        return List.of("pipelines", "runs", "models", "clusters", "packages").contains(first) ? first : "server";
    }

    private void parameters(ObjectNode operation, Route<?, ?> route) {
        ArrayNode parameters = Json.LENIENT.createArrayNode();
        List<String> inPath = route.pathParameters();
        if (route.input().place() == Input.Place.FREE) {
            inPath.forEach(name -> parameter(parameters, name, "path", true).put("type", "string"));
        } else {
            for (RecordComponent component : route.input().type().getRecordComponents()) {
                String name = Json.name(component.getName());
                boolean isBody = route.input().place() == Input.Place.TEXT && name.equals("text");
                if (inPath.contains(name)) {
                    parameter(parameters, name, "path", true).setAll(schema(component));
                } else if (route.input().place() != Input.Place.JSON && !isBody) {
                    parameter(parameters, name, "query", !Requests.isOptional(component))
                            .setAll(schema(component));
                }
            }
        }
        if (!parameters.isEmpty()) {
            operation.set("parameters", parameters);
        }
    }

    /** Adds a parameter, and returns its schema to be filled. */
    private static ObjectNode parameter(ArrayNode parameters, String name, String place, boolean required) {
        return parameters
                .addObject()
                .put("name", name)
                .put("in", place)
                .put("required", required)
                .putObject("schema");
    }

    private void body(ObjectNode operation, Route<?, ?> route) {
        if (route.input().media().isEmpty()) {
            return;
        }
        ObjectNode body = operation.putObject("requestBody");
        ObjectNode schema =
                body.putObject("content").putObject(route.input().media()).putObject("schema");
        switch (route.input().place()) {
            case JSON -> schema.setAll(object(route.input().type(), route.pathParameters()));
            case TEXT, BYTES -> schema.put("type", "string");
            case FREE -> schema.put("type", route.input().media().endsWith("json") ? "object" : "string");
            case QUERY -> throw new IllegalStateException(route + " has its fields in the query and a body");
        }
    }

    private void answers(ObjectNode answers, Route<?, ?> route) {
        ObjectNode schema = answers.putObject("200")
                .put("description", "Done")
                .putObject("content")
                .putObject(route.output().media().replaceFirst(";.*", ""))
                .putObject("schema");
        switch (route.output().form()) {
            case OBJECT -> schema.setAll(schema(route.output().type()));
            case LIST ->
                schema.put("type", "array").set("items", schema(route.output().type()));
            case BYTES -> schema.put("type", "string");
        }
        Map<Integer, String> errors = new TreeMap<>();
        route.errors().stream()
                .sorted()
                .forEach(kind -> errors.merge(kind.status(), kind.title(), (one, other) -> one + ", or: " + other));
        boolean takesFields = route.input().place() == Input.Place.FREE
                || route.input().type().getRecordComponents().length > 0;
        if (takesFields) {
            errors.putIfAbsent(ErrorKind.INVALID.status(), ErrorKind.INVALID.title());
        }
        errors.forEach((status, title) -> error(answers.putObject(status.toString()), title, route));
        error(answers.putObject("default"), "The server can't answer now", route);
    }

    private void error(ObjectNode answer, String title, Route<?, ?> route) {
        ObjectNode content = answer.put("description", title).putObject("content");
        if (route.input().place() == Input.Place.FREE) {
            content.putObject("application/json").putObject("schema").put("type", "object");
        } else {
            content.putObject(ProblemDetails.MEDIA).set("schema", schema(ProblemDetails.class));
        }
    }

    private ObjectNode schema(RecordComponent component) {
        ObjectNode schema = schema(component.getGenericType());
        Doc doc = component.getAnnotation(Doc.class);
        if (doc != null) {
            schema.put("description", doc.value());
        }
        return schema;
    }

    private ObjectNode schema(Type type) {
        ObjectNode schema = Json.LENIENT.createObjectNode();
        if (type instanceof ParameterizedType generic) {
            Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            boolean isList = generic.getRawType() == List.class;
            schema.put("type", isList ? "array" : "object");
            schema.set(isList ? "items" : "additionalProperties", schema(last));
            return schema;
        }
        if (type instanceof Class<?> some && some.isRecord()) {
            return schema.put("$ref", "#/components/schemas/" + name(some));
        }
        return scalar(schema, type);
    }

    private static ObjectNode scalar(ObjectNode schema, Type type) {
        if (type == int.class || type == Integer.class) {
            return schema.put("type", "integer").put("format", "int32");
        }
        if (type == long.class || type == Long.class) {
            return schema.put("type", "integer").put("format", "int64");
        }
        if (type == double.class || type == Double.class) {
            // NaN and the infinities are words
            schema.putArray("type").add("number").add("string");
            return schema;
        }
        if (type == boolean.class || type == Boolean.class) {
            return schema.put("type", "boolean");
        }
        if (type == Instant.class) {
            return schema.put("type", "string").put("format", "date-time");
        }
        if (type == String.class) {
            return schema.put("type", "string");
        }
        return type == Object.class ? schema : schema.put("type", "object");
    }

    /** The name of a record's schema, which is written once. */
    private String name(Class<?> type) {
        String room = type.getPackageName().substring(type.getPackageName().lastIndexOf('.') + 1);
        String name = room.equals("api")
                ? type.getSimpleName()
                : room.substring(0, 1).toUpperCase(Locale.ROOT) + room.substring(1) + type.getSimpleName();
        Class<?> before = named.putIfAbsent(name, type);
        if (before == null) {
            schemas.set(name, object(type, List.of()));
        } else if (before != type) {
            throw new IllegalStateException("two records are called " + name + ": " + before + " and " + type);
        }
        return name;
    }

    private ObjectNode object(Class<?> type, List<String> without) {
        ObjectNode schema = Json.LENIENT.createObjectNode().put("type", "object");
        Doc doc = type.getAnnotation(Doc.class);
        if (doc != null) {
            schema.put("description", doc.value());
        }
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = Json.LENIENT.createArrayNode();
        properties(type, without, properties, required);
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        return schema;
    }

    private void properties(Class<?> type, List<String> without, ObjectNode properties, ArrayNode required) {
        Arrays.stream(type.getRecordComponents())
                .filter(component -> !without.contains(Json.name(component.getName())))
                .forEach(component -> {
                    if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
                        // Jackson takes a field with the component's own name for the whole component
                        if (Arrays.stream(component.getType().getRecordComponents())
                                .anyMatch(inner -> inner.getName().equals(component.getName()))) {
                            throw new IllegalStateException(
                                    type + " unwraps '" + component.getName() + "' into itself");
                        }
                        properties(component.getType(), List.of(), properties, required);
                        return;
                    }
                    String name = Json.name(component.getName());
                    if (properties.has(name)) {
                        throw new IllegalStateException(type + " has '" + name + "' twice");
                    }
                    properties.set(name, schema(component));
                    if (isAlwaysWritten(type, component)) {
                        required.add(name);
                    }
                });
    }

    /** MLflow's replies leave out empty lists, as proto2 does. */
    private static boolean isAlwaysWritten(Class<?> type, RecordComponent component) {
        boolean isOurs = type.getPackage().equals(OpenApi.class.getPackage());
        return !Requests.isOptional(component) && (isOurs || component.getType() != List.class);
    }
}
