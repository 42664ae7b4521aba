package dev.mayfly.cli;

import dev.mayfly.api.ApiClient;
import dev.mayfly.api.ApiFailure;
import dev.mayfly.api.PackageApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mayfly python}. */
@Command(
        name = "python",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Builds Python environments for PySpark jobs.")
final class PythonCommand {

    /** What goes into an environment: one of these. */
    static final class Contents {

        @Option(
                names = "--requirements",
                paramLabel = "FILE",
                description = "A requirements file, such as 'uv pip compile' writes.")
        private @Nullable Path requirements;

        @Option(names = "--lock", paramLabel = "FILE", description = "The uv.lock of a project.")
        private @Nullable Path lock;

        @Option(
                names = "--package",
                paramLabel = "NAME==VERSION",
                description = "A package; may be given several times.")
        private @Nullable List<String> packages;
    }

    @Command(
            name = "build",
            description = "Builds an environment with an interpreter of its own, tries it, and pushes it as a package.",
            footer = {
                "",
                "The interpreter is copied in whole from --python, so that it need not be where the job runs; take one of the",
                "version that PySpark there works with, on a machine with no newer C library. Needs uv. Packages are taken from",
                "the server's own index first. What was built of the same contents before is not built again.",
                "",
                "Examples:",
                "  mayfly python build --name fraud-env --lock uv.lock",
                "  mayfly python build --name fraud-env --package fraud-training==1.4.2 --package mlflow-skinny",
                "and in the pipeline:",
                "  pyspark: { file: train.py, python: { environment: package:fraud-env } }"
            })
    int build(
            @Mixin ServerOptions server,
            @Option(names = "--name", paramLabel = "NAME", required = true, description = "The package's name.")
                    String name,
            @ArgGroup(exclusive = true, multiplicity = "1") Contents contents,
            @Option(
                            names = "--python",
                            paramLabel = "PATH",
                            defaultValue = "python3",
                            description = "The interpreter (default: python3).")
                    String python,
            @Option(
                            names = "--version",
                            paramLabel = "VERSION",
                            description = "The package's version (default: made of the contents).")
                    @Nullable
                    String version,
            @Option(
                            names = "--uv",
                            paramLabel = "PATH",
                            defaultValue = "uv",
                            description = "uv (default: on the PATH).")
                    String uv,
            @Option(names = "--output", paramLabel = "FILE", description = "Write the archive here, and push nothing.")
                    @Nullable
                    Path output,
            @Option(
                            names = {"-h", "--help"},
                            usageHelp = true,
                            description = "Show this help message and exit.")
                    boolean help)
            throws InterruptedException {
        try {
            EnvironmentBuilder builder = new EnvironmentBuilder(uv, python, server.url() + "/simple/", server.token());
            String resolved = builder.resolved(contents.requirements, contents.lock, contents.packages);
            String wanted = version == null ? builder.key(resolved) : version;
            Optional<PackageApi.PackageVersion> before =
                    output == null ? find(server.api(), name, wanted) : Optional.empty();
            if (before.isPresent()) {
                return server.print(
                        before.get(),
                        () -> System.out.println(
                                "environment " + name + "==" + wanted + " was built before, of the same contents"));
            }
            Path archive = output == null ? Files.createTempFile("mayfly-environment", ".tar.gz") : output;
            try {
                builder.build(resolved, archive);
                if (output != null) {
                    System.out.println(output + "  " + Format.size(Files.size(output)));
                    return 0;
                }
                PackageApi.PushedPackage pushed = FileUpload.send(
                        server.api(),
                        PackageApi.PUSH,
                        new PackageApi.Push(
                                "environment",
                                name,
                                wanted,
                                name + "-" + wanted + ".tar.gz",
                                FileUpload.sha256(archive)),
                        archive);
                return server.print(
                        pushed,
                        () -> System.out.println("environment " + name + "==" + wanted + "  "
                                + Format.size(pushed.file().bytes())));
            } finally {
                if (output == null) {
                    Files.deleteIfExists(archive);
                }
            }
        } catch (IOException e) {
            throw new CommandFailed(CommandFailed.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private static Optional<PackageApi.PackageVersion> find(ApiClient api, String name, String version) {
        try {
            return api.call(PackageApi.SHOW, new PackageApi.ByName("environment", name)).stream()
                    .filter(one -> one.version().equals(version))
                    .findFirst();
        } catch (ApiFailure e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
