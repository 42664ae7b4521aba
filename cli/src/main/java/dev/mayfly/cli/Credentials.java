package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mayfly.api.ApiClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * With which token the command line speaks to a server: {@code MAYFLY_TOKEN}, or the one that {@code mayfly login} has
 * kept for its address, or that of the owner in the data folder of a server on this machine.
 */
final class Credentials {

    private static final String DATA_FOLDER = "mayfly-data";

    private final Map<String, String> variables;
    private final Path file;

    Credentials(Map<String, String> variables) {
        this.variables = variables;
        Path home = Path.of(variables.getOrDefault("HOME", System.getProperty("user.home")));
        Path folder = Optional.ofNullable(variables.get("XDG_CONFIG_HOME"))
                .filter(text -> !text.isEmpty())
                .map(Path::of)
                .orElse(home.resolve(".config"));
        this.file = folder.resolve("mayfly/credentials.json");
    }

    /** Where tokens are kept. */
    Path file() {
        return file;
    }

    /** Returns the token for a server; empty if there is none. */
    Optional<String> token(String url) {
        return Optional.ofNullable(variables.get("MAYFLY_TOKEN"))
                .filter(text -> !text.isEmpty())
                .or(() -> kept(url))
                .or(() -> ownerToken(Path.of(variables.getOrDefault("MAYFLY_DATA", DATA_FOLDER)), url));
    }

    private Optional<String> kept(String url) {
        return Optional.ofNullable(read().path(key(url)).textValue());
    }

    /** Returns the owner's token in a data folder, if the server at an address is the one that has it open. */
    static Optional<String> ownerToken(Path data, String url) {
        try {
            JsonNode server = ApiClient.JSON.readTree(Files.readAllBytes(data.resolve("server.json")));
            return key(server.path("url").asText()).equals(key(url))
                    ? Optional.of(Files.readString(data.resolve("owner-token"), StandardCharsets.UTF_8)
                            .strip())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional
                    .empty(); // another folder, another user's, or no server: it says itself whether a token is needed
        }
    }

    /** Keeps a token for a server, in a file that only this user can read. */
    void keep(String url, String token) {
        write(read().put(key(url), token));
    }

    /** Forgets the token for a server; returns whether there was one. */
    boolean forget(String url) {
        ObjectNode all = read();
        boolean had = all.remove(key(url)) != null;
        if (had) {
            write(all);
        }
        return had;
    }

    private static String key(String url) {
        return url.replaceFirst("/+$", "").replace("://localhost", "://127.0.0.1");
    }

    private ObjectNode read() {
        try {
            return Files.exists(file) && ApiClient.JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode all
                    ? all
                    : ApiClient.JSON.createObjectNode();
        } catch (IOException e) {
            throw new CommandFailed(
                    CommandFailed.FAILED,
                    file + " can't be read (" + e.getMessage() + "); delete it, and run 'mayfly login' again");
        }
    }

    private void write(ObjectNode all) {
        try {
            Files.createDirectories(file.getParent());
            Path temporary = file.resolveSibling("credentials.json.tmp");
            Files.deleteIfExists(temporary);
            Files.createFile(temporary, onlyOwner());
            Files.writeString(temporary, all.toPrettyString() + "\n", StandardCharsets.UTF_8);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new CommandFailed(CommandFailed.FAILED, file + " can't be written: " + e);
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> onlyOwner() {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    }
}
