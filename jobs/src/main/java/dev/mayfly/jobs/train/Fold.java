package dev.mayfly.jobs.train;

import dev.mayfly.jobs.features.Features;
import java.time.LocalDate;

/**
 * The days of one training: a training window, the delay until its labels are known, and a test window. Days are numbers since
 * 1970. Immutable.
 */
final class Fold {

    /** A customer's fraud counts as known in the test if it was within this many days before the delay, or later. */
    private static final int KNOWN_DAYS = 7;

    private final long firstTestDay;
    private final Windows windows;

    /** How long the windows of a fold are, in days. */
    static final class Windows {

        final int train;
        final int delay;
        final int test;

        Windows(int train, int delay, int test) {
            this.train = train;
            this.delay = delay;
            this.test = test;
        }

        int all() {
            return train + delay + test;
        }
    }

    private Fold(long firstTestDay, Windows windows) {
        this.firstTestDay = firstTestDay;
        this.windows = windows;
    }

    /**
     * Returns the last fold that fits into the data.
     *
     * @throws IllegalArgumentException if the data spans too few days
     */
    static Fold last(long firstDay, long lastDay, Windows windows) {
        if (lastDay - firstDay + 1 < windows.all()) {
            throw new IllegalArgumentException(
                    "the data spans " + (lastDay - firstDay + 1) + " days (expected: at least "
                            + windows.all() + " = training " + windows.train + " + delay " + windows.delay + " + test "
                            + windows.test + ")");
        }
        return new Fold(lastDay - windows.test + 1, windows);
    }

    /** The same windows some days earlier. */
    Fold earlier(long days) {
        return new Fold(firstTestDay - days, windows);
    }

    /**
     * The fold whose test ends with this one's training: the latest from which this one may learn how good candidates
     * are, since every label in it is known when this one is trained.
     */
    Fold latestKnown() {
        return earlier((long) windows.delay + windows.test);
    }

    long firstTrainingDay() {
        return firstDelayDay() - windows.train;
    }

    /**
     * The first day whose frauds put a customer out of the test: a week before the delay, as in the handbook, however long the training
     * window is, so that models of different windows are judged on the same rows.
     */
    long firstKnownDay() {
        return firstDelayDay() - KNOWN_DAYS;
    }

    long firstDelayDay() {
        return firstTestDay - windows.delay;
    }

    long firstTestDay() {
        return firstTestDay;
    }

    long endOfTest() {
        return firstTestDay + windows.test;
    }

    int delay() {
        return windows.delay;
    }

    int testDays() {
        return windows.test;
    }

    /** The first day whose rows the features of the training days may depend on. */
    long firstHistoryDay() {
        return firstTrainingDay() - Features.HISTORY_DAYS;
    }

    /** Such as {@code trained 2018-07-04 to 2018-07-10, tested 2018-07-18 to 2018-07-24}. */
    @Override
    public String toString() {
        return "trained " + day(firstTrainingDay()) + " to " + day(firstDelayDay() - 1) + ", tested "
                + day(firstTestDay) + " to " + day(endOfTest() - 1);
    }

    static LocalDate day(long number) {
        return LocalDate.ofEpochDay(number);
    }
}
