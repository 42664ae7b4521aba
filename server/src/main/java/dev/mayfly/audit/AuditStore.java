package dev.mayfly.audit;

import dev.mayfly.access.Actor;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Handle;

/** The table {@code audit}. */
final class AuditStore {

    private AuditStore() {}

    /** The time is the database's, which all servers share. */
    static void insert(Handle tx, Actor actor, String action, String object, Audit.Outcome outcome, String detail) {
        tx.createUpdate("""
                        insert into audit (at, actor, token, address, action, object, outcome, detail)
                        values (now(), :actor, :token, :address, :action, :object, :outcome, :detail)""")
                .bind("actor", actor.name())
                .bind("token", actor.via().token())
                .bind("address", actor.via().address())
                .bind("action", action)
                .bind("object", object)
                .bind("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .bind("detail", detail)
                .execute();
    }

    static List<Audit.Entry> search(Handle tx, Audit.Query query) {
        return tx.createQuery("""
                        select * from audit
                        where (cast(:since as timestamptz) is null or at >= :since)
                          and (cast(:actor as text) is null or actor = :actor)
                          and (cast(:object as text) is null or position(:object in object) > 0)
                          and (cast(:before as bigint) is null or id < :before)
                        order by id desc limit :limit""")
                .bind(
                        "since",
                        query.since().map(at -> at.atOffset(ZoneOffset.UTC)).orElse(null))
                .bind("actor", query.actor().orElse(null))
                .bind("object", query.object().orElse(null))
                .bind("before", query.before().orElse(null))
                .bind("limit", query.limit())
                .map((row, context) -> new Audit.Entry(
                        row.getLong("id"),
                        row.getObject("at", OffsetDateTime.class).toInstant(),
                        new Actor.Via(row.getString("token"), row.getString("address")),
                        row.getString("actor"),
                        row.getString("action"),
                        row.getString("object"),
                        Audit.Outcome.valueOf(row.getString("outcome").toUpperCase(Locale.ROOT)),
                        row.getString("detail")))
                .list();
    }
}
