package dev.mayfly.packages;

import dev.mayfly.problem.Refused;
import dev.mayfly.problem.TextLimit;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A version of a package.
 *
 * @param name in the one form that Python's names have, too: a-z, 0-9 and single dashes between them
 */
public record PackageKey(PackageKind kind, String name, String version) {

    /** Stands for the highest version that is not yanked. */
    public static final String LATEST = "latest";

    private static final int LONGEST_NAME = 100;
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+!-]{0,63}");
    private static final Pattern SEPARATORS = Pattern.compile("[-_.]+");

    /** Throws {@link Refused} if the name or version can be none. */
    public PackageKey {
        checkName(name);
        if (!VERSION.matcher(version).matches() || version.equals(LATEST)) {
            throw Refused.invalid("version '" + TextLimit.shown(version) + "' of package " + name
                    + " (expected: 1 to 64 letters, digits and . _ + ! -, not 'latest')");
        }
    }

    static void checkName(String name) {
        if (name.length() > LONGEST_NAME || !NAME.matcher(name).matches()) {
            String normal = normal(name);
            boolean isClose =
                    normal.length() <= LONGEST_NAME && NAME.matcher(normal).matches();
            throw Refused.invalid("package name '" + TextLimit.shown(name) + "' (expected: "
                    + (isClose
                            ? "'" + normal + "', the form in which all are kept"
                            : "a-z, 0-9 and single dashes between them, at most " + LONGEST_NAME)
                    + ")");
        }
    }

    /** The form of a name in which it is kept and compared: see PEP 503, normalized names. */
    public static String normal(String name) {
        return SEPARATORS.matcher(name).replaceAll("-").toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return kind.word() + " " + name + "==" + version;
    }
}
