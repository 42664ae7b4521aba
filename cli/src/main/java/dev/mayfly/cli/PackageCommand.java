package dev.mayfly.cli;

import dev.mayfly.api.ApiClient;
import dev.mayfly.api.ApiFailure;
import dev.mayfly.api.PackageApi;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mayfly package}. */
@Command(
        name = "package",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Stores what jobs run: jars, wheels, scripts, Python environments. A version never changes.",
        footer = {
            "",
            "Pipelines refer to NAME==VERSION, or to NAME for the highest version when a run opens; a",
            "retry runs the same bytes. Each kind has names of its own:",
            "  python       a wheel or sdist, which has a name and version; pip and uv install it from",
            "               SERVER/simple/",
            "  jar          classes, with the manifest's version if the file's name has none",
            "  script       a Python file",
            "  environment  a packed Python environment, .tar.gz or .zip",
            "  init         a shell script for the machines of a cluster"
        })
final class PackageCommand {

    @Command(
            name = "push",
            description = "Stores files. Sending the same bytes again changes nothing.",
            footer = {
                "",
                "Examples:",
                "  mayfly package push dist/*.whl",
                "  mayfly package push target/fraud-jobs-1.4.2.jar",
                "  mayfly package push train.py --version 3",
                "  mayfly package push env.tar.gz --kind environment --name fraud-env --version 2026-03-01"
            })
    int push(
            @Mixin ServerOptions server,
            @Parameters(paramLabel = "FILE", arity = "1..*", description = "The files.") List<Path> files,
            @Option(names = "--kind", paramLabel = "KIND", description = "What they are (default: by their endings).")
                    @Nullable
                    String kind,
            @Option(names = "--name", paramLabel = "NAME", description = "The package (default: what the file says).")
                    @Nullable
                    String name,
            @Option(
                            names = "--version",
                            paramLabel = "VERSION",
                            description = "Its version (default: what the file says).")
                    @Nullable
                    String version,
            @Option(
                            names = {"-h", "--help"},
                            usageHelp = true,
                            description = "Show this help message and exit.")
                    boolean help) {
        List<PackageApi.PushedPackage> pushed = new ArrayList<>();
        for (Path file : files) {
            try {
                LocalPackage found = LocalPackage.of(file, kind, name, version);
                PackageApi.PushedPackage one = push(server.api(), found, file);
                pushed.add(one);
                if (!server.json()) {
                    System.out.println(one.kind() + " " + one.name() + "==" + one.version() + "  "
                            + one.file().name() + "  " + Format.size(one.file().bytes())
                            + (one.wasThere() ? "  (was there)" : ""));
                }
            } catch (IOException e) {
                throw new CommandFailed(CommandFailed.USAGE, "file " + file + " can't be read: " + e.getMessage());
            }
        }
        return server.print(pushed, () -> {});
    }

