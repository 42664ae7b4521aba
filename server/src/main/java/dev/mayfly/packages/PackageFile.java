package dev.mayfly.packages;

import dev.mayfly.digest.Sha256;
import java.time.Instant;
import java.util.Optional;

/**
 * A file of a package's version, which never changes.
 *
 * @param file its own name
 * @param yanked why only those who ask for exactly this version get it; empty if everybody does
 * @param python what resolvers ask for; empty if it is none of Python's
 */
public record PackageFile(
        PackageKey key,
        String file,
        Sha256 digest,
        long bytes,
        Stored stored,
        Optional<String> yanked,
        Optional<Python> python) {

    /** When it was stored, and by whom. */
    public record Stored(Instant at, String by) {}

    /**
     * What a distribution says of itself.
     *
     * @param requires the versions of Python that it works with, as PEP 440 writes it
     * @param metadata the digest of its core metadata, which are stored beside it; empty for an sdist
     */
    public record Python(Optional<String> requires, Optional<Sha256> metadata) {}

    /** Whether Mayfly brought it itself. */
    boolean isOwn() {
        return stored.by().equals(PackageIndex.OWN);
    }
}
