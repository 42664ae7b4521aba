package dev.mayfly.slice;

import dev.mayfly.access.Actor;
import dev.mayfly.engine.RunId;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The slices of all pipelines. A method that takes a transaction is part of it; any other runs in its own. Thread-safe.
 */
public final class Slices {

    private final Database database;
    private final Clock clock;

    public Slices(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** The slices of a pipeline, by input and number. */
    public List<Slice> of(String pipeline) {
        return database.read(tx -> SliceStore.all(tx, pipeline));
    }

    /**
     * Moves a slice by hand: to {@link Slice.State#NEW} to have it processed again, to {@link Slice.State#SKIPPED} to
     * have it left out.
     *
     * @param input the pattern that found it; null if the number identifies it
     * @throws Refused if there is no such slice, there are several, or a run has claimed it
     */
    public Slice move(Actor actor, String pipeline, @Nullable String input, int number, Slice.State to) {
        List<Slice> found = of(pipeline).stream()
                .filter(slice -> slice.number() == number
                        && (input == null || slice.input().equals(input)))
                .toList();
        if (found.size() != 1) {
            throw Refused.missing("slice " + number + " of pipeline '" + pipeline + "': there are " + found.size()
                    + " (expected: one; choose the pattern with --input)");
        }
        Slice slice = found.get(0);
        return database.inTransaction(tx -> {
            if (!SliceStore.move(tx, slice, to, clock.instant())) {
                throw Refused.wrongState("slice " + number + " is claimed by a run (expected: by none)");
            }
            return SliceStore.find(tx, slice.pipeline(), slice.input(), number).orElseThrow();
        });
    }

    public Optional<Slice> find(Handle tx, String pipeline, String input, int number) {
        return SliceStore.find(tx, pipeline, input, number);
    }

    /**
     * Records the files that are new, and returns the slice to claim next: the oldest of those that failed least often.
     * Locks the pipeline's slices: no one else can discover or claim any until the transaction ends.
     *
     * @param pattern a path whose last part may hold wildcards
     * @return empty if no slice waits
     * @throws Refused if the folder does not exist
     */
    public Optional<Slice> next(Handle tx, String pipeline, String pattern, int filesPerSlice) {
        SliceStore.lock(tx, pipeline);
        Set<String> known = SliceStore.knownFiles(tx, pipeline);
        List<String> fresh = InputFiles.matching(pattern).stream()
                .filter(file -> !known.contains(file))
                .toList();
        for (int from = 0; from < fresh.size(); from += filesPerSlice) {
            int to = Math.min(from + filesPerSlice, fresh.size());
            SliceStore.insert(tx, pipeline, pattern, fresh.subList(from, to), clock.instant());
        }
        return SliceStore.nextWaiting(tx, pipeline, pattern);
    }

    /** Claims for a run the slice that {@link #next} returned in this transaction. */
    public void claim(Handle tx, Slice slice, RunId run) {
        SliceStore.claim(tx, slice, run, clock.instant());
    }

    /**
     * Claims a run's slice for it again.
     *
     * @return false if another run has claimed it since
     */
    public boolean claimAgain(Handle tx, RunId run) {
        return SliceStore.claimAgain(tx, run, clock.instant());
    }

    /** Ends the claim of a run, if it still has one. */
    public void end(Handle tx, RunId run, Slice.State state) {
        SliceStore.end(tx, run, state, clock.instant());
    }
}
