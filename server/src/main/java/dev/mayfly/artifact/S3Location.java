package dev.mayfly.artifact;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bucket and a prefix in it, which may be empty: {@code s3://bucket/prefix}.
 *
 * @param isOfServer whether this is the place of the server's own files, where no {@link ArtifactPath} of a client
 *     leads
 */
public record S3Location(String bucket, ArtifactPath prefix, boolean isOfServer) {

    private static final Pattern ADDRESS = Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*?))?/?");

    /**
     * Reads {@code s3://bucket/prefix}.
     *
     * @throws IllegalArgumentException if the text is no such address
     */
    public static S3Location parse(String address) {
        Matcher matcher = ADDRESS.matcher(address);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + address + "' (expected: s3://bucket or s3://bucket/prefix)");
        }
        String prefix = matcher.group(2) == null ? "" : matcher.group(2);
        return new S3Location(matcher.group(1), new ArtifactPath(prefix), false);
    }

    public static boolean isOne(String text) {
        return text.startsWith("s3://");
    }

    S3Location ofServer() {
        return new S3Location(bucket, prefix, true);
    }

    /** The key of the object at a path. */
    String key(ArtifactPath path) {
        return folder() + path.value();
    }

    /** The prefix of the keys of all objects below a path. */
    String folderKey(ArtifactPath path) {
        return path.value().isEmpty() ? folder() : key(path) + "/";
    }

    private String folder() {
        return (prefix.value().isEmpty() ? "" : prefix.value() + "/")
                + (isOfServer ? ArtifactPath.OF_SERVER + "/" : "");
    }

    @Override
    public String toString() {
        return ("s3://" + bucket + "/" + folder()).replaceFirst("/$", "");
    }
}
