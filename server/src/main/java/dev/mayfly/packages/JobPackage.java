package dev.mayfly.packages;

import dev.mayfly.digest.Sha256;
import java.nio.file.Path;

/**
 * A stored package: its name, the digest of its bytes, and a copy of them on this machine.
 *
 * @param file the copy, which must not be changed
 */
public record JobPackage(String name, Sha256 digest, Path file) {}
