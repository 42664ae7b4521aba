package dev.mayfly.packages;

import dev.mayfly.problem.Refused;
import java.util.Optional;

/**
 * How a pipeline names a package: {@code NAME==VERSION}, or {@code NAME} for the highest version that is not yanked when a
 * run opens.
 */
public record PackageReference(PackageKind kind, String name, Optional<String> version) {

    private static final String IS = "==";

    /**
     * Reads a reference.
     *
     * @throws Refused if it can be none
     */
    public static PackageReference parse(PackageKind kind, String text) {
        String[] parts = text.split(IS, 2);
        PackageKey.checkName(parts[0].strip());
        String name = parts[0].strip();
        if (parts.length == 1 || parts[1].strip().equals(PackageKey.LATEST)) {
            return new PackageReference(kind, name, Optional.empty());
        }
        PackageKey key = new PackageKey(kind, name, parts[1].strip());
        return new PackageReference(kind, key.name(), Optional.of(key.version()));
    }

    /** The reference with its kind, as runs record it. */
    @Override
    public String toString() {
        return kind.word() + ":" + words();
    }

    /** The reference as pipelines write it. */
    public String words() {
        return name + version.map(some -> IS + some).orElse("");
    }
}
