package dev.mayfly.tracking;

import dev.mayfly.postgres.Database;
import java.time.Instant;
import java.util.List;

/** The rows of what is deleted: found, and removed for good. Names of purged experiments are free again. Safe for any thread. */
public final class Purge {

    private final Database database;

    public Purge(Database database) {
        this.database = database;
    }

    /** What was deleted before a time, by id, after a given one. */
    public List<Deleted> deleted(Deleted.Kind kind, Instant before, String after, int limit) {
        return database.read(tx -> PurgeStore.deleted(tx, kind, before, after, limit));
    }

    /**
     * Removes it with all that belongs to it, after {@code files} has removed its files: what is restored meanwhile waits, and is gone
     * then. False, and nothing done: it was restored before, or is an experiment that runs or models are left of.
     */
    public boolean purge(Deleted deleted, Instant before, Runnable files) {
        return database.inTransaction(tx -> {
            if (!PurgeStore.lock(tx, deleted, before)) {
                return false;
            }
            files.run();
            PurgeStore.delete(tx, deleted);
            return true;
        });
    }
}
