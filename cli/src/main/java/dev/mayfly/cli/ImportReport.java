package dev.mayfly.cli;

import dev.mayfly.api.ApiFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The progress of an import: what the source has, what this server has afterwards, and what failed. Not thread-safe.
 */
final class ImportReport {

    static final List<String> KINDS = List.of(
            "experiments",
            "runs",
            "points",
            "params",
            "tags",
            "datasets",
            "logged models",
            "files",
            "bytes",
            "models",
            "versions",
            "aliases");

    private final Progress progress;
    private final Map<String, Long> there = new LinkedHashMap<>();
    private final Map<String, Long> here = new LinkedHashMap<>();
    private int incomplete;

    ImportReport(Progress progress) {
        this.progress = progress;
    }

    void say(String line) {
        progress.say(line);
    }

    void there(String kind, long count) {
        there.merge(kind, count, Long::sum);
        progress.live("%,d runs, %,d points, %,d files".formatted(there("runs"), there("points"), there("files")));
    }

    void here(String kind, long count) {
        here.merge(kind, count, Long::sum);
    }

    long there(String kind) {
        return there.getOrDefault(kind, 0L);
    }

    long here(String kind) {
        return here.getOrDefault(kind, 0L);
    }

    /**
     * Does one piece of work, and reports a failure so that others go on; a server that does not answer ends the
     * import.
     */
    void each(String what, Runnable work) {
        try {
            work.run();
        } catch (CommandFailed e) {
            incomplete(what, e);
        } catch (ApiFailure e) {
            if (e.status() == 0) {
                throw e;
            }
            incomplete(what, e);
        }
    }

    private void incomplete(String what, RuntimeException why) {
        incomplete++;
        progress.say(what + " is incomplete: " + why.getMessage());
    }

    boolean isComplete() {
        return incomplete == 0 && KINDS.stream().allMatch(kind -> here(kind) >= there(kind));
    }
}
