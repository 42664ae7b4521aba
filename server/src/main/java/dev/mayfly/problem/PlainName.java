package dev.mayfly.problem;

import dev.mayfly.api.WholeText;
import java.util.regex.Pattern;

/**
 * The rule for names that people read and tell apart: no control characters, none that turn the direction of the text
 * around (Unicode TR 36, 3.2), none that stand for what could not be decoded, no halves of characters.
 */
public final class PlainName {

    private static final Pattern ODD = Pattern.compile(
            "[\\p{Cc}\\u061c\\u200e\\u200f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ufffd\\ufffe\\uffff]");

    private PlainName() {}

    /** Throws {@link Refused} if a name breaks the rule; {@code what} says what it is the name of. */
    public static void check(String what, String name) {
        if (isOdd(name)) {
            throw Refused.invalid("Invalid " + what + " name: '" + TextLimit.shown(shown(name))
                    + "' (expected: no control characters, none that turn the text around, and none that could not be"
                    + " decoded)");
        }
    }

    /** Whether a text holds what a name may not hold. */
    public static boolean isOdd(String text) {
        return ODD.matcher(text).find() || WholeText.isHalf(text);
    }

    /** The text, with a question mark for each character that could hide or forge what stands around it. */
    public static String shown(String text) {
        return ODD.matcher(text).replaceAll("?");
    }
}
