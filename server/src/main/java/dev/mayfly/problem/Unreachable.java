package dev.mayfly.problem;

/** Something that the server needs, but does not hold itself, did not answer. What was asked for may be asked for again. */
public abstract class Unreachable extends RuntimeException {

    protected Unreachable(String message, Throwable cause) {
        super(message, cause);
    }

    /** What did not answer, such as "the cluster provider". */
    public abstract String who();
}
