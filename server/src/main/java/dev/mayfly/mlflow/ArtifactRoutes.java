package dev.mayfly.mlflow;

import static dev.mayfly.api.Right.EDITOR;
import static dev.mayfly.api.Right.VIEWER;
import static dev.mayfly.api.Target.Thing.ARTIFACT;
import static dev.mayfly.api.Target.Thing.LOGGED_MODEL;
import static dev.mayfly.api.Target.Thing.MODEL;
import static dev.mayfly.api.Target.Thing.TRACKING_RUN;
import static dev.mayfly.mlflow.MlflowRouter.bytes;
import static dev.mayfly.mlflow.MlflowRouter.file;
import static dev.mayfly.mlflow.MlflowRouter.get;
import static dev.mayfly.mlflow.MlflowRouter.proxied;

import dev.mayfly.api.Method;
import dev.mayfly.artifact.ArtifactPath;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.digest.CheckedBytes;
import dev.mayfly.problem.Refused;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.registry.ModelVersion;
import dev.mayfly.tracking.LoggedModels;
import dev.mayfly.tracking.Tracking;
import dev.mayfly.tracking.TrackingRunId;
import io.javalin.http.Context;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLConnection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /mlflow/artifacts} and the proxy {@code /mlflow-artifacts}, through which clients need no keys. */
final class ArtifactRoutes {

    /** Endings or whole names of the files that MLflow serves as text ({@code mlflow/utils/mime_type_utils.py}). */
    private static final Set<String> TEXTS = Set.of(
            "txt",
            "log",
            "err",
            "cfg",
            "conf",
            "cnf",
            "cf",
            "ini",
            "properties",
            "prop",
            "hocon",
            "toml",
            "yaml",
            "yml",
            "xml",
            "json",
            "js",
            "py",
            "py3",
            "csv",
            "tsv",
            "md",
            "rst",
            "ipynb",
            "MLmodel",
            "MLproject");

    /** The largest upload from MLflow's pages, in bytes. */
    private static final int MOST_OF_PAGES = 10 << 20;

