package dev.mayfly.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/**
 * Refuses JSON with half of a character in it: {@code "\ud800"} is valid JSON (RFC 8259, 8.2), but no text, and two of them
 * would be stored as the same.
 */
public final class WholeText {

    /** Half characters can only come by an escape: in bytes of UTF-8 there are none. */
    private static final Pattern ESCAPE = Pattern.compile("\\\\u[dD][89a-fA-F]");

    private static final Pattern HALF =
            Pattern.compile("[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]");

    private WholeText() {}

    /**
     * Checks a body.
     *
     * @param read what was read from it
     * @throws InvalidRequest if a name or a text holds half of a character
     */
    public static void check(String body, JsonNode read) {
        if (ESCAPE.matcher(body).find()) {
            check(read);
        }
    }

    private static void check(JsonNode node) {
        if (node.isTextual()) {
            check(node.textValue());
        }
        node.properties().forEach(field -> check(field.getKey()));
        node.forEach(WholeText::check);
    }

    private static void check(String text) {
        if (isHalf(text)) {
            throw new InvalidRequest(
                    "a text holds half of a character, a lone surrogate such as \\ud800 (expected: both"
                            + " halves, or none)");
        }
    }

    /** Whether a text holds half of a character. */
    public static boolean isHalf(String text) {
        return HALF.matcher(text).find();
    }
}
