package dev.mayfly.cluster.yandex;

import java.io.IOException;
import java.nio.file.Path;

/** Where clusters can read files from: object storage, or a shared folder. */
public interface Staging {

    /**
     * Stores a file under a name that identifies its content, unless it exists already. May be called twice.
     *
     * @return the address by which clusters read it
     */
    String put(Path file, String name) throws IOException;
}
