package dev.mayfly.cli;

import java.time.Duration;
import java.util.Locale;

/**
 * Shows what a long command is doing. On a terminal the last line is live; elsewhere only changes are printed.
 * Thread-safe. Goes to standard error if the result on standard output is for machines.
 */
final class Progress {

    private final java.io.PrintStream out;
    private final long begin = System.nanoTime();
    private final boolean resultIsForMachines;
    private boolean liveLine;

    Progress(boolean resultIsForMachines) {
        this.resultIsForMachines = resultIsForMachines;
        this.out = resultIsForMachines ? System.err : System.out;
    }

    /** Prints a line that stays. */
    synchronized void say(String line) {
        clear();
        out.println(stamp() + "  " + line);
        out.flush();
    }

    /** Prints plain text that stays. */
    synchronized void print(String text) {
        clear();
        out.print(text);
        out.flush();
    }

    /** Shows what is happening now, until the next line replaces it. Only on a terminal. */
    synchronized void live(String line) {
        if (Format.TERMINAL) {
            clear();
            out.print(stamp() + "  " + line);
            out.flush();
            liveLine = true;
        }
    }

    boolean resultIsForMachines() {
        return resultIsForMachines;
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private void clear() {
        if (liveLine) {
            out.print("\r\u001b[K");
            liveLine = false;
        }
    }

    private String stamp() {
        long seconds = elapsed().toSeconds();
        return String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60);
    }
}
