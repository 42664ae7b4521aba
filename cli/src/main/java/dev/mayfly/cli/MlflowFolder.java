package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.api.ApiClient;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * MLflow's own layout of folders ({@code mlruns}): {@code EXPERIMENT/RUN/{meta.yaml,metrics,params,tags,artifacts}} and {@code
 * models/NAME/version-N}. A {@code meta.yaml} is written as JSON, which is YAML. Nothing is written outside the folder, whatever the
 * server's names are.
 */
final class MlflowFolder {

    private static final List<String> STATUSES = List.of("", "RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED");
    private static final int LOCAL = 4;
    private static final Pattern OF_RUN =
            Pattern.compile("mlflow-artifacts:/+[^/]+/([0-9a-f]{32})/artifacts(?:/(.*))?");
    private static final Pattern OF_LOGGED_MODEL =
            Pattern.compile("mlflow-artifacts:/+[^/]+/models/(m-[0-9a-f]+)/artifacts(?:/(.*))?");

    private final Path root;

    MlflowFolder(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** Returns the run's folder. */
    Path writeRun(MlflowServer server, String id) {
        JsonNode run = server.run(id);
        JsonNode info = run.path("info");
        JsonNode experiment = server.experiment(info.path("experiment_id").asText());
        Path ofExperiment = below(root, experiment.path("experiment_id").asText());
        ObjectNode meta = ApiClient.JSON.createObjectNode();
        for (String field : List.of("experiment_id", "name", "lifecycle_stage", "creation_time", "last_update_time")) {
            meta.set(field, experiment.path(field));
        }
        write(
                ofExperiment.resolve("meta.yaml"),
                meta.put("artifact_location", ofExperiment.toUri().toString()));
        writeTexts(below(ofExperiment, "tags"), experiment.path("tags"));

        Path folder = below(ofExperiment, id);
        Path artifacts = below(folder, "artifacts");
        ObjectNode about = ApiClient.JSON.createObjectNode();
        for (String field : List.of(
                "run_id",
                "run_uuid",
                "run_name",
                "experiment_id",
                "user_id",
                "start_time",
                "end_time",
                "lifecycle_stage")) {
            about.set(field, info.path(field).isMissingNode() ? ApiClient.JSON.nullNode() : info.path(field));
        }
        about.put("status", STATUSES.indexOf(info.path("status").asText()));
        about.put("artifact_uri", artifacts.toUri().toString().replaceFirst("/$", ""));
        about.put("entry_point_name", "")
                .put("source_name", "")
                .put("source_type", LOCAL)
                .put("source_version", "");
        about.putArray("tags");
        write(folder.resolve("meta.yaml"), about);
        writeTexts(below(folder, "params"), run.path("data").path("params"));
        writeTexts(below(folder, "tags"), run.path("data").path("tags"));
        for (JsonNode metric : run.path("data").path("metrics")) {
            writeHistory(
                    server, below(folder, "metrics"), id, metric.path("key").asText());
        }
        copy(server, MlflowServer.Root.ofRun(id), "", artifacts);
        return folder;
    }

    private static void writeHistory(MlflowServer server, Path folder, String run, String key) {
        done(() -> {
            Path file = below(folder, key);
            Files.createDirectories(file.getParent());
            try (Writer writer = Files.newBufferedWriter(file)) {
                server.history(
                        run,
                        key,
                        page -> page.forEach(point ->
                                done(() -> writer.write(point.path("timestamp").asText() + " "
                                        + number(point.path("value").asText()) + " "
                                        + point.path("step").asText() + "\n"))));
            }
        });
    }

    /** Returns a number as Python reads it. */
    private static String number(String value) {
        return value.replace("Infinity", "inf").replace("NaN", "nan");
    }

    /** Returns the folder of the version's files. */
    Path writeVersion(MlflowServer server, JsonNode version) {
        String name = version.path("name").asText();
        String number = version.path("version").asText();
        JsonNode model = server.model(name);
        Path ofModel = below(below(root, "models"), name);
        ObjectNode meta = ApiClient.JSON.createObjectNode();
        for (String field : List.of("name", "creation_timestamp", "last_updated_timestamp", "description")) {
            meta.set(field, model.path(field).isMissingNode() ? ApiClient.JSON.nullNode() : model.path(field));
        }
        write(ofModel.resolve("meta.yaml"), meta);
        writeTexts(below(ofModel, "tags"), model.path("tags"));
        for (JsonNode alias : model.path("aliases")) {
            if (alias.path("version").asText().equals(number)) {
                write(below(below(ofModel, "aliases"), alias.path("alias").asText()), number);
            }
        }
        Path folder = below(ofModel, "version-" + number);
        Path files = below(folder, "artifacts");
        ObjectNode about = ApiClient.JSON.createObjectNode();
        about.setAll((ObjectNode) version);
        about.remove(List.of("tags", "aliases", "latest_versions"));
        for (String field : List.of("run_id", "run_link", "user_id", "description", "status_message")) {
            about.set(field, version.path(field).isMissingNode() ? ApiClient.JSON.nullNode() : version.path(field));
        }
        about.put("version", Integer.parseInt(number));
        about.put("source", files.toUri().toString().replaceFirst("/$", ""));
        about.put("storage_location", files.toUri().toString().replaceFirst("/$", ""));
        write(folder.resolve("meta.yaml"), about);
        writeTexts(below(folder, "tags"), version.path("tags"));
        copyPlace(server, server.files(name, number), files);
        return files;
    }

    private static void copyPlace(MlflowServer server, String place, Path into) {
        Matcher ofRun = OF_RUN.matcher(place);
        Matcher ofModel = OF_LOGGED_MODEL.matcher(place);
        if (ofRun.matches()) {
            copy(server, MlflowServer.Root.ofRun(ofRun.group(1)), text(ofRun.group(2)), into);
        } else if (ofModel.matches()) {
            copy(server, MlflowServer.Root.ofLoggedModel(ofModel.group(1)), text(ofModel.group(2)), into);
        } else {
            throw new CommandFailed(
                    CommandFailed.FAILED,
                    "the files at " + place + " can't be exported (expected: in the server's own store)");
        }
    }

    private static String text(@Nullable String group) {
        return group == null ? "" : group;
    }

    private static void copy(MlflowServer server, MlflowServer.Root from, String folder, Path into) {
        done(() -> Files.createDirectories(into));
        server.files(from, folder, file -> {
            Path target =
                    below(into, folder.isEmpty() ? file.path() : file.path().substring(folder.length() + 1));
            server.read(from, file.path(), bytes -> {
                Files.createDirectories(target.getParent());
                Files.copy(bytes, target, StandardCopyOption.REPLACE_EXISTING);
            });
        });
    }

    private static void writeTexts(Path folder, JsonNode texts) {
        done(() -> Files.createDirectories(folder));
        texts.forEach(text -> write(
                below(folder, text.path("key").asText()), text.path("value").asText()));
    }

    private static void write(Path file, JsonNode json) {
        write(file, json.toPrettyString());
    }

    private static void write(Path file, String text) {
        done(() -> {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text, StandardCharsets.UTF_8);
        });
    }

    /** A file or folder below another, by a name that the server gave. */
    private static Path below(Path folder, String name) {
        Path resolved = folder.resolve(name.replaceFirst("^/+", "")).normalize();
        if (!resolved.startsWith(folder) || resolved.equals(folder)) {
            throw new CommandFailed(
                    CommandFailed.FAILED, "name '" + name + "' from the server (expected: one below " + folder + ")");
        }
        return resolved;
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void done(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new CommandFailed(CommandFailed.FAILED, "can't be written: " + e);
        }
    }
}
