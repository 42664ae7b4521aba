package dev.mayfly.app;

import dev.mayfly.packages.Wheels;
import dev.mayfly.postgres.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A whole server in this process, on a database of its own, as clients reach it over HTTP; its Spark can run nothing. */
record WholeServer(ControlPlane plane, String databaseUrl, String ownerToken) implements AutoCloseable {

    /**
     * Starts it.
     *
     * @param folder for its files
     * @param yaml its configuration
     */
    static WholeServer start(Path folder, String yaml, Map<String, String> variables) throws IOException {
        Files.createDirectories(folder.resolve("dist/spark/jars"));
        Files.writeString(folder.resolve("dist/spark/jars/spark-core_2.13-3.5.0.jar"), "");
        Files.writeString(folder.resolve("dist/spark/java-options"), "");
        Files.createDirectories(folder.resolve("dist/jobs"));
        Files.write(folder.resolve("dist/jobs/mayfly-jobs.jar"), Wheels.zip(Map.of("Main.class", "no class at all")));
        Path data = folder.resolve("data");
        Map<String, String> all = new HashMap<>(variables);
        all.put("MAYFLY_DATABASE_URL", TestPostgres.url("engine", "server"));
        ControlPlane plane = ControlPlane.start(
                ServerConfig.read(
                        Optional.of(Files.writeString(folder.resolve("mayfly.yaml"), yaml)),
                        Map.of("port", "0", "data", data.toString()),
                        all,
                        folder),
                Clock.systemUTC());
        return new WholeServer(
                plane,
                all.getOrDefault("MAYFLY_DATABASE_URL", ""),
                Files.readString(data.resolve("owner-token")).strip());
    }

    String url() {
        return plane.url();
    }

    /** Things that its owner makes, with names of one beginning. */
    Things things(String prefix, Path folder) {
        return new Things(url(), ownerToken, prefix, folder);
    }

    @Override
    public void close() {
        plane.close();
    }
}
