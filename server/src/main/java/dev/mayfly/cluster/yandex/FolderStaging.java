package dev.mayfly.cluster.yandex;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A folder that clusters see under the same path. Safe for use by any thread. */
public final class FolderStaging implements Staging {

    private final Path folder;

    public FolderStaging(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    @Override
    public String put(Path file, String name) throws IOException {
        Path target = folder.resolve(name);
        if (!Files.exists(target)) {
            Files.createDirectories(folder);
            Path incoming = Files.createTempFile(folder, "incoming", "");
            Files.copy(file, incoming, StandardCopyOption.REPLACE_EXISTING);
            Files.move(incoming, target, StandardCopyOption.ATOMIC_MOVE);
        }
        return target.toUri().toString();
    }
}
