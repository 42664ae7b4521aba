package dev.mayfly.artifact;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A bucket and a prefix in it, which may be empty: {@code s3://bucket/prefix}. */
public record S3Location(String bucket, ArtifactPath prefix) {

    private static final Pattern ADDRESS = Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*?))?/?");

    /** Throws {@link IllegalArgumentException} if the text is no such address. */
    public static S3Location parse(String address) {
        Matcher matcher = ADDRESS.matcher(address);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + address + "' (expected: s3://bucket or s3://bucket/prefix)");
        }
        return new S3Location(matcher.group(1), new ArtifactPath(matcher.group(2) == null ? "" : matcher.group(2)));
    }

    public static boolean isOne(String text) {
        return text.startsWith("s3://");
    }

    @Override
    public String toString() {
        return "s3://" + bucket + (prefix.value().isEmpty() ? "" : "/" + prefix);
    }
}
