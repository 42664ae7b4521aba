package dev.mayfly.engine;

/**
 * Asks for a reconciliation as soon as possible. Only a hint: if it is lost, the next sweep finds what is unfinished.
 */
public interface Waker {

    /** Wakes the {@link Reconciler} of this kind for this id. Never blocks for long and never throws. */
    void wake(String kind, String id);

    /** Wakes a run. */
    default void wake(RunId run) {
        wake(ReconcileRuns.KIND, run.toString());
    }
}
