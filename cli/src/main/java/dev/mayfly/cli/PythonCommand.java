package dev.mayfly.cli;

import dev.mayfly.api.ApiClient;
import dev.mayfly.api.PackageApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
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

    /** Begins versions, so that the latest is the one that was built last. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd.HHmmss").withZone(ZoneOffset.UTC);

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
                "The interpreter is copied in whole from --python, so that it need not be where the job",
                "runs; take one of the version that PySpark there works with, on a machine with no newer C",
                "library. Needs uv. Packages are taken from the server's own index first. What was built of",
                "the same contents before is not built again.",
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
                            description = "The package's version (default: made of the time and the contents).")
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
            if (output != null) {
                builder.build(resolved, output);
                System.out.println(output + "  " + Format.size(Files.size(output)));
                return 0;
            }
            Built built = pushed(server.api(), builder, resolved, name, version);
            return server.print(
                    built.file(),
                    () -> System.out.println("environment " + name + "==" + built.version()
                            + "  " + Format.size(built.file().bytes())
                            + (built.wasThere() ? "  (was built before, of the same contents)" : "")));
        } catch (IOException e) {
            throw new CommandFailed(CommandFailed.FAILED, String.valueOf(e.getMessage()));
        }
    }

    /** An environment that is stored. */
    record Built(String version, PackageApi.PackageFile file, boolean wasThere) {}

    /**
     * Builds an environment and pushes it, unless one of the same contents is there.
     *
     * @param version null for one that is made of the time and the contents
     */
    static Built pushed(
            ApiClient api, EnvironmentBuilder builder, String resolved, String name, @Nullable String version)
            throws IOException, InterruptedException {
        String key = builder.key(resolved);
        Optional<PackageApi.PackageVersion> before = PackageCommand.find(
                api,
                "environment",
                name,
                one -> version == null
                        ? one.version().endsWith(key)
                        : one.version().equals(version));
        if (before.isPresent()) {
            return new Built(before.get().version(), before.get().files().get(0), true);
        }
        String wanted = version == null ? TIME.format(Instant.now()) + "-" + key : version;
        Path archive = Files.createTempFile("mayfly-environment", ".tar.gz");
        try {
            builder.build(resolved, archive);
            PackageApi.PushedPackage pushed = FileUpload.send(
                    api,
                    PackageApi.PUSH,
                    new PackageApi.Push(
                            "environment", name, wanted, name + "-" + wanted + ".tar.gz", FileUpload.sha256(archive)),
                    archive);
            return new Built(wanted, pushed.file(), false);
        } finally {
            Files.deleteIfExists(archive);
        }
    }
}
