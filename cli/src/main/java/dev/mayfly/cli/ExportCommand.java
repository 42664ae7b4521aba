package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.api.ApiClient;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mayfly export}. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Writes runs and models as folders that MLflow can read: MLFLOW_TRACKING_URI=file:DIR.",
            "Files that the folder has already are overwritten."
        })
final class ExportCommand {

    @Command(
            name = "run",
            mixinStandardHelpOptions = true,
            description = "Writes a run: parameters, histories, tags and artifacts.")
    int run(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "RUN_ID", description = "The tracking run.") String id,
            @Option(names = "--to", required = true, paramLabel = "DIR", description = "The folder.") Path folder) {
        MlflowFolder target = new MlflowFolder(folder);
        Path written = target.writeRun(new MlflowServer(server.api()), id);
        return server.print(
                ApiClient.JSON.createObjectNode().put("folder", written.toString()),
                () -> System.out.println("run " + id + " is in " + written));
    }

    @Command(
            name = "model",
            mixinStandardHelpOptions = true,
            description = "Writes a model version with its files, which MLflow can also load by their path.")
    int model(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "NAME/VERSION|NAME@ALIAS", description = "Such as fraud/3 or fraud@champion.")
                    String model,
            @Option(names = "--to", required = true, paramLabel = "DIR", description = "The folder.") Path folder) {
        MlflowServer source = new MlflowServer(server.api());
        int at = model.lastIndexOf('@');
        int slash = model.lastIndexOf('/');
        if (at < 0 && slash < 0) {
            throw new CommandFailed(
                    CommandFailed.USAGE, "model '" + model + "' (expected: NAME/VERSION or NAME@ALIAS)");
        }
        JsonNode version = at > 0
                ? source.aliased(model.substring(0, at), model.substring(at + 1))
                : source.version(model.substring(0, slash), model.substring(slash + 1));
        Path written = new MlflowFolder(folder).writeVersion(source, version);
        return server.print(
                ApiClient.JSON.createObjectNode().put("folder", written.toString()),
                () -> System.out.println(version.path("name").asText() + " version "
                        + version.path("version").asText() + " is in " + written));
    }
}
