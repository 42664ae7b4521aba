package dev.mayfly.artifact;

import java.util.List;
import java.util.Optional;

/**
 * A path inside the store: names joined by {@code /}, the empty path being the root. What could leave the store or mean
 * two things has no such path: empty and dot names, back slashes, control characters, drive letters and escapes left over.
 */
public record ArtifactPath(String value) {

    public static final ArtifactPath ROOT = new ArtifactPath("");
    /** How locations in this server's store begin. */
    public static final String SCHEME = "mlflow-artifacts:";

    private static final int LONGEST = 2_000;

    /** Throws {@link IllegalArgumentException} if the text is no such path. */
    public ArtifactPath {
        if (value.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "artifact path of " + value.length() + " characters (expected: at most " + LONGEST + ")");
        }
        if (!value.isEmpty()) {
            for (String name : value.split("/", -1)) {
                check(value, name);
            }
        }
    }

    private static void check(String path, String name) {
        boolean dots = name.isEmpty() || name.equals(".") || name.equals("..");
        boolean odd = name.chars().anyMatch(c -> c < 0x20 || c == 0x7f || c == '\\')
                || name.matches("(?i).*%(2e|2f|5c|00|25).*")
                || name.matches("[A-Za-z]:");
        if (dots || odd) {
            throw new IllegalArgumentException("artifact path '" + path.replaceAll("\\p{Cntrl}", "?")
                    + "' (expected: names joined by single '/', without '..', '\\' or control characters)");
        }
    }

    /**
     * The path of a location in this server's store, {@code mlflow-artifacts:/path}; empty for any other. Throws {@link
     * IllegalArgumentException} if what follows is no path.
     */
    public static Optional<ArtifactPath> ofLocation(String location) {
        return location.startsWith(SCHEME + "/")
                ? Optional.of(new ArtifactPath(location.substring(SCHEME.length())
                        .replaceFirst("^/+", "")
                        .replaceFirst("/$", "")))
                : Optional.empty();
    }

    public ArtifactPath child(String path) {
        return path.isEmpty() ? this : new ArtifactPath(value.isEmpty() ? path : value + "/" + path);
    }

    public List<String> names() {
        return value.isEmpty() ? List.of() : List.of(value.split("/"));
    }

    @Override
    public String toString() {
        return value;
    }
}
