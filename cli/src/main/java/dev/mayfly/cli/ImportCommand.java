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
        description = "Brings over what another server has.")
final class ImportCommand {

    /** What happens to artifacts. */
    enum Artifacts {
        COPY,
        REFERENCE
    }

    @Command(
            name = "mlflow",
            mixinStandardHelpOptions = true,
            description = {
                "Brings over everything of an MLflow server: experiments, runs, histories, datasets, logged",
                "models, artifacts, registered models, versions and aliases, with their ids and times.",
                "Start it again after an interruption, or to bring over what is new: nothing is doubled.",
                "At the end everything is counted again here and compared; exit code 1 if something differs."
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
                        ? "everything is here"
                        : "not everything is here: see what is said above, and start the import again")
                + "; " + work.passedOver() + " runs were complete from before");
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
