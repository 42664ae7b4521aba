package dev.mayfly.app;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that select an installation. */
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
            description = "A Spark distribution for local clusters (default: the built-in one).")
    private @Nullable Path sparkHome;

    /**
     * Reads options, variables and the configuration file.
     *
     * @param more further options, by key
     * @throws IllegalArgumentException if a value is wrong; the message says which and where
     */
    ServerConfig read(Map<String, String> more) {
        Map<String, String> options = new HashMap<>(more);
        if (data != null) {
            options.put("data", data.toString());
        }
        if (sparkHome != null) {
            options.put("spark_home", sparkHome.toString());
        }
        return ServerConfig.read(
                Optional.ofNullable(config),
                options,
                System.getenv(),
                Path.of(System.getProperty("mayfly.home", ".")).toAbsolutePath().normalize());
    }
}
