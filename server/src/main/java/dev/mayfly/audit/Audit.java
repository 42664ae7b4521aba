package dev.mayfly.audit;

import dev.mayfly.access.Actor;
import dev.mayfly.postgres.Database;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Records who did what, and tells it. Rows are never changed, and never deleted by Mayfly. Thread-safe. */
public final class Audit {

    private static final int LONGEST_OBJECT = 600;
    private static final int LONGEST_DETAIL = 2_000;

    private final Database database;

    public Audit(Database database) {
        this.database = database;
    }

    /**
     * A record.
     *
     * @param id rises with each record
     * @param action the command that does it, such as {@code run cancel}
     * @param object what it was done to, such as {@code run 1f2e of pipeline fraud}
     * @param detail what else there is to know, such as the reason; may be empty
     */
    public record Entry(
            long id,
            Instant at,
            Actor.Via via,
            String actor,
            String action,
            String object,
            Outcome outcome,
            String detail) {}

    /** How it ended. */
    public enum Outcome {
        DONE,
        REFUSED
    }

    /**
     * Which records to return.
     *
     * @param object a part of the object's text
     * @param before only records with a smaller id, for the next page
     */
    public record Query(
            Optional<Instant> since,
            Optional<String> actor,
            Optional<String> object,
            Optional<Long> before,
            int limit) {}

    /** Records a change, in its own transaction, so that neither is without the other. */
    public static void done(Handle tx, Actor actor, String action, String object, String detail) {
        insert(tx, actor, action, object, Outcome.DONE, detail);
    }

    /** Records what was refused. */
    public static void refused(Handle tx, Actor actor, String action, String object, String why) {
        insert(tx, actor, action, object, Outcome.REFUSED, why);
    }

    private static void insert(Handle tx, Actor actor, String action, String object, Outcome outcome, String detail) {
        AuditStore.insert(tx, actor, action, brief(object, LONGEST_OBJECT), outcome, brief(detail, LONGEST_DETAIL));
    }

    /** What was recorded, the newest first. */
    public List<Entry> search(Query query) {
        return database.search(tx -> AuditStore.search(tx, query));
    }

    private static String brief(String text, int longest) {
        String clean = text.replace("\0", "");
        return clean.length() > longest ? clean.substring(0, longest) + "..." : clean;
    }
}
