package dev.mayfly.cli;

/** A command that did not do what was asked. The message is for the person who typed it. */
final class CommandFailed extends RuntimeException {

    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int NO_SERVER = 3;

    private final int exitCode;

    CommandFailed(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
