package dev.mayfly.cli;

import dev.mayfly.api.ApiClient;
import dev.mayfly.api.PipelineApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Sends the files that a pipeline's text names by paths from where it is. */
final class CodeUpload {

    /** The names travel in the address of a request. */
    private static final int MOST = 50;

    private CodeUpload() {}

    /** Sends them, and returns each as the request for the text has it. */
    static List<String> files(ApiClient api, Path text, String yaml) throws IOException {
        List<String> paths = api.call(PipelineApi.FILES, new PipelineApi.Text(text.toString(), yaml))
                .files();
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
        return files;
    }
}
