package dev.mayfly.problem;

import java.util.regex.Pattern;

/** One thing that is wrong in a file; line and column count from 1. */
public record Problem(String file, int line, int column, String message) implements Comparable<Problem> {

    private static final int LONGEST_WORD = 100;
    private static final int LONGEST_MESSAGE = 1_000;
    private static final Pattern LONG_WORD = Pattern.compile("(\\S{" + LONGEST_WORD + "})\\S++");

    /** The same with long words and a long message cut: values are echoed so that a person finds them, not whole. */
    Problem brief() {
        String cut = LONG_WORD.matcher(message).replaceAll("$1...");
        return new Problem(
                file, line, column, cut.length() > LONGEST_MESSAGE ? cut.substring(0, LONGEST_MESSAGE) + "..." : cut);
    }

    @Override
    public int compareTo(Problem other) {
        return line != other.line ? Integer.compare(line, other.line) : Integer.compare(column, other.column);
    }

    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + message;
    }
}
