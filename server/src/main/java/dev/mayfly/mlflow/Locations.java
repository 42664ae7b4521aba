package dev.mayfly.mlflow;

import dev.mayfly.artifact.ArtifactPath;
import dev.mayfly.tracking.Refused;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * The one place that decides which artifact locations and model sources there may be: those in this server's own store, and those
 * in object storage, which only clients reach. Nothing of this machine's files, no web address, nothing that could mean two things.
 */
final class Locations {

    static final String OWN = ArtifactPath.SCHEME;
    private static final List<String> OF_CLIENTS =
            List.of("s3", "s3a", "gs", "abfs", "abfss", "wasbs", "hdfs", "dbfs", "oss", "r2", "b2");
    private static final int LONGEST = 500;

    private Locations() {}

    /** Throws {@link Refused} for a location that must not be. */
    static void check(String location) {
        if (location.length() > LONGEST) {
            throw wrong(location, "at most " + LONGEST + " characters");
        }
        if (isOwn(location)) {
            path(location);
            return;
        }
        int colon = location.indexOf(':');
        String scheme = colon < 0 ? "" : location.substring(0, colon).toLowerCase(Locale.ROOT);
        if (!OF_CLIENTS.contains(scheme) || !location.startsWith("//", colon + 1)) {
            throw wrong(location, "mlflow-artifacts:/..., or an address in object storage such as s3://bucket/path");
        }
        String rest = location.substring(colon + 1);
        boolean odd = rest.chars().anyMatch(c -> c < 0x20 || c == 0x7f || "#;?\\%".indexOf(c) >= 0);
        if (odd || List.of(rest.split("/", -1)).contains("..")) {
            throw wrong(location, "no '..', '#', ';', '?', '%' and '\\'");
        }
    }

    static boolean isOwn(String location) {
        return location.startsWith(OWN);
    }

    /** The store's path of a location in it; {@link Refused} for any other. */
    static ArtifactPath path(String location) {
        return valid(() -> ArtifactPath.ofLocation(location))
                .orElseThrow(() -> wrong(location, OWN + "/..., since this server reads no other place"));
    }

    /** A path that a client names. */
    static ArtifactPath checked(String path) {
        return valid(() -> new ArtifactPath(path));
    }

    private static <T> T valid(Supplier<T> path) {
        try {
            return path.get();
        } catch (IllegalArgumentException e) {
            throw Refused.invalid("Invalid path: " + e.getMessage());
        }
    }

    private static Refused wrong(String location, String expected) {
        String shown = location.length() > 200 ? location.substring(0, 200) + "..." : location;
        return Refused.invalid(
                "Invalid artifact location '" + shown.replaceAll("\\p{Cntrl}", "?") + "' (expected: " + expected + ")");
    }
}
