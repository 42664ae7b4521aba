package dev.mayfly.tracking;

import dev.mayfly.access.Actor;
import dev.mayfly.audit.Audit;
import dev.mayfly.postgres.Database;
import java.time.Instant;
import java.util.List;

/**
 * Finds the rows of what is deleted, and removes them for good. The name of a purged experiment is free again.
 * Thread-safe.
 */
public final class Purge {

    private final Database database;

    public Purge(Database database) {
        this.database = database;
    }

    /** Returns what was deleted before a time, in order of id, after a given id. */
    public List<Deleted> deleted(Deleted.Kind kind, Instant before, String after, int limit) {
        return database.read(tx -> PurgeStore.deleted(tx, kind, before, after, limit));
    }

    /**
     * Removes a row with all that belongs to it, after {@code files} has removed its files. A restore meanwhile waits,
     * and then finds nothing to restore.
     *
     * @return false, with nothing removed, if it was restored before, or is an experiment that still has runs or models
     */
    public boolean purge(Actor actor, Deleted deleted, Instant before, Runnable files) {
        return database.inLongTransaction(tx -> {
            if (!PurgeStore.lock(tx, deleted, before)) {
                return false;
            }
            files.run();
            PurgeStore.delete(tx, deleted);
            Audit.done(tx, actor, "purge", deleted.kind().words() + " " + deleted.id(), "");
            return true;
        });
    }
}
