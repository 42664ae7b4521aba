package dev.mayfly.engine;

import java.util.List;

/**
 * When a task may start, judged from the states of the tasks it needs. Names and meanings are Airflow's. A cancelled
 * task counts as failed.
 */
public enum TriggerRule {
    /** All have succeeded. */
    ALL_SUCCESS,
    /** All have failed. */
    ALL_FAILED,
    /** All are over, however they ended. */
    ALL_DONE,
    /** All were skipped. */
    ALL_SKIPPED,
    /** One has succeeded; the others need not be over. */
    ONE_SUCCESS,
    /** One has failed; the others need not be over. */
    ONE_FAILED,
    /** One has succeeded or failed; the others need not be over. */
    ONE_DONE,
    /** All are over and none has failed. */
    NONE_FAILED,
    /** All are over, none has failed, and one has succeeded. */
    NONE_FAILED_MIN_ONE_SUCCESS,
    /** All are over and none was skipped. */
    NONE_SKIPPED,
    /** At once, whatever the states. */
    ALWAYS;

    /** What a rule decides. */
    enum Verdict {
        WAIT,
        START,
        SKIP,
        UPSTREAM_FAILED
    }

    Verdict judge(List<TaskState> needs) {
        Counts counts = new Counts(needs);
        return switch (this) {
            case ALL_SUCCESS -> allSuccess(counts);
            case ALL_FAILED -> counts.succeeded + counts.skipped > 0 ? Verdict.SKIP : whenDone(counts, Verdict.START);
            case ALL_DONE -> whenDone(counts, Verdict.START);
            case ALL_SKIPPED -> counts.succeeded + counts.failed > 0 ? Verdict.SKIP : whenDone(counts, Verdict.START);
            case ONE_SUCCESS -> oneSuccess(counts);
            case ONE_FAILED -> counts.failed > 0 ? Verdict.START : whenDone(counts, Verdict.SKIP);
            case ONE_DONE -> counts.failed + counts.succeeded > 0 ? Verdict.START : whenDone(counts, Verdict.SKIP);
            case NONE_FAILED -> counts.failed > 0 ? Verdict.UPSTREAM_FAILED : whenDone(counts, Verdict.START);
            case NONE_FAILED_MIN_ONE_SUCCESS -> noneFailedMinOneSuccess(counts);
            case NONE_SKIPPED -> counts.skipped > 0 ? Verdict.SKIP : whenDone(counts, Verdict.START);
            case ALWAYS -> Verdict.START;
        };
    }

    private static Verdict allSuccess(Counts counts) {
        if (counts.failed > 0) {
            return Verdict.UPSTREAM_FAILED;
        }
        return counts.skipped > 0 ? Verdict.SKIP : whenDone(counts, Verdict.START);
    }

    private static Verdict oneSuccess(Counts counts) {
        if (counts.succeeded > 0) {
            return Verdict.START;
        }
        return whenDone(counts, counts.failed > 0 ? Verdict.UPSTREAM_FAILED : Verdict.SKIP);
    }

    private static Verdict noneFailedMinOneSuccess(Counts counts) {
        if (counts.failed > 0) {
            return Verdict.UPSTREAM_FAILED;
        }
        return whenDone(counts, counts.succeeded > 0 || counts.all == 0 ? Verdict.START : Verdict.SKIP);
    }

    private static Verdict whenDone(Counts counts, Verdict verdict) {
        if (counts.all == 0) {
            return Verdict.START;
        }
        return counts.succeeded + counts.failed + counts.skipped == counts.all ? verdict : Verdict.WAIT;
    }

    private static final class Counts {
        final int all;
        int succeeded;
        int failed;
        int skipped;

        Counts(List<TaskState> states) {
            all = states.size();
            for (TaskState state : states) {
                switch (state) {
                    case SUCCEEDED -> succeeded++;
                    case FAILED, UPSTREAM_FAILED, CANCELLED -> failed++;
                    case SKIPPED -> skipped++;
                    case WAITING, RUNNING, UP_FOR_RETRY -> {}
                }
            }
        }
    }
}
