package dev.mayfly.cli;

import java.io.Console;
import java.util.Optional;

/** Asks for what must not be seen. */
final class Terminal {

    private Terminal() {}

    /** Whether somebody sits at a terminal. */
    @SuppressWarnings("SystemConsoleNull") // as below
    static boolean isInteractive() {
        return System.console() != null;
    }

    /** Returns what is typed without echo; empty if nobody can be asked, because input or output is no terminal. */
    @SuppressWarnings("SystemConsoleNull") // the launcher takes JDK 17, where it is null without a terminal
    static Optional<String> secret(String prompt) {
        Console console = System.console();
        if (console == null) {
            return Optional.empty();
        }
        char[] typed = console.readPassword("%s: ", prompt);
        return Optional.of(typed == null ? "" : new String(typed));
    }
}
