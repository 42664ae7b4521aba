package dev.mayfly.slice;

import java.time.Duration;

/**
 * How the files of an input become slices.
 *
 * @param minAge files that changed more recently may be half-written and are left out
 * @param maxFailures after so many failed runs a slice is given up
 * @param rewritten what is done about a file that changed after a run took it
 */
public record SliceRules(int filesPerSlice, Duration minAge, int maxFailures, Rewritten rewritten) {

    public static final SliceRules DEFAULT = new SliceRules(1, Duration.ofMinutes(1), 3, Rewritten.SHOW);

    /** What is done about a file that changed after a run took it. */
    public enum Rewritten {
        /** It is shown. */
        SHOW,
        /** Its slice is processed again. */
        AGAIN,
        /** Nothing. */
        IGNORE,
        /** No run is opened until somebody retries or skips its slice. */
        FAIL
    }
}
