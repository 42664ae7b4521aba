package dev.mayfly.problem;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * The rule for keys of metrics, parameters and tags of every kind: letters, digits, {@code _ - . : /} and spaces, and the key is its own
 * normal form as a path. As in MLflow ({@code _validate_tag_name} and its siblings).
 */
public final class EntityKey {

    private static final TextLimit LIMIT = new TextLimit("key", 250);
    private static final Pattern KEY = Pattern.compile("(?U)[\\w.\\- :/]+");
    private static final Pattern PLAIN_KEY = Pattern.compile("\\w{1," + LIMIT.longest() + "}");
    /** An empty, {@code .} or {@code ..} part between slashes, or two dots at the beginning. */
    private static final Pattern ODD_PATH = Pattern.compile("(^|.*/)\\.{0,2}(/.*|$)|\\.\\..*");

    private EntityKey() {}

    /** Throws {@link Refused} if the key breaks the rule; {@code what} says in the message what it is the key of. */
    public static void check(String what, String key) {
        if (PLAIN_KEY.matcher(key).matches()) {
            return;
        }
        if (!KEY.matcher(key).matches() || ODD_PATH.matcher(key).matches()) {
            throw Refused.invalid("Invalid " + what + " name: '" + TextLimit.shown(key) + "' (expected: 1 to "
                    + LIMIT.longest() + " letters, digits, '_', '-', '.', ' ', ':' and '/', no '..' or '//')");
        }
        LIMIT.check(key);
    }

    /** Throws {@link Refused} if a key breaks the rule or a value is too long. */
    public static void checkTags(Map<String, String> tags, TextLimit value) {
        tags.forEach((key, text) -> {
            check("tag", key);
            value.check(text);
        });
    }
}