    /** The version of a package that is wanted, if it is stored. */
    static Optional<PackageApi.PackageVersion> find(
            ApiClient api, String kind, String name, Predicate<PackageApi.PackageVersion> wanted) {
        try {
            return api.call(PackageApi.SHOW, new PackageApi.ByName(kind, name)).stream()
                    .filter(wanted)
                    .findFirst();
        } catch (ApiFailure e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Sends a file, unless the same one is there. */
    private static PackageApi.PushedPackage push(ApiClient api, LocalPackage found, Path file) throws IOException {
        String sha256 = FileUpload.sha256(file);
        String name = LocalPackage.fileName(file);
        Optional<PackageApi.PackageFile> same = find(
                        api,
                        found.kind(),
                        found.name(),
                        version -> version.version().equals(found.version()))
                .flatMap(version -> version.files().stream()
                        .filter(one -> one.name().equals(name) && one.sha256().equals(sha256))
                        .findFirst());
        if (same.isPresent()) {
            return new PackageApi.PushedPackage(found.kind(), found.name(), found.version(), same.get(), true);
        }
        return FileUpload.send(
                api,
                PackageApi.PUSH,
                new PackageApi.Push(found.kind(), found.name(), found.version(), name, sha256),
                file);
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the packages.")
    int list(
            @Mixin ServerOptions server,
            @Option(names = "--kind", paramLabel = "KIND", description = "Only of this kind.") @Nullable String kind) {
        List<PackageApi.PackageSummary> packages = server.api().call(PackageApi.LIST, new PackageApi.Which(kind));
        return server.print(packages, () -> {
            Table table = new Table("KIND", "PACKAGE", "LATEST", "VERSIONS", "SIZE", "STORED");
            packages.forEach(one -> table.row(
                    one.kind(),
                    one.name(),
                    Optional.ofNullable(one.latest()).orElse("(yanked)"),
                    Integer.toString(one.versions()),
                    Format.size(one.bytes()),
                    Format.time(one.stored())));
            table.print();
        });
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows the versions of a package, and who uses them.")
    int show(@Mixin ServerOptions server, @Mixin Which which) {
        Reference reference = Reference.of(which.reference);
        List<PackageApi.PackageVersion> versions = new ArrayList<>();
        for (String kind : which.kinds(server)) {
            server.api().call(PackageApi.SHOW, new PackageApi.ByName(kind, reference.name())).stream()
                    .filter(one -> reference.version().isEmpty()
                            || one.version().equals(reference.version().get()))
                    .forEach(versions::add);
        }
        if (versions.isEmpty()) {
            throw new CommandFailed(
                    CommandFailed.FAILED,
                    "package '" + which.reference + "' (expected: one that 'mayfly package list' shows)");
        }
        return server.print(versions, () -> {
            Table table = new Table(
                    "KIND", "VERSION", "FILE", "SIZE", "SHA-256", "STORED", "BY", "RUNS", "PIPELINES", "YANKED");
            for (PackageApi.PackageVersion version : versions) {
                version.files()
                        .forEach(file -> table.row(
                                version.kind(),
                                version.version(),
                                file.name(),
                                Format.size(file.bytes()),
                                Format.shortId(file.sha256()),
                                Format.time(file.stored()),
                                file.storedBy(),
                                Long.toString(version.runs()),
                                String.join(", ", version.pipelines()),
                                version.yanked() == null ? "" : "yanked " + version.yanked()));
            }
            table.print();
        });
    }

    /** A package on the command line. */
    static final class Which {

        @Parameters(paramLabel = "NAME[==VERSION]", description = "The package.")
        private String reference = "";

        @Option(
                names = "--kind",
                paramLabel = "KIND",
                description = "Its kind, if packages of several kinds have the name.")
        private @Nullable String kind;

        /** The kinds in which there is a package of the name. */
        private List<String> kinds(ServerOptions server) {
            if (kind != null) {
                return List.of(kind);
            }
            String name = Reference.of(reference).name();
            return server.api().call(PackageApi.LIST, new PackageApi.Which(null)).stream()
                    .filter(one -> one.name().equals(name))
                    .map(PackageApi.PackageSummary::kind)
                    .toList();
        }

        /** The version that is meant; fails if the command line leaves it open. */
        private PackageApi.ByVersion version(ServerOptions server) {
            Reference parsed = Reference.of(reference);
            List<String> kinds = kinds(server);
            if (kinds.size() != 1) {
                throw new CommandFailed(
                        CommandFailed.USAGE,
                        "package '" + parsed.name() + "' "
                                + (kinds.isEmpty() ? "is not stored" : "is of the kinds " + kinds)
                                + " (expected: "
                                + (kinds.isEmpty() ? "one that 'mayfly package list' shows" : "--kind KIND")
                                + ")");
            }
            String version = parsed.version()
                    .orElseThrow(() -> new CommandFailed(
                            CommandFailed.USAGE, "package '" + reference + "' (expected: NAME==VERSION)"));
            return new PackageApi.ByVersion(kinds.get(0), parsed.name(), version);
        }
    }

    private record Reference(String name, Optional<String> version) {

        static Reference of(String text) {
            String[] parts = text.split("==", 2);
            return new Reference(
                    LocalPackage.normal(parts[0]), parts.length > 1 ? Optional.of(parts[1]) : Optional.empty());
        }
    }

    @Command(
            name = "yank",
            mixinStandardHelpOptions = true,
            description = "Keeps a version from those who do not ask for exactly it; --undo offers it again.")
    int yank(
            @Mixin ServerOptions server,
            @Mixin Which which,
            @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for those who meet it.") @Nullable
                    String reason,
            @Option(names = "--undo", description = "Offer it again.") boolean undo) {
        PackageApi.ByVersion key = which.version(server);
        PackageApi.PackageVersion version = undo
                ? server.api().call(PackageApi.UNYANK, key)
                : server.api()
                        .call(PackageApi.YANK, new PackageApi.Yank(key.kind(), key.name(), key.version(), reason));
        return server.print(
                version,
                () -> System.out.println(version.kind() + " " + version.name() + "==" + version.version()
                        + (undo ? " is offered again" : " is yanked")));
    }

    @Command(
            name = "purge",
            mixinStandardHelpOptions = true,
            description = "Deletes a version for good, if no pipeline and no run refers to it.")
    int purge(@Mixin ServerOptions server, @Mixin Which which) {
        PackageApi.PurgedPackage purged = server.api().call(PackageApi.PURGE, which.version(server));
        return server.print(
                purged,
                () -> System.out.println(purged.kind() + " " + purged.name() + "==" + purged.version() + " is gone ("
                        + purged.files() + (purged.files() == 1 ? " file)" : " files)")));
    }
}
