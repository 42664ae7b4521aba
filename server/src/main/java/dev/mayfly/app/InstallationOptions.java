package dev.mayfly.app;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which installation a command is about. */
final class InstallationOptions {

    @Option(names = "--data", paramLabel = "DIR", description = "Where everything is kept (default: mayfly-data).")
    private @Nullable Path data;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A YAML file with the limits of pools and the settings of clouds (default: none).")
    private @Nullable Path config;

    @Option(
            names = "--spark-home",
            paramLabel = "DIR",
            description = "A Spark for local clusters (default: the one built in).")
    private @Nullable Path sparkHome;

    /** Reads everything that the process was told. Throws {@link IllegalArgumentException} that says what is wrong. */
    Config read(Optional<String> host, Optional<Integer> port) {
        return Config.read(
                new Config.Options(
                        Optional.ofNullable(data),
                        host,
                        port,
                        Optional.ofNullable(sparkHome),
                        Optional.ofNullable(config)),
                System.getenv(),
                Path.of(System.getProperty("mayfly.home", ".")).toAbsolutePath().normalize());
    }
}
