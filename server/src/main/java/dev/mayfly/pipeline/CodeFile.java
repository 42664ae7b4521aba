package dev.mayfly.pipeline;

import dev.mayfly.digest.Sha256;
import dev.mayfly.packages.PackageReference;

/** A file that a job uses. */
public sealed interface CodeFile {

    /** A file of a package. */
    record OfPackage(PackageReference reference) implements CodeFile {}

    /** A file of the server's machine, by its absolute path. */
    record OnServer(String path) implements CodeFile {}

    /** A file that came with the pipeline's text, by its path from there. */
    record WithText(String path, Sha256 digest) implements CodeFile {}
}
