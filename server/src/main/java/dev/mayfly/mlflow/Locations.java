package dev.mayfly.mlflow;

import dev.mayfly.artifact.ArtifactPath;
import dev.mayfly.problem.Refused;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * The one place that decides which artifact locations and model sources are allowed: this server's own store, and
 * object storage, which only clients reach. It refuses files of this machine, web addresses, and whatever two programs
 * could read differently.
 */
final class Locations {

    static final String OWN = ArtifactPath.SCHEME;
    /** What a location is for, as messages call it. */
    static final String ARTIFACTS = "artifact location";

    static final String SOURCE = "model version source";

    private static final List<String> OF_CLIENTS = List.of(
            "s3", "s3a", "gs", "abfs", "abfss", "wasb", "wasbs", "hdfs", "viewfs", "dbfs", "oss", "r2", "b2", "sftp",
            "ftp");
    /**
     * Schemes that need no host: {@code dbfs:/path} is Databricks' own form, {@code hdfs:/path} means the default file
     * system.
     */
    private static final List<String> WITHOUT_HOST = List.of("dbfs", "hdfs", "viewfs");

    private static final int LONGEST = 500;
    private static final int LONGEST_PATH = 6_000;

    private Locations() {}

    /** Throws {@link Refused} if a location is not allowed; {@code what} is {@link #ARTIFACTS} or {@link #SOURCE}. */
    static void check(String what, String location) {
        if (location.length() > LONGEST) {
            throw wrong(what, location, "at most " + LONGEST + " characters");
        }
        if (isOwn(location)) {
            path(what, location);
            return;
        }
        int colon = location.indexOf(':');
        String scheme = colon < 0 ? "" : location.substring(0, colon).toLowerCase(Locale.ROOT);
        String start = WITHOUT_HOST.contains(scheme) ? "/" : "//";
        if (!OF_CLIENTS.contains(scheme) || !location.startsWith(start, colon + 1)) {
            throw wrong(
                    what, location, "mlflow-artifacts:/..., or an address in object storage such as s3://bucket/path");
        }
        String rest = location.substring(colon + 1);
        if (rest.matches("//[^/@]*:[^/]*@.*")) {
            throw wrong(what, location.replaceFirst("//[^/]*@", "//***@"), "no password in it");
        }
        boolean odd = rest.chars().anyMatch(c -> c < 0x20 || c == 0x7f || "#;?\\%".indexOf(c) >= 0);
        if (odd || List.of(rest.split("/", -1)).contains("..")) {
            throw wrong(what, location, "no '..', '#', ';', '?', '%' and '\\'");
        }
    }

    /**
     * Checks where the files of something imported are: in this server's store only in a place that bears its id, since they
     * are purged with it.
     */
    static void checkOwned(String location, String id) {
        check(ARTIFACTS, location);
        if (isOwn(location) && !path(location).names().contains(id)) {
            throw wrong(ARTIFACTS, location, "a place with '" + id + "' in it, which is nobody else's");
        }
    }

    static boolean isOwn(String location) {
        return location.startsWith(OWN);
    }

    /** Returns the store's path of a location; throws {@link Refused} if the location is not in the store. */
    static ArtifactPath path(String location) {
        return path(ARTIFACTS, location);
    }

    private static ArtifactPath path(String what, String location) {
        return valid(() -> ArtifactPath.ofLocation(location))
                .orElseThrow(() -> wrong(what, location, OWN + "/..., since this server reads no other place"));
    }

    /**
     * Returns a path that a client names, without tabs and line ends, and with escapes decoded until none is left.
     * MLflow's clients send names unescaped, but read the names in a listing as URLs: so {@code a%20b} and {@code a b}
     * are one file, and a name with {@code #} is refused, since it would make the listing unreadable.
     */
    static ArtifactPath checked(String path) {
        if (path.length() > LONGEST_PATH) {
            throw Refused.invalid(
                    "Invalid path of " + path.length() + " characters (expected: at most " + LONGEST_PATH + ")");
        }
        String plain = ArtifactPath.unescaped(path).replaceAll("[\\t\\r\\n]", "");
        // if decoding gives no valid name, the % was no escape: MLflow 2 calls an image step%0%timestamp%17...
        String name = plain.codePoints().anyMatch(ArtifactPath::isOdd) ? path : plain;
        if (name.indexOf('#') >= 0) {
            throw Refused.invalid("Invalid path: '" + name + "' (expected: no '#')");
        }
        return valid(() -> new ArtifactPath(name));
    }

    private static <T> T valid(Supplier<T> path) {
        try {
            return path.get();
        } catch (IllegalArgumentException e) {
            throw Refused.invalid("Invalid path: " + e.getMessage());
        }
    }

    static Refused wrong(String what, String location, String expected) {
        String shown = location.length() > 200 ? location.substring(0, 200) + "..." : location;
        return Refused.invalid(
                "Invalid " + what + " '" + shown.replaceAll("\\p{Cntrl}", "?") + "' (expected: " + expected + ")");
    }
}
