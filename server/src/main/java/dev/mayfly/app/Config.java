package dev.mayfly.app;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the server is told: options first, then variables {@code MAYFLY_…}, then defaults. Read once at start.
 *
 * @param databaseUrl a JDBC URL, perhaps with a password; empty: the server brings its own PostgreSQL
 */
public record Config(
        Listen listen,
        Folders folders,
        Optional<String> databaseUrl,
        Settings settings,
        Map<String, String> variables) {

    private static final String PREFIX = "MAYFLY_";
    private static final Set<String> KNOWN = new TreeSet<>(Set.of(
            "MAYFLY_CONFIG",
            "MAYFLY_DATA",
            "MAYFLY_HOST",
            "MAYFLY_PORT",
            "MAYFLY_DATABASE_URL",
            "MAYFLY_SPARK_HOME",
            "MAYFLY_PUBLIC_URL",
            "MAYFLY_ALLOWED_HOSTS"));
    /** Variables that the launcher and the command line use, not the server. */
    private static final Set<String> OTHERS = Set.of("MAYFLY_JAVA_HOME", "MAYFLY_MAVEN_OPTIONS", "MAYFLY_URL");

    /** Where the server listens; port 0 means any free one. */
    public record Listen(String host, int port) {

        public Listen {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
            }
        }
    }

    /** Where things are: the data of this installation, the program's own files, a Spark distribution. */
    public record Folders(Path data, Path home, Path sparkHome) {}

    /** The options of the command line; what is empty was not given. */
    public record Options(
            Optional<Path> data,
            Optional<String> host,
            Optional<Integer> port,
            Optional<Path> sparkHome,
            Optional<Path> config) {}

    /** Throws {@link IllegalArgumentException} for a variable that no one knows or a value that is none. */
    public static Config read(Options options, Map<String, String> variables, Path home) {
        for (String name : new TreeSet<>(variables.keySet())) {
            if (name.startsWith(PREFIX) && !KNOWN.contains(name) && !OTHERS.contains(name)) {
                throw new IllegalArgumentException("variable " + name + " (expected: one of " + KNOWN + ")");
            }
        }
        Path data = options.data().orElse(Path.of(variables.getOrDefault("MAYFLY_DATA", "mayfly-data")));
        Path spark = options.sparkHome()
                .orElse(Path.of(variables.getOrDefault(
                        "MAYFLY_SPARK_HOME", home.resolve("dist/spark").toString())));
        return new Config(
                new Listen(
                        options.host().orElse(variables.getOrDefault("MAYFLY_HOST", "127.0.0.1")),
                        options.port().orElse(port(variables.getOrDefault("MAYFLY_PORT", "8484")))),
                new Folders(data.toAbsolutePath().normalize(), home, spark),
                Optional.ofNullable(variables.get("MAYFLY_DATABASE_URL")),
                options.config()
                        .or(() -> Optional.ofNullable(variables.get("MAYFLY_CONFIG"))
                                .map(Path::of))
                        .map(Settings::read)
                        .orElseGet(Settings::none),
                variables);
    }

    private static int port(String text) {
        if (!text.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("MAYFLY_PORT: " + text + " (expected: 0 to 65535)");
        }
        return Integer.parseInt(text);
    }

    /** Without the environment and without the password of the database. */
    @Override
    public String toString() {
        return "Config[" + listen + ", " + folders + ", database=" + (databaseUrl.isPresent() ? "***" : "embedded")
                + "]";
    }
}
