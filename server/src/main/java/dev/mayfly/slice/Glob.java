package dev.mayfly.slice;

import java.util.ArrayList;
import java.util.List;

/**
 * A pattern of file names as shells have it: {@code *} for any text, {@code ?} for one character, {@code [a-z]} and {@code
 * [!a-z]} for one of some, {@code {a,b}} for one of several texts, and a backslash before a character that means itself.
 * Matching takes time in proportion to pattern times name, whatever they are. Immutable.
 */
final class Glob {

    private static final int MOST_ALTERNATIVES = 100;
    private static final int LONGEST = 255;

    private final List<List<Part>> alternatives = new ArrayList<>();

    /** What stands for one character, or for any text. */
    private interface Part {
        Part ANY_TEXT = character -> true;

        boolean matches(int character);
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException if a bracket has no end, or it is too long or stands for too much
     */
    Glob(String pattern) {
        if (pattern.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "a pattern of " + pattern.length() + " characters (expected: at most " + LONGEST + ")");
        }
        for (String alternative : alternatives(pattern)) {
            alternatives.add(parts(alternative));
        }
    }

    /** Replaces the first group in braces by each of its texts, and then those after it. */
    private static List<String> alternatives(String pattern) {
        List<String> done = new ArrayList<>();
        List<String> open = new ArrayList<>(List.of(pattern));
        while (!open.isEmpty()) {
            String next = open.remove(open.size() - 1);
            int from = find(next, 0, '{');
            if (from < 0) {
                done.add(next);
            } else {
                int to = find(next, from + 1, '}');
                if (to < 0 || find(next.substring(0, to), from + 1, '{') >= 0) {
                    throw new IllegalArgumentException("'{' (expected: a '}' after it, and no braces between)");
                }
                for (int begin = from + 1; begin <= to; ) {
                    int comma = find(next.substring(0, to), begin, ',');
                    int end = comma < 0 ? to : comma;
                    open.add(next.substring(0, from) + next.substring(begin, end) + next.substring(to + 1));
                    begin = end + 1;
                }
            }
            if (done.size() + open.size() > MOST_ALTERNATIVES) {
                throw new IllegalArgumentException(
                        "more than " + MOST_ALTERNATIVES + " texts in braces (expected: fewer)");
            }
        }
        return done;
    }

    /** Where a character stands that means something: not after a backslash, and in no bracket. */
    private static int find(String text, int from, char wanted) {
        boolean inBracket = false;
        for (int n = from; n < text.length(); n++) {
            char c = text.charAt(n);
            if (c == wanted && !inBracket) {
                return n;
            }
            if (c == '\\') {
                n++;
            } else if (c == '[') {
                inBracket = true;
            } else if (c == ']') {
                inBracket = false;
            }
        }
        return -1;
    }

    private static List<Part> parts(String pattern) {
        List<Part> parts = new ArrayList<>();
        int[] characters = pattern.codePoints().toArray();
        for (int n = 0; n < characters.length; n++) {
            int c = characters[n];
            if (c == '*') {
                parts.add(Part.ANY_TEXT);
            } else if (c == '?') {
                parts.add(any -> true);
            } else if (c == '[') {
                int end = n + 1;
                while (end < characters.length && characters[end] != ']') {
                    end++;
                }
                if (end >= characters.length || end == n + 1) {
                    throw new IllegalArgumentException("'[' (expected: characters and a ']' after it)");
                }
                parts.add(oneOf(new String(characters, n + 1, end - n - 1)));
                n = end;
            } else {
                if (c == '\\') {
                    n++;
                    if (n == characters.length) {
                        throw new IllegalArgumentException("'\\' at the end (expected: a character after it)");
                    }
                }
                int own = characters[n];
                parts.add(other -> other == own);
            }
        }
        return parts;
    }

    private static Part oneOf(String inBracket) {
        boolean isNot = inBracket.startsWith("!");
        int[] some = (isNot ? inBracket.substring(1) : inBracket).codePoints().toArray();
        return character -> {
            boolean isIn = false;
            for (int n = 0; n < some.length; n++) {
                if (n + 2 < some.length && some[n + 1] == '-') {
                    isIn |= some[n] <= character && character <= some[n + 2];
                    n += 2;
                } else {
                    isIn |= some[n] == character;
                }
            }
            return isIn != isNot;
        };
    }

    boolean matches(String name) {
        int[] characters = name.codePoints().toArray();
        return alternatives.stream().anyMatch(parts -> matches(parts, characters));
    }

    /** Goes back to the last star only: one further left can't do better. */
    private static boolean matches(List<Part> parts, int[] name) {
        int part = 0;
        int at = 0;
        int afterStar = -1;
        int starBegan = 0;
        while (at < name.length) {
            if (part < parts.size() && parts.get(part) == Part.ANY_TEXT) {
                afterStar = ++part;
                starBegan = at;
            } else if (part < parts.size() && parts.get(part).matches(name[at])) {
                part++;
                at++;
            } else if (afterStar >= 0) {
                part = afterStar;
                at = ++starBegan;
            } else {
                return false;
            }
        }
        while (part < parts.size() && parts.get(part) == Part.ANY_TEXT) {
            part++;
        }
        return part == parts.size();
    }
}
