package dev.mayfly.engine;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Brings things of one kind, one at a time, from what is to what should be. Called by {@link Wakeups} on its own threads;
 * for one id by one thread at a time within a healthy installation, yet a paused process may wake up late, so that what is
 * written must be fenced. An exception means "not this time": it is logged and the id is looked at again two seconds later.
 */
public interface Reconciler {

    /** A fixed name, part of the stored wake-ups. */
    String kind();

    /** Takes one step or several. Returns when to be called again; empty: this id is done for good. */
    Optional<Instant> reconcile(String id);

    /** The ids that are not done. Asked every few seconds, so that a lost wake-up costs only these seconds. */
    Set<String> unfinished();
}
