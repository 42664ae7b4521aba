package dev.mayfly.problem;

/** One thing that is wrong in a file; line and column count from 1. */
public record Problem(String file, int line, int column, String message) implements Comparable<Problem> {

    @Override
    public int compareTo(Problem other) {
        return line != other.line ? Integer.compare(line, other.line) : Integer.compare(column, other.column);
    }

    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + message;
    }
}
