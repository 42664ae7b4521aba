package dev.mayfly.mlflow;

import dev.mayfly.http.Failure;
import dev.mayfly.http.Protocol;
import io.javalin.http.Context;
import java.util.List;

/** Errors as MLflow's clients read them. */
public final class MlflowProtocol implements Protocol {

    private static final List<String> OWNED = List.of(
            "/api/2.0/",
            "/api/3.0/",
            "/ajax-api/",
            "/get-artifact",
            "/model-versions/",
            "/v1/",
            "/graphql",
            "/gateway/");

    @Override
    public boolean owns(String path) {
        return OWNED.stream().anyMatch(path::startsWith);
    }

    @Override
    public void refuse(Context request, Failure failure) {
        request.status(failure.kind().mlflowStatus())
                .contentType("application/json")
                .result(Wire.write(new Wire.ErrorReply(failure.kind().mlflowCode(), failure.message())));
    }
}
