package dev.mayfly.mlflow;

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
 * Files in parts, and presigned addresses. Where the store has addresses of its own (S3), clients send and read bytes there; else they
 * get addresses of this server.
 */
final class PartRoutes {

    private static final String FILES = "/api/2.0/mlflow-artifacts/artifacts/";
    private static final String PARTS = "mpu/part/{upload}/{number}/";
    private static final Duration VALID = Duration.ofMinutes(15);
    private static final int LONGEST_SECONDS = (int) Duration.ofDays(7).toSeconds();

    private final Tracking tracking;
    private final ArtifactStore artifacts;
    private final PartUploads parts;

    PartRoutes(Tracking tracking, ArtifactStore artifacts) {
        this.tracking = tracking;
        this.artifacts = artifacts;
        this.parts = artifacts.parts();
    }

    void add(Api api) {
        api.artifacts().post("mpu/create/<folder>", request -> Api.reply(request, create(request, Fields.of(request))));
        api.artifacts().post("mpu/complete/<folder>", request -> Api.reply(request, complete(Fields.of(request))));
        api.artifacts().post("mpu/abort/<folder>", request -> Api.reply(request, abort(Fields.of(request))));
        api.artifacts().put(PARTS + "<path>", this::store);
        api.artifacts().get("presigned/<path>", request -> Api.reply(request, download(request, Fields.of(request))));
        api.direct("artifacts/presigned-upload-url", this::uploadAddress);
        api.direct("artifacts/presigned-download-url", this::downloadAddress);
    }

    private Object create(Context request, Fields fields) {
        ArtifactPath path = file(fields);
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

    private Object complete(Fields fields) {
        List<PartUploads.Part> all = fields.list("parts").stream()
                .map(part -> new PartUploads.Part(
                        (int) part.whole("part_number", 0),
                        part.text("etag", "").replace("\"", "")))
                .sorted(Comparator.comparing(PartUploads.Part::number))
                .toList();
        if (all.isEmpty()) {
            throw Refused.invalid("Missing value for required parameter 'parts'.");
        }
        asked(() -> {
            parts.complete(file(fields), fields.required("upload_id"), all);
            return "";
        });
        return new Wire.Empty();
    }

    private Object abort(Fields fields) {
        parts.abort(file(fields), fields.required("upload_id"));
        return new Wire.Empty();
    }

    /** The folder is in the address; the client names the file by its path on its own machine. */
    private static ArtifactPath file(Fields fields) {
        String local = fields.required("path");
        return Locations.checked(fields.required("folder") + "/" + local.substring(local.lastIndexOf('/') + 1));
    }

    private Object download(Context request, Fields fields) {
        ArtifactPath path = Locations.checked(fields.required("path"));
        ArtifactStore.Entry file = artifacts
                .find(path)
                .filter(entry -> !entry.isFolder())
                .orElseThrow(() -> Refused.missing("No such artifact: '" + path + "'"));
        String url = parts.readAddress(path, VALID).map(URI::toString).orElseGet(() -> own(request, FILES, path));
        return new ArtifactReplies.PresignedReply(url, Map.of(), file.bytes());
    }

    private Object uploadAddress(Context request, Fields fields) {
        ArtifactPath path = ofRun(fields);
        String url =
                parts.writeAddress(path, valid(fields)).map(URI::toString).orElseGet(() -> own(request, FILES, path));
        return new ArtifactReplies.PresignedUploadReply(url, Map.of());
    }

    private Object downloadAddress(Context request, Fields fields) {
        ArtifactPath path = ofRun(fields);
        String url =
                parts.readAddress(path, valid(fields)).map(URI::toString).orElseGet(() -> own(request, FILES, path));
        return new ArtifactReplies.PresignedUploadReply(url, Map.of());
    }

    private ArtifactPath ofRun(Fields fields) {
        String root = tracking.run(RunRoutes.id(fields)).info().artifactUri();
        String path = Locations.checked(fields.required("path")).value();
        return Locations.path(root).child(path);
    }

    private static Duration valid(Fields fields) {
        return Duration.ofSeconds(fields.limit("expiration", (int) VALID.toSeconds(), LONGEST_SECONDS));
    }

    /** An address of this server, as the client reached it. */
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
