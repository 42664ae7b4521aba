package dev.mayfly.problem;

/**
 * How long a text of a client may be, in code points, as MLflow counts and limits it ({@code mlflow/utils/validation.py}).
 *
 * @param what names the text in messages
 */
public record TextLimit(String what, int longest) {

    /** Throws {@link Refused} if the text is longer. */
    public void check(String text) {
        if (exceeds(text)) {
            throw Refused.invalid("'" + what + "' exceeds the maximum length of " + longest + " characters: "
                    + text.codePointCount(0, text.length()) + " characters, beginning '" + begin(text, 40) + "'");
        }
    }

    /** Returns the text, cut to the limit. */
    public String cut(String text) {
        return exceeds(text) ? begin(text, longest) : text;
    }

    /** Returns a text as messages show it. */
    public static String shown(String text) {
        return text.length() <= 60 ? text : begin(text, 60) + "...";
    }

    private boolean exceeds(String text) {
        return text.length() > longest && text.codePointCount(0, text.length()) > longest;
    }

    private static String begin(String text, int codePoints) {
        boolean isLonger = text.codePointCount(0, text.length()) > codePoints;
        return isLonger ? text.substring(0, text.offsetByCodePoints(0, codePoints)) : text;
    }
}
