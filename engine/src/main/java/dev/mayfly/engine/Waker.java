package dev.mayfly.engine;

/** Asks for a look at something as soon as possible. Only a hint: it may be lost, and what is unfinished is looked at anyway. */
public interface Waker {

    /** Wakes the {@link Reconciler} of this kind for this id. Never blocks for long and never throws. */
    void wake(String kind, String id);

    /** Wakes a run. */
    default void wake(RunId run) {
        wake(ReconcileRuns.KIND, run.toString());
    }
}
