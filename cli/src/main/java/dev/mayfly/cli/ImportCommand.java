package dev.mayfly.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.api.ApiClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mayfly import}. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Imports what another server has.")
final class ImportCommand {

    /** What an import does with artifacts. */
    enum Artifacts {
        COPY,
        REFERENCE
    }

    @Command(
            name = "mlflow",
            mixinStandardHelpOptions = true,
            description = {
                "Imports everything of an MLflow server: experiments, runs, histories, datasets, logged",
                "models, artifacts, registered models, versions and aliases, with their ids and times.",
                "Run it again after an interruption, or to import what is new: nothing is imported twice.",
                "At the end it compares the counts of both servers; exit code 1 if something is missing."
            },
            footer = {
                "",
                "MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, are used",
                "for the other server.",
                "",
                "Example: mayfly import mlflow --from http://old:5000"
            })
    int mlflow(
            @Mixin ServerOptions server,
            @Option(names = "--from", required = true, paramLabel = "URL", description = "The other server.")
                    String url,
            @Option(
                            names = "--artifacts",
                            paramLabel = "copy|reference",
                            defaultValue = "copy",
                            description = {
                                "copy: into this server's store (default).",
                                "reference: leave them in object storage that clients reach."
                            })
                    Artifacts artifacts) {
        Progress progress = new Progress(server.json());
        ImportReport report = new ImportReport(progress);
        MlflowServer from = new MlflowServer(new ApiClient(url, authorization()));
        MlflowServer to = new MlflowServer(server.api());
        MlflowImport work =
                new MlflowImport(from, to, new ArtifactCopy(from, to, artifacts == Artifacts.REFERENCE), report);
        work.run();
        ObjectNode answer = ApiClient.JSON.createObjectNode();
        Table table = new Table("WHAT", "THERE", "HERE");
        for (String kind : ImportReport.KINDS) {
            long there = report.there(kind);
            long here = report.here(kind);
            table.row(kind, "%,d".formatted(there), "%,d%s".formatted(here, here < there ? "  (missing)" : ""));
            answer.putObject(kind.replace(' ', '_')).put("there", there).put("here", here);
        }
        server.print(answer, table::print);
        progress.say((report.isComplete()
                        ? "everything was imported"
                        : "the import is incomplete: see the messages above, and run it again")
                + "; " + work.passedOver() + " runs had been imported before");
        return report.isComplete() ? 0 : CommandFailed.FAILED;
    }

    private static @Nullable String authorization() {
        String token = System.getenv("MLFLOW_TRACKING_TOKEN");
        if (token != null) {
            return "Bearer " + token;
        }
        String user = System.getenv("MLFLOW_TRACKING_USERNAME");
        if (user == null) {
            return null;
        }
        String secret = user + ":" + String.valueOf(System.getenv("MLFLOW_TRACKING_PASSWORD"));
        return "Basic " + Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
    }
}
