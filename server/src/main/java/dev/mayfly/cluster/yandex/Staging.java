package dev.mayfly.cluster.yandex;

import java.io.IOException;
import java.nio.file.Path;

/** Where clusters can read files from: object storage, or a shared folder. */
public interface Staging {

    /**
     * Puts a file under a name that says what is in it, unless it is there; returns the address by which clusters read it. May be
     * called twice.
     */
    String put(Path file, String name) throws IOException;
}