    private static final Pattern SHA_256 = Pattern.compile("sha-256=:([A-Za-z0-9+/=]+):");
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{0,18})");

    private final Tracking tracking;
    private final ModelRegistry registry;
    private final LoggedModels models;
    private final ArtifactStore artifacts;

    ArtifactRoutes(Tracking tracking, ModelRegistry registry, LoggedModels models, ArtifactStore artifacts) {
        this.tracking = tracking;
        this.registry = registry;
        this.models = models;
        this.artifacts = artifacts;
    }

    void bind(MlflowRouter router) {
        router.bind(
                get("artifacts/list", "A run's files", VIEWER.of(RunRoutes.RUN_ID), ArtifactReplies.FilesReply.class),
                this::list);
        router.bind(
                proxied(
                        Method.GET,
                        "artifacts",
                        "Files below a path",
                        VIEWER.of(ARTIFACT.in("path")),
                        ArtifactReplies.FilesReply.class),
                this::proxyList);
        router.bindRaw(
                file(Method.GET, "artifacts/<path>", "A file", VIEWER.of(ARTIFACT.in("path"))),
                request -> send(request, path(request)));
        router.bindRaw(
                file(Method.PUT, "artifacts/<path>", "Writes a file", EDITOR.of(ARTIFACT.in("path"))),
                request -> store(request, path(request)));
        router.bind(
                proxied(
                        Method.DELETE,
                        "artifacts/<path>",
                        "Deletes a file, or all below a path",
                        EDITOR.of(ARTIFACT.in("path")),
                        Wire.Empty.class),
                this::delete);
        router.bindRaw(
                bytes(Method.GET, "/get-artifact", "A run's file", VIEWER.of(RunRoutes.RUN_ID)),
                request -> ofRun(request));
        router.bindRaw(
                bytes(Method.GET, "/model-versions/get-artifact", "A version's file", VIEWER.of(MODEL.in("name"))),
                request -> ofVersion(request));
        router.bindRaw(
                bytes(
                        Method.GET,
                        "/ajax-api/2.0/mlflow/logged-models/{model_id}/artifacts/files",
                        "A logged model's file",
                        VIEWER.of(LOGGED_MODEL.in("model_id"))),
                request -> ofModel(request));
        router.bindRaw(
                bytes(
                        Method.POST,
                        "/ajax-api/2.0/mlflow/upload-artifact",
                        "Writes a run's file",
                        EDITOR.of(TRACKING_RUN.in("run_uuid"))),
                request -> uploadToRun(request));
    }

    /** Returns entries with their paths relative to a folder. */
    static List<ArtifactReplies.WireFile> relative(ArtifactPath base, List<ArtifactStore.Entry> entries) {
        int skip = base.value().isEmpty() ? 0 : base.value().length() + 1;
        return entries.stream()
                .map(entry ->
                        ArtifactReplies.WireFile.of(entry, entry.path().value().substring(skip)))
                .toList();
    }

    private ArtifactReplies.FilesReply list(RequestFields fields) {
        String root = tracking.run(RunRoutes.id(fields)).info().artifactUri();
        ArtifactPath base = Locations.path(root);
        ArtifactPath below = Locations.checked(fields.text("path", ""));
        return new ArtifactReplies.FilesReply(root, relative(base, artifacts.list(base.child(below.value()))));
    }

    private ArtifactReplies.FilesReply proxyList(RequestFields fields) {
        ArtifactPath path = Locations.checked(fields.text("path", "").replaceFirst("/$", ""));
        return new ArtifactReplies.FilesReply(null, relative(path, artifacts.list(path)));
    }

    private void ofRun(Context request) throws IOException {
        String id = query(request, request.queryParam("run_id") == null ? "run_uuid" : "run_id");
        String root = tracking.run(new TrackingRunId(id)).info().artifactUri();
        send(request, below(root, request, "path"));
    }

    private void ofVersion(Context request) throws IOException {
        String version = query(request, "version");
        if (!version.matches("[0-9]{1,9}")) {
            throw Refused.invalid("Invalid value '" + version + "' for parameter 'version' (expected: a whole number)");
        }
        ModelVersion found = registry.version(new ModelVersion.Key(query(request, "name"), Integer.parseInt(version)));
        send(request, below(found.files(), request, "path"));
    }

    private void ofModel(Context request) throws IOException {
        String root = models.get(request.pathParam("model_id"), false).info().artifactUri();
        send(request, below(root, request, "artifact_file_path"));
    }

    private void uploadToRun(Context request) throws IOException {
        String root = tracking.run(new TrackingRunId(query(request, "run_uuid")))
                .info()
                .artifactUri();
        if (request.contentLength() < 0 || request.contentLength() > MOST_OF_PAGES) {
            throw Refused.invalid("Artifact size is too large. Max size is 10MB.");
        }
        store(request, below(root, request, "path"));
    }

    private static ArtifactPath below(String root, Context request, String parameter) {
        return Locations.path(root)
                .child(Locations.checked(query(request, parameter)).value());
    }

    private static String query(Context request, String name) {
        return Optional.ofNullable(request.queryParam(name))
                .filter(value -> !value.isEmpty())
                .map(value -> RequestFields.storable(name, value))
                .orElseThrow(() -> Refused.invalid("Missing value for required parameter '" + name + "'."));
    }

    /**
     * Sends a file, or the range that the client asks for, as a download: a browser must not show it as a page of ours.
     */
    private void send(Context request, ArtifactPath path) throws IOException {
        Matcher range =
                RANGE.matcher(Optional.ofNullable(request.header("Range")).orElse(""));
        long from = range.matches() ? Long.parseLong(range.group(1)) : 0;
        long last = range.matches() && !range.group(2).isEmpty() ? Long.parseLong(range.group(2)) : Long.MAX_VALUE;
        boolean isPart = range.matches() && from <= last; // any other range is ignored (RFC 9110, 14.2)
        ArtifactStore.Content content = artifacts
                .open(path, isPart ? from : 0)
                .orElseThrow(() -> Refused.missing("No such artifact: '" + path + "'"));
        String name = path.names().get(path.names().size() - 1);
        request.header("X-Content-Type-Options", "nosniff");
        request.header("Content-Disposition", disposition(name));
        request.header("Accept-Ranges", "bytes");
        request.contentType(type(name));
        request.disableCompression();
        if (isPart) {
            sendPart(request, content, from, Math.min(content.size() - 1, last));
        } else {
            request.header("Content-Length", Long.toString(content.size())).result(content.bytes());
        }
    }

    private static void sendPart(Context request, ArtifactStore.Content content, long from, long to)
            throws IOException {
        if (from >= content.size()) {
            content.close();
            request.status(416)
                    .header("Content-Range", "bytes */" + content.size())
                    .result(new byte[0]);
            return;
        }
        request.status(206).header("Content-Range", "bytes " + from + "-" + to + "/" + content.size());
        request.header("Content-Length", Long.toString(to - from + 1));
        request.result(new Limited(content.bytes(), to - from + 1));
    }

    private static String type(String name) {
        if (TEXTS.contains(name.substring(name.lastIndexOf('.') + 1))) {
            return "text/plain";
        }
        String guessed = URLConnection.guessContentTypeFromName(name);
        return guessed == null ? "application/octet-stream" : guessed;
    }

    /** Makes a file a download under its name; RFC 6266 encodes what is not ASCII. */
    private static String disposition(String name) {
        String plain = name.replaceAll("[^\\x20-\\x7e]|[\"\\\\]", "_");
        String exact = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        return "attachment; filename=\"" + plain + "\"" + (plain.equals(name) ? "" : "; filename*=UTF-8''" + exact);
    }

    private void store(Context request, ArtifactPath path) throws IOException {
        if (path.value().isEmpty()) {
            throw Refused.invalid("Invalid artifact path '' (expected: the path of a file)");
        }
        InputStream bytes = body(request);
        checked(path, () -> artifacts.store(path, bytes));
        request.status(200);
    }

    /** Refuses bytes that differ from the request's digest, and paths that can't hold a file. */
    static <T> T checked(ArtifactPath path, Supplier<T> storing) {
        try {
            return storing.get();
        } catch (IllegalArgumentException e) {
            throw Refused.invalid("Invalid path: " + e.getMessage());
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof CheckedBytes.Mismatch mismatch) {
                throw Refused.invalid("Artifact '" + path + "' is not stored: " + mismatch.getMessage());
            }
            throw e;
        }
    }

    /**
     * Returns the body, checked against {@code Content-MD5} or {@code Content-Digest} (RFC 9530) if the request has
     * one.
     */
    static InputStream body(Context request) throws IOException {
        InputStream bytes = request.req().getInputStream();
        Matcher digest = SHA_256.matcher(
                Optional.ofNullable(request.header("Content-Digest")).orElse(""));
        if (digest.find()) {
            return new CheckedBytes(bytes, "SHA-256", digest.group(1));
        }
        String md5 = request.header("Content-MD5");
        return md5 == null ? bytes : new CheckedBytes(bytes, "MD5", md5);
    }

    private Wire.Empty delete(RequestFields fields) {
        ArtifactPath path = Locations.checked(fields.required("path"));
        if (path.value().isEmpty()) {
            throw Refused.invalid("Invalid artifact path '' (expected: not the root)");
        }
        return Wire.done(() -> artifacts.delete(path));
    }

    private static ArtifactPath path(Context request) {
        return Locations.checked(request.pathParam("path"));
    }

    /** The first bytes of a stream. */
    private static final class Limited extends FilterInputStream {

        private long left;

        Limited(InputStream bytes, long most) {
            super(bytes);
            this.left = most;
        }

        @Override
        public int read() throws IOException {
            if (left <= 0) {
                return -1;
            }
            left--;
            return in.read();
        }

        @Override
        public int read(byte[] into, int at, int most) throws IOException {
            if (left <= 0) {
                return -1;
            }
            int read = in.read(into, at, (int) Math.min(most, left));
            left -= Math.max(0, read);
            return read;
        }
    }
}
