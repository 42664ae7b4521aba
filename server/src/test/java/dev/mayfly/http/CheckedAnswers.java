package dev.mayfly.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.mayfly.api.OpenApi;
import dev.mayfly.api.Output;
import dev.mayfly.api.Route;
import io.javalin.http.Context;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Routes that hold every answer against the OpenAPI document: one that does not fit it becomes an error of the server. Thread-safe. */
public final class CheckedAnswers {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode document;
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    private CheckedAnswers(JsonNode document) {
        this.document = document;
    }

    /** The same routes, whose answers are checked. */
    public static Routes of(Routes routes) {
        CheckedAnswers checks = new CheckedAnswers(OpenApi.document("test", routes.all()));
        Routes checked = new Routes();
        routes.bound().forEach(bound -> bind(checked, checks, bound));
        return checked;
    }

    private static <Q> void bind(Routes checked, CheckedAnswers checks, Routes.Bound<Q> bound) {
        checked.bind(bound.route(), bound.reader(), (actor, read, request) -> {
            bound.handler().handle(actor, read, request);
            if (bound.route().output().form() != Output.Form.BYTES) {
                checks.check(bound.route(), request);
            }
        });
    }

    private void check(Route<?, ?> route, Context request) {
        String answer = String.valueOf(request.result());
        List<Error> errors =
                schemas.computeIfAbsent(route.toString(), name -> schema(route)).validate(answer, InputFormat.JSON);
        if (!errors.isEmpty()) {
            throw new IllegalStateException(
                    "the answer of " + route + " is not as openapi.json has it: " + errors + " in " + answer);
        }
    }

    private Schema schema(Route<?, ?> route) {
        ObjectNode schema = JSON.createObjectNode();
        schema.putArray("allOf")
                .add(document.path("paths")
                        .path(route.path().replace('<', '{').replace('>', '}'))
                        .path(route.method().name().toLowerCase(Locale.ROOT))
                        .at("/responses/200/content/application~1json/schema"));
        schema.set("components", document.path("components"));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema.toString(), InputFormat.JSON);
    }
}
