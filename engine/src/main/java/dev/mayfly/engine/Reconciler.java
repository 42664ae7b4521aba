package dev.mayfly.engine;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Brings things of one kind, one at a time, from their actual to their desired state. {@link Wakeups} calls it on its
 * own threads, for one id on one thread at a time. A paused process may still wake up late, so every write must be
 * fenced. An exception means "not this time": it is logged, and the id is reconciled again two seconds later.
 */
public interface Reconciler {

    /** A fixed name, which stored wake-ups contain. */
    String kind();

    /**
     * Takes one or several steps.
     *
     * @return when to reconcile this id again; empty if it is done for good
     */
    Optional<Instant> reconcile(String id);

    /** The ids that are not done. Read every few seconds, so that a lost wake-up costs only these seconds. */
    Set<String> unfinished();
}
