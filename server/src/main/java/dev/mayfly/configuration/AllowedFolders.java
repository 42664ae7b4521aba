package dev.mayfly.configuration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Folders that those who write pipelines may name files in. Links are followed before a path is compared. Immutable. */
public final class AllowedFolders {

    private final String key;
    private final List<Path> folders;

    private AllowedFolders(String key, List<Path> folders) {
        this.key = key;
        this.folders = List.copyOf(folders);
    }

    /** These folders, whatever a configuration says. */
    public static AllowedFolders of(Path... folders) {
        return new AllowedFolders("", List.of(folders));
    }

    /**
     * Reads the folders of a key.
     *
     * @param always a folder that is allowed anyway
     */
    public static AllowedFolders read(Section section, String key, String description, Path always) {
        List<Path> folders = new ArrayList<>(List.of(always));
        for (String text : section.texts(key, description)) {
            Path folder = Path.of(text);
            if (!folder.isAbsolute()) {
                throw new IllegalArgumentException(
                        "allow." + key + ": '" + text + "' (expected: the whole path of a folder, from /)");
            }
            folders.add(folder);
        }
        return new AllowedFolders("allow." + key, folders);
    }

    /** Why a path may not be named, in words that tell nothing of what there is; empty if it may. */
    public Optional<String> refusal(Path path) {
        Path real = real(path.toAbsolutePath().normalize());
        return folders.stream()
                        .anyMatch(folder ->
                                real.startsWith(real(folder.toAbsolutePath().normalize())))
                ? Optional.empty()
                : Optional.of(path + " is in no folder that pipelines may name (expected: one below the data folder"
                        + (key.isEmpty() ? ")" : ", or a folder in the server's " + key + ")"));
    }

    /** Without links, as far as it exists. */
    private static Path real(Path path) {
        Path existing = path;
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (existing == null) {
            return path;
        }
        try {
            return existing.toRealPath().resolve(existing.relativize(path)).normalize();
        } catch (IOException e) {
            // what can't be followed is compared as it is written: reading it will fail, too
            return path;
        }
    }

    @Override
    public String toString() {
        return folders.toString();
    }
}
