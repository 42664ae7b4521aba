package dev.mayfly.jobs.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** Work that reports to the tracking run of its environment. */
public final class Reporting {

    /** At the start a job finds out soon whether it can report. */
    private static final Duration PATIENCE_AT_START = Duration.ofMinutes(2);

    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private Reporting() {}

    /**
     * Does work that reports to the client of the environment. If an earlier attempt of the same task made its
     * results but could not report them, they are reported instead.
     *
     * @param lake the folder in which reports are kept that the server does not take
     */
    public static void run(String lake, Configuration hadoop, Work work) throws Exception {
        Optional<TrackingClient> client = fromEnvironment(System.getenv(), lake, hadoop);
        if (client.isPresent() && client.get().reportKept()) {
            return;
        }
        work.run(client);
        client.ifPresent(TrackingClient::checkReported);
    }

    /** Work that reports, if there is a run to report to. */
    public interface Work {
        void run(Optional<TrackingClient> client) throws Exception;
    }

    /** The client, where a job can't do without one. */
    public static TrackingClient required(Optional<TrackingClient> client) {
        return client.orElseThrow(() -> new IllegalArgumentException(
                "MLFLOW_TRACKING_URI and MLFLOW_RUN_ID are not set (expected: both; Mayfly sets them)"));
    }

    /**
     * The client that {@code MLFLOW_TRACKING_URI} and {@code MLFLOW_RUN_ID} name; empty if they are not set. To be called
     * before the work: better that a job which can't report ends now than after hours. Afterwards the client waits for a
     * server that does not answer for half an hour ({@code MAYFLY_REPORT_PATIENCE}, in seconds).
     *
     * @param lake the folder in which reports are kept that the server does not take, see {@link TrackingClient#checkReported}
     * @throws IllegalArgumentException if one of the variables is empty
     * @throws TrackingException if the server can't be reached, or the run is not there, not open or not to be written
     */
    static Optional<TrackingClient> fromEnvironment(Map<String, String> variables, String lake, Configuration hadoop) {
        String uri = variables.get("MLFLOW_TRACKING_URI");
        String run = variables.get("MLFLOW_RUN_ID");
        if (uri == null || run == null) {
            return Optional.empty();
        }
        if (uri.isEmpty() || run.isEmpty()) {
            throw new IllegalArgumentException((uri.isEmpty() ? "MLFLOW_TRACKING_URI" : "MLFLOW_RUN_ID")
                    + ": '' (expected: a value, or not set; Mayfly sets both)");
        }
        Http http = new Http(uri, token(variables, hadoop), PATIENCE_AT_START);
        TrackingClient.Location location = checkOpen(http, run);
        http.waitFor(patience(variables.getOrDefault("MAYFLY_REPORT_PATIENCE", "")));
        Journal journal = new Journal(kept(variables, run, lake), hadoop);
        journal.name(run, location.artifactUri);
        return Optional.of(new TrackingClient(http, run, location, journal));
    }

    /** The token of the job, or, where others can read its variables, the one in a file; null without either. */
    private static @Nullable String token(Map<String, String> variables, Configuration hadoop) {
        String file = variables.get("MAYFLY_TOKEN_FILE");
        if (file == null) {
            return variables.get("MLFLOW_TRACKING_TOKEN");
        }
        Path path = new Path(file);
        try (InputStream in = path.getFileSystem(hadoop).open(path)) {
            return new String(Http.readAll(in), StandardCharsets.UTF_8).trim();
        } catch (IOException e) {
            throw new TrackingException("", "MAYFLY_TOKEN_FILE: " + file + " can't be read: " + e);
        }
    }

    private static Duration patience(String text) {
        if (text.isEmpty()) {
            return PATIENCE;
        }
        if (!text.matches("[0-9]{1,6}")) {
            throw new IllegalArgumentException("MAYFLY_REPORT_PATIENCE: " + text + " (expected: whole seconds)");
        }
        return Duration.ofSeconds(Long.parseLong(text));
    }

    /** The same folder for all attempts of a task of a pipeline's run. */
    private static Path kept(Map<String, String> variables, String run, String lake) {
        String work = variables.getOrDefault("MAYFLY_RUN_ID", run) + "/" + variables.getOrDefault("MAYFLY_TASK", "job");
        return new Path(lake, "_unreported/" + work);
    }

    private static TrackingClient.Location checkOpen(Http http, String runId) {
        JsonNode info = http.get(TrackingClient.API + "runs/get?run_id=" + runId)
                .path("run")
                .path("info");
        String status = info.path("status").asText();
        String stage = info.path("lifecycle_stage").asText();
        if (!status.equals("RUNNING") || !stage.equals("active")) {
            throw new TrackingException(
                    "", "run " + runId + " is " + (stage.equals("active") ? status : stage) + " (expected: RUNNING)");
        }
        http.post(
                TrackingClient.API + "runs/log-batch",
                Http.object().put("run_id", runId)); // writes nothing, but only who may write
        return new TrackingClient.Location(
                info.path("experiment_id").asText(), info.path("artifact_uri").asText());
    }
}
