package dev.mayfly.access;

import java.util.List;

/**
 * Which experiments, models and pipelines may be seen, by name. Searches apply it inside their SQL, so that pages are
 * full.
 *
 * @param patterns names in which {@code *} stands for any text, and {@code \*} for a star; one match is enough
 */
public record Scope(List<String> patterns) {

    public static final Scope EVERYTHING = new Scope(List.of("*"));

    private static final char ESCAPE = '\\';

    public Scope {
        patterns = List.copyOf(patterns);
    }

    /** The pattern of one name. */
    public static String exactly(String name) {
        return name.replaceAll("[\\\\*]", "\\\\$0");
    }

    /** Whether nothing is hidden, so that searches need no condition. */
    public boolean isEverything() {
        return patterns.contains("*");
    }

    public boolean includes(String name) {
        return isEverything() || patterns.stream().anyMatch(pattern -> matches(pattern, name));
    }

    /** The patterns, written for SQL's {@code like}. */
    public List<String> like() {
        return patterns.stream().map(Scope::like).toList();
    }

    private static String like(String pattern) {
        StringBuilder like = new StringBuilder();
        for (int n = 0; n < pattern.length(); n++) {
            char c = pattern.charAt(n);
            if (c == '*') {
                like.append('%');
                continue;
            }
            if (isEscape(pattern, n)) {
                n++;
                c = pattern.charAt(n);
            }
            like.append(c == '%' || c == '_' || c == ESCAPE ? "\\" : "").append(c);
        }
        return like.toString();
    }

    /** In time of the pattern's length times the name's: after a mismatch only the last star takes one more character. */
    private static boolean matches(String pattern, String name) {
        int p = 0;
        int n = 0;
        int afterStar = -1;
        int retry = 0;
        while (n < name.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                p++;
                afterStar = p;
                retry = n;
                continue;
            }
            int literal = p + (p < pattern.length() && isEscape(pattern, p) ? 1 : 0);
            if (literal < pattern.length() && pattern.charAt(literal) == name.charAt(n)) {
                p = literal + 1;
                n++;
            } else if (afterStar >= 0) {
                p = afterStar;
                retry++;
                n = retry;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    private static boolean isEscape(String pattern, int at) {
        return pattern.charAt(at) == ESCAPE && at + 1 < pattern.length();
    }
}
