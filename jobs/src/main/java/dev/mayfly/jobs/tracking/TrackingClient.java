package dev.mayfly.jobs.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UnsupportedEncodingException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tracking run of this job, and the registry. Not thread-safe. */
public final class TrackingClient {

    private static final String API = "/api/2.0/mlflow/";
    private static final String FILES = "/api/2.0/mlflow-artifacts/artifacts/";

    private final Http http;
    private final String runId;

    /**
     * A client for one run.
     *
     * @param trackingUri such as {@code http://host:port}
     * @param runId the run that the control plane made for this job
     */
    public TrackingClient(String trackingUri, String runId) {
        this(new Http(trackingUri), runId);
    }

    private TrackingClient(Http http, String runId) {
        this.http = http;
        this.runId = runId;
    }

    /**
     * The client that {@code MLFLOW_TRACKING_URI} and {@code MLFLOW_RUN_ID} name; empty if they are not set. To be called
     * before the work: better that a job which can't report ends now than after hours.
     *
     * @throws IllegalArgumentException if one of them is empty
     * @throws TrackingException if the server can't be reached, or the run is not there, not open or not to be written
     */
    public static Optional<TrackingClient> fromEnvironment(Map<String, String> variables) {
        String uri = variables.get("MLFLOW_TRACKING_URI");
        String run = variables.get("MLFLOW_RUN_ID");
        if (uri == null || run == null) {
            return Optional.empty();
        }
        if (uri.isEmpty() || run.isEmpty()) {
            throw new IllegalArgumentException((uri.isEmpty() ? "MLFLOW_TRACKING_URI" : "MLFLOW_RUN_ID")
                    + ": '' (expected: a value, or not set; Mayfly sets both)");
        }
        TrackingClient client = new TrackingClient(uri, run);
        client.checkOpen();
        return Optional.of(client);
    }

    private void checkOpen() {
        JsonNode info = info();
        String status = info.path("status").asText();
        String stage = info.path("lifecycle_stage").asText();
        if (!status.equals("RUNNING") || !stage.equals("active")) {
            throw new TrackingException(
                    "", "run " + runId + " is " + (stage.equals("active") ? status : stage) + " (expected: RUNNING)");
        }
        http.post(API + "runs/log-batch", Http.object().put("run_id", runId)); // writes nothing, but only who may write
    }

    /** A version of a registered model. */
    public static final class Version {

        private final String number;
        private final String source;

        Version(JsonNode node) {
            this.number = node.path("version").asText();
            this.source = node.path("source").asText();
        }

        public String number() {
            return number;
        }

        public String source() {
            return source;
        }
    }

    public String runId() {
        return runId;
    }

    /** Logs parameters, metrics and tags together. */
    public void log(Map<String, ?> params, Map<String, Double> metrics, Map<String, String> tags) {
        ObjectNode body = Http.object().put("run_id", runId);
        ArrayNode paramList = body.putArray("params");
        params.forEach((key, value) -> paramList.addObject().put("key", key).put("value", String.valueOf(value)));
        ArrayNode tagList = body.putArray("tags");
        tags.forEach((key, value) -> tagList.addObject().put("key", key).put("value", value));
        long now = System.currentTimeMillis();
        ArrayNode metricList = body.putArray("metrics");
        metrics.forEach((key, value) -> metricList
                .addObject()
                .put("key", key)
                .put("value", value)
                .put("timestamp", now)
                .put("step", 0));
        http.post(API + "runs/log-batch", body);
    }

    /** Logs a curve as one metric: a value for each step from 0. */
    public void logCurve(String key, double[] values) {
        ObjectNode body = Http.object().put("run_id", runId);
        long now = System.currentTimeMillis();
        ArrayNode metrics = body.putArray("metrics");
        for (int step = 0; step < values.length; step++) {
            metrics.addObject()
                    .put("key", key)
                    .put("value", values[step])
                    .put("timestamp", now)
                    .put("step", step);
        }
        http.post(API + "runs/log-batch", body);
    }

    private JsonNode info() {
        return http.get(API + "runs/get?run_id=" + runId).path("run").path("info");
    }

    /** Creates a run nested in this one, as MLflow's pages show it. The caller must {@link #finish} it. */
    public TrackingClient nested(String name, long startedMillis) {
        ObjectNode body = Http.object()
                .put("experiment_id", info().path("experiment_id").asText())
                .put("run_name", name)
                .put("start_time", startedMillis);
        body.putArray("tags").addObject().put("key", "mlflow.parentRunId").put("value", runId);
        JsonNode made = http.post(API + "runs/create", body);
        return new TrackingClient(
                http, made.path("run").path("info").path("run_id").asText());
    }

