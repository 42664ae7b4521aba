package dev.mayfly.mlflow;

import static dev.mayfly.api.Right.EDITOR;
import static dev.mayfly.api.Right.VIEWER;
import static dev.mayfly.api.Target.Thing.ARTIFACT;
import static dev.mayfly.mlflow.MlflowRouter.file;
import static dev.mayfly.mlflow.MlflowRouter.post;
import static dev.mayfly.mlflow.MlflowRouter.proxied;

import dev.mayfly.api.Method;
import dev.mayfly.artifact.ArtifactPath;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.artifact.PartUploads;
import dev.mayfly.problem.Refused;
import dev.mayfly.tracking.Tracking;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Uploads in parts, and presigned addresses. If the store has addresses of its own (S3), clients send and read bytes
 * there; otherwise they get addresses of this server.
 */
final class MultipartRoutes {

    private static final String FILES = "/api/2.0/mlflow-artifacts/artifacts/";
    private static final String PARTS = "mpu/part/{upload}/{number}/";
    private static final Duration VALID = Duration.ofMinutes(15);
    private static final int LONGEST_SECONDS = (int) Duration.ofDays(7).toSeconds();

    private final Tracking tracking;
    private final ArtifactStore artifacts;
    private final PartUploads parts;

    MultipartRoutes(Tracking tracking, ArtifactStore artifacts) {
        this.tracking = tracking;
        this.artifacts = artifacts;
        this.parts = artifacts.parts();
    }

    void bind(MlflowRouter router) {
        router.bindAddressed(
                proxied(
                        Method.POST,
                        "mpu/create/<folder>",
                        "Begins a file in parts",
                        EDITOR.of(ARTIFACT.in("folder")),
                        ArtifactReplies.PartsReply.class),
                this::create);
        router.bind(
                proxied(
                        Method.POST,
                        "mpu/complete/<folder>",
                        "Makes a file of its parts",
                        EDITOR.of(ARTIFACT.in("folder")),
                        Wire.Empty.class),
                this::complete);
        router.bind(
                proxied(
                        Method.POST,
                        "mpu/abort/<folder>",
                        "Drops a file's parts",
                        EDITOR.of(ARTIFACT.in("folder")),
                        Wire.Empty.class),
                this::abort);
        router.bindRaw(
                file(Method.PUT, PARTS + "<path>", "Writes a part of a file", EDITOR.of(ARTIFACT.in("path"))),
                request -> store(request));
        router.bindAddressed(
                proxied(
                        Method.GET,
                        "presigned/<path>",
                        "Where a client may read a file",
                        VIEWER.of(ARTIFACT.in("path")),
                        ArtifactReplies.PresignedReply.class),
                this::download);
        router.bindAddressed(
                post(
                        "artifacts/presigned-upload-url",
                        "Where a client may write a run's file",
                        EDITOR.of(RunRoutes.RUN_ID),
                        ArtifactReplies.PresignedUploadReply.class),
                this::uploadAddress);
        router.bindAddressed(
                post(
                        "artifacts/presigned-download-url",
                        "Where a client may read a run's file",
                        VIEWER.of(RunRoutes.RUN_ID),
                        ArtifactReplies.PresignedUploadReply.class),
                this::downloadAddress);
    }

    private ArtifactReplies.PartsReply create(Context request, RequestFields fields) {
        ArtifactPath path = fileNamed(fields);
        int count = fields.limit("num_parts", 1, PartUploads.MOST_PARTS);
        String upload = parts.begin(path);
        List<ArtifactReplies.Credential> credentials = new ArrayList<>();
        for (int n = 1; n <= count; n++) {
            int number = n;
            String url = parts.partAddress(path, upload, n, VALID)
                    .map(URI::toString)
                    .orElseGet(() -> own(
                            request,
                            "/api/2.0/mlflow-artifacts/"
                                    + PARTS.replace("{upload}", upload).replace("{number}", Integer.toString(number)),
                            path));
            credentials.add(new ArtifactReplies.Credential(url, n, Map.of()));
        }
        return new ArtifactReplies.PartsReply(upload, credentials);
    }

