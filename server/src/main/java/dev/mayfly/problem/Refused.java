package dev.mayfly.problem;

/** A request that can't be met. The message says which value is wrong and what was expected. */
public final class Refused extends RuntimeException {

    /** Why. */
    public enum Kind {
        MISSING,
        ALREADY_EXISTS,
        INVALID,
        WRONG_STATE
    }

    private final Kind kind;

    public Refused(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public static Refused missing(String what) {
        return new Refused(Kind.MISSING, what);
    }

    public static Refused invalid(String what) {
        return new Refused(Kind.INVALID, what);
    }

    public Kind kind() {
        return kind;
    }
}
