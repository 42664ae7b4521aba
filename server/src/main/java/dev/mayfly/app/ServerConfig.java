package dev.mayfly.app;

import dev.mayfly.account.oidc.OidcConfig;
import dev.mayfly.artifact.ArtifactConfig;
import dev.mayfly.capacity.CapacityConfig;
import dev.mayfly.cluster.yandex.YandexConfig;
import dev.mayfly.configuration.AllowedFolders;
import dev.mayfly.configuration.Configuration;
import dev.mayfly.configuration.Section;
import dev.mayfly.configuration.Setting;
import dev.mayfly.http.HttpConfig;
import dev.mayfly.retention.RetentionConfig;
import dev.mayfly.secret.AllowedSecrets;
import dev.mayfly.secret.Sealing;
import dev.mayfly.secret.Secrets;
import dev.mayfly.webhook.AllowedOrigins;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The configuration of a server; each room reads its own part. Read once, at start.
 *
 * @param databaseUrl a JDBC URL, perhaps with a password; empty for the embedded PostgreSQL
 * @param variables the environment, for references to secrets
 * @param settings every value with its source
 */
record ServerConfig(
        HttpConfig http,
        Folders folders,
        Optional<String> databaseUrl,
        Rooms rooms,
        Map<String, String> variables,
        List<Setting> settings) {

    /**
     * Variables that are no settings of the server: those of launcher and command line, and the one that names the
     * file.
     */
    private static final Set<String> OTHERS = Set.of(
            "MAYFLY_JAVA_HOME",
            "MAYFLY_MAVEN_OPTIONS",
            "MAYFLY_URL",
            "MAYFLY_TOKEN",
            "MAYFLY_CA_CERT",
            "MAYFLY_CONFIG");

    /** Where things are: the data of this installation, the program's own files, a Spark distribution. */
    public record Folders(Path data, Path home, Path sparkHome) {

        /** With which any Spark runs on this JDK. */
        Path sparkJavaOptions() {
            return home.resolve("dist/spark/java-options");
        }

        private static Folders read(Section root, Path home) {
            return new Folders(
                    root.value("data", "mayfly-data", "the folder in which everything is kept", Path::of)
                            .toAbsolutePath()
                            .normalize(),
                    home,
                    root.value(
                                    "spark_home",
                                    "a Spark distribution for local clusters; absent: the built-in one",
                                    Path::of)
                            .orElse(home.resolve("dist/spark")));
        }
    }

    /** The parts that the rooms have read. */
    public record Rooms(
            CapacityConfig capacity,
            ArtifactConfig artifacts,
            Optional<YandexConfig> yandex,
            RetentionConfig retention,
            AllowedOrigins webhooks,
            Optional<OidcConfig> oidc,
            Allowed allowed,
            Optional<Sealing> sealing) {

        private static Rooms read(Section root, Path data) {
            return new Rooms(
                    CapacityConfig.read(root),
                    ArtifactConfig.read(root),
                    YandexConfig.read(root),
                    RetentionConfig.read(root),
                    AllowedOrigins.read(root),
                    OidcConfig.read(root),
                    Allowed.read(root.section("allow"), data),
                    root.secret(
                                    "encryption_key",
                                    "a reference to the key with which secrets of webhooks are kept in rows; absent: one in"
                                            + " the data folder, which several servers on one database must share")
                            .map(Rooms::sealing));
        }

        private static Sealing sealing(String key) {
            try {
                return new Sealing(key);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("encryption_key: " + e.getMessage(), e);
            }
        }
    }

    /** What those who write pipelines may name. */
    public record Allowed(AllowedSecrets secrets, AllowedFolders code, AllowedFolders inputs) {

        private static Allowed read(Section allow, Path data) {
            return new Allowed(
                    AllowedSecrets.read(allow),
                    AllowedFolders.read(
                            allow,
                            "code",
                            "folders besides the data folder in which pipelines may name jars and Python files",
                            data),
                    AllowedFolders.read(
                            allow,
                            "inputs",
                            "folders besides the data folder in which pipelines may name inputs",
                            data));
        }
    }

    /**
     * Reads options, variables and the configuration file.
     *
     * @param file from the option {@code --config}; the variable {@code MAYFLY_CONFIG} names it otherwise
     * @param options of the command line, by key
     * @param home where the program's own files are
     * @throws IllegalArgumentException if a value is wrong; the message says which and where
     */
    public static ServerConfig read(
            Optional<Path> file, Map<String, String> options, Map<String, String> variables, Path home) {
        Configuration configuration = Configuration.read(
                file.or(() ->
                        Optional.ofNullable(variables.get("MAYFLY_CONFIG")).map(Path::of)),
                variables,
                options,
                new Secrets(variables)::follow);
        Section root = configuration.root();
        HttpConfig http = HttpConfig.read(root);
        Folders folders = Folders.read(root, home);
        Optional<String> databaseUrl = root.hidden(
                "database_url", "the JDBC URL of a PostgreSQL to use instead of the embedded one; best as a variable");
        Rooms rooms = Rooms.read(root, folders.data());
        configuration.checkAllKnown(OTHERS);
        return new ServerConfig(http, folders, databaseUrl, rooms, variables, configuration.settings());
    }

    /** Omits the environment and the password of the database. */
    @Override
    public String toString() {
        return "ServerConfig" + settings;
    }
}