    private void store(Context request) throws IOException {
        String number = request.pathParam("number");
        if (!number.matches("[1-9][0-9]{0,4}") || Integer.parseInt(number) > PartUploads.MOST_PARTS) {
            throw Refused.invalid("part number '" + number + "' (expected: 1 to " + PartUploads.MOST_PARTS + ")");
        }
        ArtifactPath path = Locations.checked(request.pathParam("path"));
        var bytes = ArtifactRoutes.body(request);
        String tag = ArtifactRoutes.checked(
                path,
                () -> asked(() -> parts.storePart(path, request.pathParam("upload"), Integer.parseInt(number), bytes)));
        request.header("ETag", '"' + tag + '"').status(200);
    }

    private Wire.Empty complete(RequestFields fields) {
        List<PartUploads.Part> all = fields.list("parts").stream()
                .map(part -> new PartUploads.Part(
                        (int) part.integer("part_number", 0),
                        part.text("etag", "").replace("\"", "")))
                .sorted(Comparator.comparing(PartUploads.Part::number))
                .toList();
        if (all.isEmpty()) {
            throw Refused.invalid("Missing value for required parameter 'parts'.");
        }
        asked(() -> {
            parts.complete(fileNamed(fields), fields.required("upload_id"), all);
            return "";
        });
        return new Wire.Empty();
    }

    private Wire.Empty abort(RequestFields fields) {
        parts.abort(fileNamed(fields), fields.required("upload_id"));
        return new Wire.Empty();
    }

    /** The folder is in the address; the client names the file by its path on its own machine. */
    private static ArtifactPath fileNamed(RequestFields fields) {
        String local = fields.required("path");
        return Locations.checked(fields.required("folder") + "/" + local.substring(local.lastIndexOf('/') + 1));
    }

    private ArtifactReplies.PresignedReply download(Context request, RequestFields fields) {
        ArtifactPath path = Locations.checked(fields.required("path"));
        ArtifactStore.Entry file = artifacts
                .find(path)
                .filter(entry -> !entry.isFolder())
                .orElseThrow(() -> Refused.missing("No such artifact: '" + path + "'"));
        String url = parts.readAddress(path, VALID).map(URI::toString).orElseGet(() -> own(request, FILES, path));
        return new ArtifactReplies.PresignedReply(url, Map.of(), file.bytes());
    }

    private ArtifactReplies.PresignedUploadReply uploadAddress(Context request, RequestFields fields) {
        ArtifactPath path = ofRun(fields);
        String url =
                parts.writeAddress(path, valid(fields)).map(URI::toString).orElseGet(() -> own(request, FILES, path));
        return new ArtifactReplies.PresignedUploadReply(url, Map.of());
    }

    private ArtifactReplies.PresignedUploadReply downloadAddress(Context request, RequestFields fields) {
        ArtifactPath path = ofRun(fields);
        String url =
                parts.readAddress(path, valid(fields)).map(URI::toString).orElseGet(() -> own(request, FILES, path));
        return new ArtifactReplies.PresignedUploadReply(url, Map.of());
    }

    private ArtifactPath ofRun(RequestFields fields) {
        String root = tracking.run(RunRoutes.id(fields)).info().artifactUri();
        String path = Locations.checked(fields.required("path")).value();
        return Locations.path(root).child(path);
    }

    private static Duration valid(RequestFields fields) {
        return Duration.ofSeconds(fields.limit("expiration", (int) VALID.toSeconds(), LONGEST_SECONDS));
    }

    /** Returns an address of this server, with the host by which the client reached it. */
    private static String own(Context request, String route, ArtifactPath path) {
        String names = path.names().stream()
                .map(name -> URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/"));
        return request.scheme() + "://" + request.host() + route + names;
    }

    private static <T> T asked(Supplier<T> call) {
        try {
            return call.get();
        } catch (IllegalArgumentException e) {
            throw Refused.invalid(String.valueOf(e.getMessage()));
        }
    }
}
