package dev.mayfly.registry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code promotion}: the promotion log. */
final class PromotionStore {

    private PromotionStore() {}

    static void insert(Handle tx, Promotion promotion) {
        tx.createUpdate("""
                        insert into promotion (decided_by, model, version, champion, promoted, reason, decided_at)
                        values (:by, :model, :version, :champion, :promoted, :reason, :at)""")
                .bind("by", promotion.decidedBy())
                .bind("model", promotion.candidate().model())
                .bind("version", promotion.candidate().version())
                .bind("champion", promotion.champion())
                .bind("promoted", promotion.promoted())
                .bind("reason", promotion.reason())
                .bind("at", promotion.decidedAt())
                .execute();
    }

    static Optional<Promotion> by(Handle tx, String decidedBy) {
        return tx.createQuery("select * from promotion where decided_by = :by")
                .bind("by", decidedBy)
                .map((row, context) -> promotion(row))
                .findOne();
    }

    /**
     * Returns the champion that this version replaced when it was last promoted, ignoring decisions of the kind {@code
     * apartFrom}; empty if there was none, or the version was never promoted.
     */
    static Optional<Integer> championBefore(Handle tx, ModelVersion.Key version, String apartFrom) {
        return tx.createQuery("""
                        select champion from promotion
                        where model = :model and version = :version and promoted and not starts_with(decided_by, :kind)
                        order by decided_at desc limit 1""")
                .bind("model", version.model())
                .bind("version", version.version())
                .bind("kind", apartFrom + " ")
                .mapTo(Integer.class)
                .findOne();
    }

    static List<Promotion> of(Handle tx, String model, int limit) {
        return tx.createQuery("select * from promotion where model = :model order by decided_at desc limit :limit")
                .bind("model", model)
                .bind("limit", limit)
                .map((row, context) -> promotion(row))
                .list();
    }

    private static Promotion promotion(ResultSet row) throws SQLException {
        int champion = row.getInt("champion");
        boolean hadChampion = !row.wasNull();
        return new Promotion(
                row.getString("decided_by"),
                new ModelVersion.Key(row.getString("model"), row.getInt("version")),
                hadChampion ? champion : null,
                row.getBoolean("promoted"),
                row.getString("reason"),
                row.getTimestamp("decided_at").toInstant());
    }
}
