package dev.mayfly.app;

import dev.mayfly.artifact.ArtifactConfig;
import dev.mayfly.capacity.CapacityConfig;
import dev.mayfly.cluster.yandex.YandexConfig;
import dev.mayfly.configuration.Configuration;
import dev.mayfly.configuration.Section;
import dev.mayfly.configuration.Setting;
import dev.mayfly.retention.RetentionConfig;
import dev.mayfly.secret.Secrets;
import dev.mayfly.webhook.AllowedOrigins;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that a server is told, each part read by the room that it is for. Read once, at start.
 *
 * @param databaseUrl a JDBC URL, perhaps with a password; empty if the server brings its own PostgreSQL
 * @param variables of the environment, for references to secrets
 * @param settings every value with its source
 */
public record ServerConfig(
        Web web,
        Folders folders,
        Optional<String> databaseUrl,
        Rooms rooms,
        Map<String, String> variables,
        List<Setting> settings) {

    /** Variables that the launcher and the command line read, not the server; and the one that names the file. */
    private static final Set<String> OTHERS =
            Set.of("MAYFLY_JAVA_HOME", "MAYFLY_MAVEN_OPTIONS", "MAYFLY_URL", "MAYFLY_CONFIG");

    /** Where the server listens; port 0 means any free one. */
    public record Listen(String host, int port) {}

    /**
     * How the server is reached.
     *
     * @param publicUrl the address that jobs use, if it is another than host and port
     * @param allowedHosts names by which clients may call it, besides localhost and IP addresses
     */
    public record Web(Listen listen, Optional<String> publicUrl, List<String> allowedHosts) {

        private static Web read(Section root) {
            return new Web(
                    new Listen(
                            root.text("host", "127.0.0.1", "the address to listen on"),
                            root.value("port", "8484", "the port to listen on; 0 is any free one", Web::port)),
                    root.text(
                            "public_url",
                            "the address that jobs reach the server by, if it is another than host and port"),
                    root.texts(
                            "allowed_hosts",
                            "names by which clients may call the server besides localhost and IP addresses; * is any"));
        }

        private static int port(String text) {
            if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65_535) {
                throw new IllegalArgumentException(text + " (expected: 0 to 65535)");
            }
            return Integer.parseInt(text);
        }
    }

    /** Where things are: the data of this installation, the program's own files, a Spark distribution. */
    public record Folders(Path data, Path home, Path sparkHome) {

        private static Folders read(Section root, Path home) {
            return new Folders(
                    root.value("data", "mayfly-data", "the folder in which everything is kept", Path::of)
                            .toAbsolutePath()
                            .normalize(),
                    home,
                    root.value("spark_home", "a Spark for local clusters; absent: the one built in", Path::of)
                            .orElse(home.resolve("dist/spark")));
        }
    }

    /** What the rooms have read. */
    public record Rooms(
            CapacityConfig capacity,
            ArtifactConfig artifacts,
            Optional<YandexConfig> yandex,
            RetentionConfig retention,
            AllowedOrigins webhooks) {

        private static Rooms read(Section root) {
            return new Rooms(
                    CapacityConfig.read(root),
                    ArtifactConfig.read(root),
                    YandexConfig.read(root),
                    RetentionConfig.read(root),
                    AllowedOrigins.read(root));
        }
    }

    /**
     * Reads options, variables and the configuration file.
     *
     * @param file from the option {@code --config}; the variable {@code MAYFLY_CONFIG} names it otherwise
     * @param options of the command line, by key
     * @param home where the program's own files are
     * @throws IllegalArgumentException saying what is wrong where
     */
    public static ServerConfig read(
            Optional<Path> file, Map<String, String> options, Map<String, String> variables, Path home) {
        Configuration configuration = Configuration.read(
                file.or(() ->
                        Optional.ofNullable(variables.get("MAYFLY_CONFIG")).map(Path::of)),
                variables,
                options,
                new Secrets(variables, Optional.empty())::follow);
        Section root = configuration.root();
        Web web = Web.read(root);
        Folders folders = Folders.read(root, home);
        Optional<String> databaseUrl = root.hidden(
                "database_url", "the JDBC URL of a PostgreSQL to use instead of the embedded one; best as a variable");
        Rooms rooms = Rooms.read(root);
        configuration.checkAllKnown(OTHERS);
        return new ServerConfig(web, folders, databaseUrl, rooms, variables, configuration.settings());
    }

    /** Without the environment and without the password of the database. */
    @Override
    public String toString() {
        return "ServerConfig" + settings;
    }
}
