package dev.mayfly.slice;

import dev.mayfly.access.Actor;
import dev.mayfly.audit.Audit;
import dev.mayfly.configuration.AllowedFolders;
import dev.mayfly.engine.RunId;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The slices of all pipelines. A method that takes a transaction is part of it; any other runs in its own. Thread-safe.
 */
public final class Slices {

    private final Database database;
    private final AllowedFolders allowed;
    private final Clock clock;

    /** @param allowed where pipelines may find their inputs */
    public Slices(Database database, AllowedFolders allowed, Clock clock) {
        this.database = database;
        this.allowed = allowed;
        this.clock = clock;
    }

    /** The slices of a pipeline, by input and number. */
    public List<Slice> of(String pipeline) {
        return database.read(tx -> SliceStore.all(tx, pipeline));
    }

    /**
     * The slices of all pipelines that need somebody's attention: given up, or with files that were rewritten since a
     * run took them.
     */
    public List<Attention> attention() {
        return database.read(SliceStore::attention);
    }

    /**
     * A slice that needs somebody's attention.
     *
     * @param rewritten how many of its files were rewritten since a run took them
     */
    public record Attention(String pipeline, int number, Slice.State state, int failures, int rewritten) {}

    /** A slice with its files as they were when a run took them, and as they are now. */
    public record Details(Slice slice, List<InputFile> files, List<Optional<InputFile>> now) {}

    /**
     * Returns a slice with its files.
     *
     * @param input the pattern that found it; null if the number identifies it
     * @throws Refused if there is no such slice, or there are several
     */
    public Details details(String pipeline, @Nullable String input, int number) {
        Slice slice = slice(pipeline, input, number);
        List<InputFile> files = database.read(tx -> SliceStore.files(tx, slice));
        return new Details(
                slice,
                files,
                files.stream()
                        .map(file -> InputFiles.file(Path.of(file.path())))
                        .toList());
    }

    private Slice slice(String pipeline, @Nullable String input, int number) {
        List<Slice> found = of(pipeline).stream()
                .filter(slice -> slice.number() == number
                        && (input == null || slice.input().equals(input)))
                .toList();
        if (found.size() != 1) {
            throw Refused.missing("slice " + number + " of pipeline '" + pipeline + "': there are " + found.size()
                    + " (expected: one" + (found.isEmpty() ? "" : "; choose the pattern with --input") + ")");
        }
        return found.get(0);
    }

    /**
     * Moves a slice by hand: to {@link Slice.State#NEW} to have it processed again, to {@link Slice.State#SKIPPED} to
     * have it left out. Its files count as they are now.
     *
     * @param input the pattern that found it; null if the number identifies it
     * @throws Refused if there is no such slice, there are several, or a run has claimed it
     */
    public Slice move(Actor actor, String pipeline, @Nullable String input, int number, Slice.State to) {
        Slice slice = slice(pipeline, input, number);
        return database.inTransaction(tx -> {
            if (!SliceStore.move(tx, slice, to, clock.instant())) {
                throw Refused.wrongState("slice " + number + " is claimed by a run (expected: by none)");
            }
            recordFiles(tx, slice);
            Audit.done(
                    tx,
                    actor,
                    to == Slice.State.SKIPPED ? "slice skip" : "slice retry",
                    "slice " + number + " of pipeline " + pipeline,
                    "it was " + slice.state().name().toLowerCase(Locale.ROOT));
            return SliceStore.find(tx, slice.pipeline(), slice.input(), number).orElseThrow();
        });
    }

    private static void recordFiles(Handle tx, Slice slice) {
        List<InputFile> now = slice.files().stream()
                .map(path -> InputFiles.file(Path.of(path)))
                .flatMap(Optional::stream)
                .toList();
        SliceStore.recordFiles(tx, slice.pipeline(), now);
    }

    public Optional<Slice> find(Handle tx, String pipeline, String input, int number) {
        return SliceStore.find(tx, pipeline, input, number);
    }

    /**
     * What {@link #next} found.
     *
     * @param slice the slice to claim; empty if none waits
     * @param leftOut the files that match but are not taken, each with its reason
     * @param ripe when the first of those that are too young is old enough
     */
    public record Next(Optional<Slice> slice, List<String> leftOut, Optional<Instant> ripe) {

        /** Of a pipeline without an input. */
        public static final Next NONE = new Next(Optional.empty(), List.of(), Optional.empty());
    }

    /** The files that match a pattern, as they were a moment ago; taken before a transaction, since a folder may be slow. */
    public static final class Listing {

        private final String pattern;
        private final SliceRules rules;
        private final InputFiles files;

        private Listing(String pattern, SliceRules rules, InputFiles files) {
            this.pattern = pattern;
            this.rules = rules;
            this.files = files;
        }
    }

