package dev.mayfly.mlflow;

import dev.mayfly.artifact.ArtifactPath;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.tracking.Refused;
import dev.mayfly.tracking.Tracking;
import dev.mayfly.tracking.TrackingRunId;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLConnection;
import java.util.List;
import java.util.Optional;

/** {@code /mlflow/artifacts} and the proxy {@code /mlflow-artifacts}, through which clients need no keys. */
final class ArtifactRoutes {

    static final String SCHEME = "mlflow-artifacts:";

    private final Tracking tracking;
    private final ArtifactStore artifacts;

    ArtifactRoutes(Tracking tracking, ArtifactStore artifacts) {
        this.tracking = tracking;
        this.artifacts = artifacts;
    }

    void add(Api api) {
        api.get("artifacts/list", this::list);
        api.artifacts().get("artifacts", this::proxyList);
        api.artifacts().get("artifacts/<path>", this::download);
        api.artifacts().put("artifacts/<path>", this::upload);
    }

    /** The store's path of an {@code mlflow-artifacts:} location; {@link Refused} for any other. */
    static ArtifactPath path(String location) {
        if (!location.startsWith(SCHEME + "/")) {
            throw Refused.invalid("Invalid artifact location '" + location + "' (expected: " + SCHEME + "/...)");
        }
        return checked(
                location.substring(SCHEME.length()).replaceFirst("^/+", "").replaceFirst("/$", ""));
    }

    private Object list(Fields fields) {
        String id = fields.optional("run_id").orElseGet(() -> fields.required("run_uuid"));
        String root = tracking.run(new TrackingRunId(id)).info().artifactUri();
        ArtifactPath base = path(root);
        String below = fields.text("path", "");
        checked(below);
        List<Wire.WireFile> files = artifacts.list(base.child(below)).stream()
                .map(entry -> Wire.WireFile.of(
                        entry, entry.path().value().substring(base.value().length() + 1)))
                .toList();
        return new Wire.FilesReply(root, files);
    }

    private void proxyList(Context request) {
        ArtifactPath path = checked(
                Optional.ofNullable(request.queryParam("path")).orElse("").replaceFirst("/$", ""));
        List<Wire.WireFile> files = artifacts.list(path).stream()
                .map(entry -> Wire.WireFile.of(
                        entry, entry.path().names().get(entry.path().names().size() - 1)))
                .toList();
        request.contentType("application/json").result(Wire.write(new Wire.FilesReply(null, files)));
    }

    private void download(Context request) {
        ArtifactPath path = checked(request.pathParam("path"));
        InputStream bytes = artifacts
                .open(path, 0)
                .map(ArtifactStore.Content::bytes)
                .orElseThrow(() -> Refused.missing("No such artifact: '" + path + "'"));
        String name = path.names().get(path.names().size() - 1);
        String type = URLConnection.guessContentTypeFromName(name);
        request.header("X-Content-Type-Options", "nosniff");
        request.header("Content-Disposition", "attachment; filename=\"" + name.replace('"', '_') + "\"");
        request.contentType(type == null ? "application/octet-stream" : type);
        request.result(bytes);
    }

    private void upload(Context request) throws IOException {
        ArtifactPath path = checked(request.pathParam("path"));
        if (path.value().isEmpty()) {
            throw Refused.invalid("Invalid artifact path '' (expected: the path of a file)");
        }
        artifacts.store(path, request.req().getInputStream());
        request.contentType("application/json").result(Wire.write(new Wire.Empty()));
    }

    private static ArtifactPath checked(String path) {
        try {
            return new ArtifactPath(path);
        } catch (IllegalArgumentException e) {
            throw Refused.invalid("Invalid path: " + e.getMessage());
        }
    }
}
