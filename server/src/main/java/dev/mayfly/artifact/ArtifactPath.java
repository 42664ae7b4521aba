package dev.mayfly.artifact;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A path inside the store: names joined by {@code /}; the empty path is the root. Whatever could lead out of the store
 * or be ambiguous is no path: empty and dot names, backslashes, control characters, drive letters, and escapes that
 * hide dot names.
 */
public record ArtifactPath(String value) {

    public static final ArtifactPath ROOT = new ArtifactPath("");
    /** The prefix of locations in this server's store. */
    public static final String SCHEME = "mlflow-artifacts:";

    /** The first name of the server's own paths, which no client can name: in object storage, both share one root. */
    static final String OF_SERVER = ".mayfly";

    private static final int LONGEST = 2_000;
    private static final int UNDECODED = 0xfffd;
    private static final Pattern ESCAPES = Pattern.compile("(%[0-9A-Fa-f]{2})+");

    /**
     * Checks the text.
     *
     * @throws IllegalArgumentException if it is no such path
     */
    public ArtifactPath {
        if (value.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "artifact path of " + value.length() + " characters (expected: at most " + LONGEST + ")");
        }
        if (value.equals(OF_SERVER) || value.startsWith(OF_SERVER + "/")) {
            throw new IllegalArgumentException(
                    "artifact path '" + value + "' (expected: not below " + OF_SERVER + ", which is the server's)");
        }
        if (!value.isEmpty()) {
            for (String name : value.split("/", -1)) {
                check(value, name);
            }
        }
    }

    private static void check(String path, String name) {
        boolean odd = name.isEmpty() || name.codePoints().anyMatch(ArtifactPath::isOdd) || name.matches("[A-Za-z]:");
        boolean leadsAway = Stream.of(unescaped(name).split("[/\\\\]", -1))
                .anyMatch(part -> part.equals(".") || part.equals("..") || part.indexOf('\0') >= 0);
        if (odd || leadsAway) {
            throw new IllegalArgumentException("artifact path '" + path.replaceAll("\\p{Cntrl}", "?")
                    + "' (expected: names joined by single '/', without '..', '\\' or control characters)");
        }
    }

    /**
     * Whether names may not contain this character: a control character, a backslash, or one that stands for what could not
     * be decoded, half characters included: two such names would be the same file.
     */
    public static boolean isOdd(int character) {
        if (Character.isSurrogate((char) character) && character <= Character.MAX_VALUE) {
            return true;
        }
        return character < 0x20 || character == 0x7f || character == '\\' || character == UNDECODED;
    }

    /** Decodes the escapes of a text, such as {@code %20}, again and again until none is left. */
    public static String unescaped(String text) {
        String plain = text;
        for (String before = ""; !before.equals(plain); ) {
            before = plain;
            plain = ESCAPES.matcher(before)
                    .replaceAll(escapes -> Matcher.quoteReplacement(new String(
                            HexFormat.of().parseHex(escapes.group().replace("%", "")), StandardCharsets.UTF_8)));
        }
        return plain;
    }

    /**
     * The path of a location in this server's store, {@code mlflow-artifacts:/path}.
     *
     * @return empty if the location is not in this server's store
     * @throws IllegalArgumentException if the rest of the location is no path
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
