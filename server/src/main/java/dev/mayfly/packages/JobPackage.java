package dev.mayfly.packages;

import java.nio.file.Path;

/** A stored jar: its name, the SHA-256 of its bytes in hexadecimal, and where it is on this machine. */
public record JobPackage(String name, String hash, Path file) {}
