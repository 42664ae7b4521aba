package dev.mayfly.registry;

import dev.mayfly.search.Page;
import dev.mayfly.search.PageQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The models with their tags and aliases, in the tables {@code registered_model}, {@code registered_model_tag} and {@code model_alias}. */
final class ModelStore {

    private ModelStore() {}

    /** Creates a model; returns false if there is one of this name. */
    static boolean insert(Handle tx, String name, String description, @Nullable String madeBy, Instant now) {
        return tx.createUpdate("""
                                insert into registered_model (name, description, creation_time, update_time, made_by)
                                values (:name, :description, :now, :now, :by) on conflict (name) do nothing""")
                        .bind("name", name)
                        .bind("description", description)
                        .bind("by", madeBy)
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1;
    }

    static void protect(Handle tx, String name, boolean isProtected) {
        tx.createUpdate("update registered_model set is_protected = :protected where name = :name")
                .bind("protected", isProtected)
                .bind("name", name)
                .execute();
    }

    static boolean isProtected(Handle tx, String name) {
        return tx.createQuery("select is_protected from registered_model where name = :name")
                .bind("name", name)
                .mapTo(Boolean.class)
                .findOne()
                .orElse(false);
    }

    static boolean isFreeOrOf(Handle tx, String name, String pipeline) {
        return tx.createQuery("""
                        select not exists (select from registered_model
                          where name = :name and made_by is distinct from :pipeline)""")
                .bind("name", name)
                .bind("pipeline", pipeline)
                .mapTo(Boolean.class)
                .one();
    }

    /** All of a model in one row, over {@code registered_model model}. */
    private static final String MODEL = """
            model.*,
            (select json_object_agg(t.key, t.value order by t.key) from registered_model_tag t
              where t.name = model.name) as tags,
            (select json_object_agg(a.alias, a.version order by a.alias) from model_alias a
              where a.name = model.name) as aliases,
            (select json_agg(%s order by version.first)
              from (select distinct on (stage) *, min(version) over (partition by stage) as first from model_version
                where name = model.name and not deleted order by stage, version desc) version) as latest
            """.formatted(VersionStore.VERSION);

    static Optional<RegisteredModel> find(Handle tx, String name) {
        return tx.createQuery("select " + MODEL + " from registered_model model where name = :name")
                .bind("name", name)
                .map((row, context) -> model(row))
                .findOne();
    }

    /** Returns a page of models, with prompts if {@code promptsToo}. */
    static Page<RegisteredModel> models(Handle tx, PageQuery query, boolean promptsToo, int limit) {
        String kind = promptsToo ? "true" : "not " + RegistryFields.MODELS.isPrompt();
        Query statement = tx.createQuery("select " + MODEL + " from ("
                        + query.page("registered_model model", "model", kind) + ") model order by "
                        + query.order())
                .bind("limit", limit + 1);
        query.binds().forEach(statement::bind);
        return Page.read(statement, query, limit, ModelStore::model);
    }

    static void touch(Handle tx, String name, Instant now) {
        tx.createUpdate("update registered_model set update_time = :now where name = :name")
                .bind("name", name)
                .bind("now", now.toEpochMilli())
                .execute();
    }

    static void describe(Handle tx, String name, String description, Instant now) {
        tx.createUpdate("update registered_model set description = :text, update_time = :now where name = :name")
                .bind("name", name)
                .bind("text", description)
                .bind("now", now.toEpochMilli())
                .execute();
    }

    /**
     * Renames a model with its versions, tags, aliases and promotion log; returns false if another one has the name.
     */
    static boolean rename(Handle tx, String name, String to, Instant now) {
        boolean renamed = tx.createUpdate("""
                                update registered_model set name = :to, update_time = :now
                                where name = :name and not exists (select 1 from registered_model where name = :to)""")
                        .bind("name", name)
                        .bind("to", to)
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1;
        if (renamed) {
            tx.createUpdate("update promotion set model = :to where model = :name")
                    .bind("name", name)
                    .bind("to", to)
                    .execute();
        }
        return renamed;
    }

    static boolean delete(Handle tx, String name) {
        return tx.createUpdate("delete from registered_model where name = :name")
                        .bind("name", name)
                        .execute()
                == 1;
    }

    static void deleteTag(Handle tx, String name, String key) {
        tx.createUpdate("delete from registered_model_tag where name = :name and key = :key")
                .bind("name", name)
                .bind("key", key)
                .execute();
    }

    static void putTag(Handle tx, String name, String key, String value) {
        tx.createUpdate("""
                        insert into registered_model_tag (name, key, value) values (:name, :key, :value)
                        on conflict (name, key) do update set value = excluded.value""")
                .bind("name", name)
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

    private static RegisteredModel model(ResultSet row) throws SQLException {
        Map<String, Integer> aliases = new LinkedHashMap<>();
        VersionStore.json(row, "aliases")
                .properties()
                .forEach(alias -> aliases.put(alias.getKey(), alias.getValue().asInt()));
        List<ModelVersion> latest = new ArrayList<>();
        VersionStore.json(row, "latest").forEach(version -> latest.add(VersionStore.version(version)));
        return new RegisteredModel(
                row.getString("name"),
                row.getString("description"),
                Instant.ofEpochMilli(row.getLong("creation_time")),
                Instant.ofEpochMilli(row.getLong("update_time")),
                VersionStore.texts(VersionStore.json(row, "tags")),
                aliases,
                latest);
    }
}
