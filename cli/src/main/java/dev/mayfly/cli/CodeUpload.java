package dev.mayfly.cli;

import dev.mayfly.api.ApiClient;
import dev.mayfly.api.PipelineApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends the files that a pipeline's text names by paths from where it is. */
final class CodeUpload {

    /** The names travel in the address of a request. */
    private static final int MOST = 50;

    /** The package of environments that pipelines' texts describe. */
    private static final String ENVIRONMENTS = "pipeline-environments";

    private CodeUpload() {}

    /** Sends them, and returns each as the request for the text has it. */
    static List<String> files(ApiClient api, Optional<String> token, Path text, String yaml) throws IOException {
        PipelineApi.Files wanted = api.call(PipelineApi.FILES, new PipelineApi.Text(text.toString(), yaml));
        List<String> paths = wanted.files();
        if (paths.size() > MOST) {
            throw new CommandFailed(
                    CommandFailed.USAGE,
                    "file " + text + " names " + paths.size() + " files (expected: at most " + MOST
                            + "; build a wheel of them, and push it as a package)");
        }
        List<String> files = new ArrayList<>();
        for (String path : paths) {
            Path file = text.toAbsolutePath().resolveSibling(path).normalize();
            if (!Files.isRegularFile(file)) {
                throw new CommandFailed(
                        CommandFailed.USAGE,
                        "file " + text + " names '" + path + "', but there is no file " + file
                                + " (expected: a path from where the text is, an absolute path of the server, or"
                                + " package:NAME==VERSION)");
            }
            String sha256 = FileUpload.sha256(file);
            FileUpload.send(
                    api,
                    PipelineApi.ATTACH,
                    new PipelineApi.Attach(sha256, file.getFileName().toString()),
                    file);
            files.add(sha256 + "  " + path);
        }
        for (PipelineApi.Environment environment : wanted.environments()) {
            files.add(built(api, token, text, environment) + "  " + environment.path());
        }
        return files;
    }

    /** Builds an environment, unless it was built before; returns the digest of its archive. */
    private static String built(ApiClient api, Optional<String> token, Path text, PipelineApi.Environment wanted) {
        try {
            EnvironmentBuilder builder = new EnvironmentBuilder(
                    "uv",
                    wanted.version() == null ? "python3" : EnvironmentBuilder.interpreter("uv", wanted.version()),
                    api.base() + "/simple/",
                    token);
            String resolved = builder.resolved(
                    beside(text, wanted.requirements()), beside(text, wanted.lock()), wanted.packages());
            PythonCommand.Built built = PythonCommand.pushed(api, builder, resolved, ENVIRONMENTS, null);
            return built.file().sha256();
        } catch (IOException e) {
            throw new CommandFailed(
                    CommandFailed.FAILED, "the Python environment of " + text + " can't be built: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed(CommandFailed.FAILED, "interrupted");
        }
    }

    private static @Nullable Path beside(Path text, @Nullable String path) {
        return path == null ? null : text.toAbsolutePath().resolveSibling(path);
    }
}