    /** Ends a nested run as FINISHED. */
    public void finish(long endedMillis) {
        http.post(
                API + "runs/update",
                Http.object().put("run_id", runId).put("status", "FINISHED").put("end_time", endedMillis));
    }

    /** Where the artifacts of the run are, as {@code mlflow-artifacts:/…}. */
    public String artifactUri() {
        return info().path("artifact_uri").asText();
    }

    /** Uploads one file to a place below an artifact location. */
    public void upload(String location, String path, Bytes bytes) {
        http.exchange(
                "PUT",
                FILES + encode(below(location, path)),
                out -> {
                    try (InputStream in = bytes.open()) {
                        copy(in, out);
                    }
                },
                Http::readAll);
    }

    /** Opens the bytes to upload; called again if the upload is repeated. */
    public interface Bytes {
        InputStream open() throws IOException;
    }

    /** Reads one file. */
    public <T> T download(String location, String path, Reader<T> reader) {
        return http.exchange("GET", FILES + encode(below(location, path)), null, reader::read);
    }

    /** Takes the bytes of a download; called again if the download is repeated. */
    public interface Reader<T> {
        T read(InputStream in) throws IOException;
    }

    /** The paths of all files below a location, relative to it. */
    public List<String> files(String location) {
        List<String> files = new ArrayList<>();
        collect(location, "", files);
        return files;
    }

    private void collect(String location, String folder, List<String> into) {
        String query = FILES.substring(0, FILES.length() - 1) + "?path=" + encodeQuery(below(location, folder));
        for (JsonNode file : http.get(query).path("files")) {
            String path = folder.isEmpty()
                    ? file.path("path").asText()
                    : folder + "/" + file.path("path").asText();
            if (file.path("is_dir").asBoolean()) {
                collect(location, path, into);
            } else {
                into.add(path);
            }
        }
    }

    /** The version that an alias means; empty if there is no such model or alias. */
    public Optional<Version> byAlias(String model, String alias) {
        try {
            JsonNode reply = http.get(API + "registered-models/alias?name=" + encodeQuery(model) + "&alias=" + alias);
            return Optional.of(new Version(reply.path("model_version")));
        } catch (TrackingException e) {
            if (e.errorCode().equals("RESOURCE_DOES_NOT_EXIST") || e.errorCode().equals("INVALID_PARAMETER_VALUE")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Registers a version of this run; if the run has one already, returns that, so that a repeated call makes no
     * second one.
     */
    public Version register(String model, String source, Map<String, String> tags) {
        try {
            http.post(API + "registered-models/create", Http.object().put("name", model));
        } catch (TrackingException e) {
            if (!e.errorCode().equals("RESOURCE_ALREADY_EXISTS")) {
                throw e;
            }
        }
        String filter = encodeQuery("run_id = '" + runId + "'");
        for (JsonNode version :
                http.get(API + "model-versions/search?filter=" + filter).path("model_versions")) {
            if (version.path("name").asText().equals(model)) {
                return new Version(version);
            }
        }
        ObjectNode body = Http.object().put("name", model).put("source", source).put("run_id", runId);
        ArrayNode tagList = body.putArray("tags");
        tags.forEach((key, value) -> tagList.addObject().put("key", key).put("value", value));
        return new Version(http.post(API + "model-versions/create", body).path("model_version"));
    }

    private static String below(String location, String path) {
        String scheme = "mlflow-artifacts:/";
        if (!location.startsWith(scheme)) {
            throw new IllegalArgumentException("artifact location " + location + " (expected: " + scheme + "...)");
        }
        String root = location.substring(scheme.length());
        return path.isEmpty() ? root : root + "/" + path;
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            out.write(buffer, 0, n);
        }
    }

    private static String encode(String path) {
        StringBuilder encoded = new StringBuilder();
        for (String name : path.split("/", -1)) {
            encoded.append(encoded.length() == 0 ? "" : "/")
                    .append(encodeQuery(name).replace("+", "%20"));
        }
        return encoded.toString();
    }

    private static String encodeQuery(String text) {
        try {
            return URLEncoder.encode(text, "UTF-8");
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException("every JDK has UTF-8", e);
        }
    }
}
