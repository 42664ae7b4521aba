package dev.mayfly.jobs.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UnsupportedEncodingException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tracking run of this job, and the registry. Not thread-safe. */
public final class TrackingClient {

    static final String API = "/api/2.0/mlflow/";
    private static final String FILES = "/api/2.0/mlflow-artifacts/artifacts/";

    private final Http http;
    private final String runId;
    private final Location location;
    private final Journal journal;

    TrackingClient(Http http, String runId, Location location, Journal journal) {
        this.http = http;
        this.runId = runId;
        this.location = location;
        this.journal = journal;
    }

    /** Where a run is. */
    static final class Location {

        final String experiment;
        final String artifactUri;

        Location(String experiment, String artifactUri) {
            this.experiment = experiment;
            this.artifactUri = artifactUri;
        }
    }

    /** Reports what an earlier attempt kept; returns false if there is nothing. Files are read back. */
    boolean reportKept() {
        if (!journal.isThere()) {
            return false;
        }
        System.err.println("an earlier attempt kept its results in " + journal.folder() + "; reporting them");
        int count = journal.handOver(runId, location.artifactUri, new Journal.Reader() {
            @Override
            public String post(String path, ObjectNode body) {
                return http.post(path, body)
                        .path("run")
                        .path("info")
                        .path("run_id")
                        .asText();
            }

            @Override
            public void upload(String to, String path, byte[] content) {
                send(to, path, () -> new ByteArrayInputStream(content));
                byte[] back = download(to, path, Http::readAll);
                if (!Arrays.equals(content, back)) {
                    throw new TrackingException("", path + " read back from " + to + " differs from what was sent");
                }
            }

            @Override
            public void register(String model, String source) {
                TrackingClient.this.registerNow(model, source);
            }
        });
        System.err.println("reported what an earlier attempt had made: " + count + " requests and files");
        return true;
    }

    /**
     * Whether the server does not answer any more, so that reports are kept.
     *
     * @see #checkReported
     */
    public boolean isOffline() {
        return journal.isWritten();
    }

    /**
     * Does something that only the server can answer.
     *
     * @return empty if it does not answer any more
     */
    public <T> Optional<T> ask(Question<T> question) throws IOException {
        if (isOffline()) {
            return Optional.empty();
        }
        try {
            return Optional.of(question.ask());
        } catch (NoAnswerException e) {
            goOffline(e);
            return Optional.empty();
        }
    }

    /** Something that only the server can answer. */
    public interface Question<T> {
        T ask() throws IOException;
    }

    /**
     * Ends the job with an error if the server has not taken all reports. To be called when its work is done.
     *
     * @throws IllegalStateException which says where they are and how they are reported later
     */
    void checkReported() {
        if (isOffline()) {
            journal.complete();
            throw new IllegalStateException(
                    "the tracking server does not answer any more; what the job made is kept in "
                            + journal.folder()
                            + " (retry the run, or start the job again with the same MLFLOW_RUN_ID: it"
                            + " reports this and does not do the work again)");
        }
    }

    private void goOffline(NoAnswerException e) {
        System.err.println(e.getMessage() + "; from now on reports are kept in " + journal.folder());
        journal.write();
    }

    private void send(Runnable request) {
        if (isOffline()) {
            return;
        }
        try {
            request.run();
        } catch (NoAnswerException e) {
            goOffline(e);
        }
    }

    private void post(String path, ObjectNode body) {
        journal.post(API + path, body);
        send(() -> http.post(API + path, body));
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
        post("runs/log-batch", body);
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
        post("runs/log-batch", body);
    }

    /** Creates a run nested in this one, as MLflow's pages show it. The caller must {@link #finish} it. */
    public TrackingClient nested(String name, long startedMillis) {
        ObjectNode body = Http.object()
                .put("experiment_id", location.experiment)
                .put("run_name", name)
                .put("start_time", startedMillis);
        body.putArray("tags").addObject().put("key", "mlflow.parentRunId").put("value", runId);
        String kept = journal.create(API + "runs/create", body);
        String[] made = {kept};
        send(() -> {
            made[0] = http.post(API + "runs/create", body)
                    .path("run")
                    .path("info")
                    .path("run_id")
                    .asText();
            journal.made(kept, made[0]);
        });
        return new TrackingClient(http, made[0], location, journal);
    }

    /** Ends a nested run as FINISHED. */
    public void finish(long endedMillis) {
        post(
                "runs/update",
                Http.object().put("run_id", runId).put("status", "FINISHED").put("end_time", endedMillis));
    }

    /** Where the artifacts of the run are, as {@code mlflow-artifacts:/…}. */
    public String artifactUri() {
        return location.artifactUri;
    }

    /** Uploads one file to a place below an artifact location. */
    public void upload(String to, String path, Bytes bytes) {
        journal.upload(to, path, bytes);
        send(() -> send(to, path, bytes));
    }

    private void send(String to, String path, Bytes bytes) {
        http.exchange(
                "PUT",
                FILES + encode(below(to, path)),
                out -> {
                    try (InputStream in = bytes.open()) {
                        copy(in, out);
                    }
                },
                Http::readAll);
    }

    /** Opens the bytes to upload; called again if the upload is repeated or kept. */
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
     *
     * @return empty if the server does not answer any more
     */
    public Optional<Version> register(String model, String source) {
        journal.register(model, source);
        Version[] made = new Version[1];
        send(() -> made[0] = registerNow(model, source));
        return Optional.ofNullable(made[0]);
    }

    private Version registerNow(String model, String source) {
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
