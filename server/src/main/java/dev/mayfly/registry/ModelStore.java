package dev.mayfly.registry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The tables of the registry. */
final class ModelStore {

    private ModelStore() {}

    /** False: there is one already. */
    static boolean insertModel(Handle tx, String name, String description, Instant now) {
        return tx.createUpdate("""
                                insert into registered_model (name, description, creation_time, update_time)
                                values (:name, :description, :now, :now) on conflict (name) do nothing""")
                        .bind("name", name)
                        .bind("description", description)
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1;
    }

    static Optional<RegisteredModel> findModel(Handle tx, String name) {
        return tx.createQuery("select * from registered_model where name = :name")
                .bind("name", name)
                .map((row, context) -> model(tx, row))
                .findOne();
    }

    static List<RegisteredModel> models(Handle tx, int limit, int offset) {
        return tx.createQuery("select * from registered_model order by name limit :limit offset :offset")
                .bind("limit", limit)
                .bind("offset", offset)
                .map((row, context) -> model(tx, row))
                .list();
    }

    /** The number of a new version: one more than ever was. The model's row is locked until the transaction ends. */
    static Optional<Integer> nextVersion(Handle tx, String name, Instant now) {
        return tx.createQuery("""
                        update registered_model set last_version = last_version + 1, update_time = :now
                        where name = :name returning last_version""")
                .bind("name", name)
                .bind("now", now.toEpochMilli())
                .mapTo(Integer.class)
                .findOne();
    }

    static void insertVersion(
            Handle tx, ModelVersion.Key key, String source, @Nullable String runId, String description, Instant now) {
        tx.createUpdate("""
                        insert into model_version
                          (name, version, source, run_id, description, creation_time, update_time)
                        values (:name, :version, :source, :run, :description, :now, :now)""")
                .bind("name", key.model())
                .bind("version", key.version())
                .bind("source", source)
                .bind("run", runId)
                .bind("description", description)
                .bind("now", now.toEpochMilli())
                .execute();
    }

    static Optional<ModelVersion> findVersion(Handle tx, ModelVersion.Key key) {
        return tx.createQuery("select * from model_version where name = :name and version = :version")
                .bind("name", key.model())
                .bind("version", key.version())
                .map((row, context) -> version(tx, row))
                .findOne();
    }

    /** Newest first; a null name or run means any. */
    static List<ModelVersion> versions(Handle tx, @Nullable String name, @Nullable String runId, int limit) {
        return tx.createQuery("""
                        select * from model_version
                        where (cast(:name as text) is null or name = :name)
                          and (cast(:run as text) is null or run_id = :run)
                        order by creation_time desc, name, version desc limit :limit""")
                .bind("name", name)
                .bind("run", runId)
                .bind("limit", limit)
                .map((row, context) -> version(tx, row))
                .list();
    }

    static void putModelTag(Handle tx, String name, String key, String value) {
        tx.createUpdate("""
                        insert into registered_model_tag (name, key, value) values (:name, :key, :value)
                        on conflict (name, key) do update set value = excluded.value""")
                .bind("name", name)
                .bind("key", key)
                .bind("value", value)
                .execute();
    }

    static void putVersionTag(Handle tx, ModelVersion.Key version, String key, String value) {
        tx.createUpdate("""
                        insert into model_version_tag (name, version, key, value) values (:name, :version, :key, :value)
                        on conflict (name, version, key) do update set value = excluded.value""")
                .bind("name", version.model())
                .bind("version", version.version())
                .bind("key", key)
                .bind("value", value)
                .execute();
    }

    static void putAlias(Handle tx, ModelVersion.Key version, String alias) {
        tx.createUpdate("""
                        insert into model_alias (name, alias, version) values (:name, :alias, :version)
                        on conflict (name, alias) do update set version = excluded.version""")
                .bind("name", version.model())
                .bind("alias", alias)
                .bind("version", version.version())
                .execute();
    }

    static void deleteAlias(Handle tx, String name, String alias) {
        tx.createUpdate("delete from model_alias where name = :name and alias = :alias")
                .bind("name", name)
                .bind("alias", alias)
                .execute();
    }

    static Optional<Integer> aliased(Handle tx, String name, String alias) {
        return tx.createQuery("select version from model_alias where name = :name and alias = :alias")
                .bind("name", name)
                .bind("alias", alias)
                .mapTo(Integer.class)
                .findOne();
    }

    static void lock(Handle tx, String name) {
        tx.createQuery("select name from registered_model where name = :name for update")
                .bind("name", name)
                .mapTo(String.class)
                .findOne();
    }

    static void insertPromotion(Handle tx, Promotion promotion) {
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

    static Optional<Promotion> promotionBy(Handle tx, String decidedBy) {
        return tx.createQuery("select * from promotion where decided_by = :by")
                .bind("by", decidedBy)
                .map((row, context) -> promotion(row))
                .findOne();
    }

    static List<Promotion> promotions(Handle tx, String model, int limit) {
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

    private static RegisteredModel model(Handle tx, ResultSet row) throws SQLException {
        String name = row.getString("name");
        Map<String, Integer> aliases = new LinkedHashMap<>();
        tx.createQuery("select alias, version from model_alias where name = :name order by alias")
                .bind("name", name)
                .map((alias, context) -> Map.entry(alias.getString("alias"), alias.getInt("version")))
                .forEach(alias -> aliases.put(alias.getKey(), alias.getValue()));
        return new RegisteredModel(
                name,
                row.getString("description"),
                Instant.ofEpochMilli(row.getLong("creation_time")),
                Instant.ofEpochMilli(row.getLong("update_time")),
                tags(tx, "registered_model_tag", name, null),
                aliases,
                versions(tx, name, null, 1));
    }

    private static ModelVersion version(Handle tx, ResultSet row) throws SQLException {
        ModelVersion.Key key = new ModelVersion.Key(row.getString("name"), row.getInt("version"));
        List<String> aliases = tx.createQuery(
                        "select alias from model_alias where name = :name and version = :version order by alias")
                .bind("name", key.model())
                .bind("version", key.version())
                .mapTo(String.class)
                .list();
        return new ModelVersion(
                key,
                row.getString("source"),
                row.getString("run_id"),
                row.getString("description"),
                Instant.ofEpochMilli(row.getLong("creation_time")),
                Instant.ofEpochMilli(row.getLong("update_time")),
                tags(tx, "model_version_tag", key.model(), key.version()),
                aliases);
    }

    private static Map<String, String> tags(Handle tx, String table, String name, @Nullable Integer version) {
        Map<String, String> tags = new LinkedHashMap<>();
        String where = version == null ? "name = :name" : "name = :name and version = " + version;
        tx.createQuery("select key, value from " + table + " where " + where + " order by key")
                .bind("name", name)
                .map((row, context) -> Map.entry(row.getString("key"), row.getString("value")))
                .forEach(tag -> tags.put(tag.getKey(), tag.getValue()));
        return tags;
    }
}
