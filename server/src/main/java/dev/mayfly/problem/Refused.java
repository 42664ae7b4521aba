package dev.mayfly.problem;

import dev.mayfly.api.ErrorKind;
import java.util.List;
import java.util.stream.Collectors;

/** A request that can't be met. The message says which value is wrong and what was expected. */
public final class Refused extends RuntimeException {

    private static final int MOST_PROBLEMS = 100;

    private final ErrorKind kind;
    private final List<Problem> problems;

    private Refused(ErrorKind kind, String message, List<Problem> problems) {
        super(message);
        this.kind = kind;
        this.problems = problems;
    }

    public Refused(ErrorKind kind, String message) {
        this(kind, message, List.of());
    }

    public static Refused missing(String what) {
        return new Refused(ErrorKind.MISSING, what);
    }

    public static Refused invalid(String what) {
        return new Refused(ErrorKind.INVALID, what);
    }

    public static Refused alreadyExists(String what) {
        return new Refused(ErrorKind.ALREADY_EXISTS, what);
    }

    public static Refused forbidden(String what) {
        return new Refused(ErrorKind.FORBIDDEN, what);
    }

    public static Refused wrongState(String what) {
        return new Refused(ErrorKind.WRONG_STATE, what);
    }

    /** Refuses a YAML text that is not a pipeline, with every problem in it, or the first hundred. */
    public static Refused invalidPipeline(List<Problem> problems) {
        List<Problem> sorted = problems.stream()
                .sorted()
                .limit(MOST_PROBLEMS)
                .map(Problem::brief)
                .toList();
        String more = problems.size() > sorted.size() ? "\nand " + (problems.size() - sorted.size()) + " more" : "";
        return new Refused(
                ErrorKind.INVALID_PIPELINE,
                sorted.stream().map(Problem::toString).collect(Collectors.joining("\n")) + more,
                sorted);
    }

    public ErrorKind kind() {
        return kind;
    }

    public boolean isMissing() {
        return kind == ErrorKind.MISSING;
    }

    /** Returns the problems of a pipeline's text, in its order; empty if the request was no such text. */
    public List<Problem> problems() {
        return problems;
    }
}