    /**
     * Lists the files of an input.
     *
     * @param pattern a path whose last part may hold wildcards
     * @throws Refused if pipelines may not name the folder, or it does not exist
     */
    public Listing list(String pattern, SliceRules rules) {
        refusal(pattern).ifPresent(why -> {
            throw Refused.invalid("input files: " + why);
        });
        return new Listing(pattern, rules, InputFiles.matching(pattern, rules.minAge(), clock.instant(), allowed));
    }

    /** Why a pipeline may not name an input; empty if it may. */
    public Optional<String> refusal(String pattern) {
        return allowed.refusal(Path.of(pattern));
    }

    /**
     * Records the files that are new and those that were rewritten, and finds the slice to claim next: the oldest of
     * those that failed least often. Locks the pipeline's slices: no one else can discover or claim any until the
     * transaction ends.
     *
     * @throws Refused if a file was rewritten and the rules say that this fails
     */
    public Next next(Handle tx, String pipeline, Listing listing) {
        SliceStore.lock(tx, pipeline);
        String pattern = listing.pattern;
        SliceRules rules = listing.rules;
        InputFiles found = listing.files;
        Instant now = clock.instant();
        Map<String, InputFile> known = SliceStore.knownFiles(tx, pipeline);
        List<InputFile> fresh = found.files().stream()
                .filter(file -> !known.containsKey(file.path()))
                .toList();
        for (int from = 0; from < fresh.size(); from += rules.filesPerSlice()) {
            int to = Math.min(from + rules.filesPerSlice(), fresh.size());
            SliceStore.insert(tx, pipeline, pattern, fresh.subList(from, to), now);
        }
        if (rules.rewritten() != SliceRules.Rewritten.IGNORE) {
            List<String> rewritten = found.files().stream()
                    .filter(file -> isRewritten(file, known.get(file.path())))
                    .map(InputFile::path)
                    .toList();
            if (!rewritten.isEmpty()) {
                handleRewritten(tx, pipeline, rewritten, rules.rewritten());
            }
        }
        return new Next(
                SliceStore.nextWaiting(tx, pipeline, pattern),
                found.leftOut().stream()
                        .filter(file -> !known.containsKey(file.path()))
                        .map(file -> file.path() + ": " + file.reason())
                        .toList(),
                found.ripe());
    }

    /** Somebody may have recorded the file after it was listed here. */
    private static boolean isRewritten(InputFile listed, @Nullable InputFile known) {
        if (known == null || !listed.differsFrom(known)) {
            return false;
        }
        return InputFiles.file(Path.of(listed.path()))
                .map(now -> now.differsFrom(known))
                .orElse(true);
    }

    private void handleRewritten(Handle tx, String pipeline, List<String> files, SliceRules.Rewritten policy) {
        List<Slice> taken = SliceStore.holding(tx, pipeline, files).stream()
                .filter(slice -> slice.state() != Slice.State.NEW)
                .toList();
        List<Slice> settled = taken.stream()
                .filter(slice -> slice.state() != Slice.State.CLAIMED)
                .toList();
        if (policy == SliceRules.Rewritten.FAIL && !settled.isEmpty()) {
            int number = settled.get(0).number();
            throw Refused.wrongState("input file " + files.get(0)
                    + (files.size() == 1 ? " was" : " and " + (files.size() - 1) + " others were")
                    + " rewritten since slice " + number + " was processed (expected: files that do not change;"
                    + " 'mayfly pipeline slice " + pipeline + " " + number + " retry' or 'skip' settles it)");
        }
        Set<String> seen = new HashSet<>(files);
        List<String> marked = taken.stream()
                .flatMap(slice -> slice.files().stream())
                .filter(seen::contains)
                .toList();
        SliceStore.markRewritten(tx, pipeline, marked, clock.instant());
        if (policy == SliceRules.Rewritten.AGAIN) {
            settled.stream()
                    .filter(slice -> slice.state() != Slice.State.SKIPPED)
                    .forEach(slice -> SliceStore.move(tx, slice, Slice.State.NEW, clock.instant()));
        }
    }

    /** Claims for a run the slice that {@link #next} returned in this transaction. Its files count as they are now. */
    public void claim(Handle tx, Slice slice, RunId run, SliceRules rules) {
        SliceStore.claim(tx, slice, run, rules.maxFailures(), clock.instant());
        recordFiles(tx, slice);
    }

    /**
     * Claims the slice that a run had last, for the same run or for one that does its work again. Its files count as
     * they are now.
     *
     * @return false if another run has claimed it since
     */
    public boolean claimAgain(Handle tx, RunId last, RunId next) {
        if (!SliceStore.claimAgain(tx, last, next, clock.instant())) {
            return false;
        }
        SliceStore.ofRun(tx, next).ifPresent(slice -> recordFiles(tx, slice));
        return true;
    }

    /** Ends the claim of a run, if it still has one. */
    public void end(Handle tx, RunId run, Slice.State state) {
        SliceStore.end(tx, run, state, clock.instant());
    }
}
