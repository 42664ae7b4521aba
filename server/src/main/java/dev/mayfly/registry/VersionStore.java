package dev.mayfly.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.mayfly.search.Page;
import dev.mayfly.search.PageQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The versions of models, in the tables {@code model_version} and {@code model_version_tag}. */
final class VersionStore {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** All of a version as one JSON object, over {@code model_version version}. */
    static final String VERSION = """
            json_build_object('name', version.name, 'version', version.version, 'source', version.source,
              'storage', version.storage_location, 'run', version.run_id, 'link', version.run_link,
              'model', version.model_id, 'user', version.user_id, 'incomplete', version.incomplete, 'stage', version.stage,
              'description', version.description, 'created', version.creation_time, 'updated', version.update_time,
              'tags', (select json_object_agg(t.key, t.value order by t.key) from model_version_tag t
                where t.name = version.name and t.version = version.version),
              'aliases', (select json_agg(a.alias order by a.alias) from model_alias a
                where a.name = version.name and a.version = version.version))
            """;

    private VersionStore() {}

    /**
     * Returns the number of a new version, one above any used before, and locks the model's row until the transaction
     * ends; empty if there is no such model.
     */
    static Optional<Integer> nextNumber(Handle tx, String name, Instant now) {
        return tx.createQuery("""
                        update registered_model set last_version = last_version + 1, update_time = :now
                        where name = :name returning last_version""")
                .bind("name", name)
                .bind("now", now.toEpochMilli())
                .mapTo(Integer.class)
                .findOne();
    }

    /** Takes back an unused number that {@link #nextNumber} gave in this transaction. */
    static void takeBack(Handle tx, ModelVersion.Key key) {
        tx.createUpdate("update registered_model set last_version = :version - 1 where name = :name")
                .bind("name", key.model())
                .bind("version", key.version())
                .execute();
    }

    static void insert(Handle tx, ModelVersion.Key key, ModelVersion.Origin origin, String description, Instant now) {
        tx.createUpdate("""
                        insert into model_version (name, version, source, storage_location, run_id, run_link, model_id,
                          user_id, incomplete, description, creation_time, update_time)
                        values (:name, :version, :source, :storage, :run, :link, :model, :user, :incomplete, :description,
                          :now, :now)""")
                .bind("name", key.model())
                .bind("version", key.version())
                .bind("source", origin.source())
                .bind("storage", origin.storage())
                .bind("run", origin.runId())
                .bind("link", origin.runLink())
                .bind("model", origin.modelId())
                .bind("user", origin.user())
                .bind("incomplete", origin.incomplete())
                .bind("description", description)
                .bind("now", now.toEpochMilli())
                .execute();
    }

    /** Inserts a version; does nothing if there is or was one of this number. */
    static void importVersion(Handle tx, ModelVersion version) {
        tx.createUpdate(
                        "update registered_model set last_version = greatest(last_version, :version) where name = :name")
                .bind("name", version.key().model())
                .bind("version", version.key().version())
                .execute();
        tx.createUpdate("""
                        insert into model_version (name, version, source, storage_location, run_id, run_link, model_id,
                          user_id, stage, description, creation_time, update_time)
                        values (:name, :version, :source, :storage, :run, :link, :model, :user, :stage, :description,
                          :created, :updated)
                        on conflict (name, version) do nothing""")
                .bind("name", version.key().model())
                .bind("version", version.key().version())
                .bind("source", version.origin().source())
                .bind("storage", version.origin().storage())
                .bind("run", version.origin().runId())
                .bind("link", version.origin().runLink())
                .bind("model", version.origin().modelId())
                .bind("user", version.origin().user())
                .bind("stage", version.stage().word())
                .bind("description", version.description())
                .bind("created", version.created().toEpochMilli())
                .bind("updated", version.updated().toEpochMilli())
                .execute();
    }

    static Optional<ModelVersion> find(Handle tx, ModelVersion.Key key) {
        return tx.createQuery(
                        "select " + VERSION
                                + " as whole from model_version version where name = :name and version = :version and not deleted")
                .bind("name", key.model())
                .bind("version", key.version())
                .map((row, context) -> version(row))
                .findOne();
    }

    static boolean needsFilesBelow(Handle tx, String place) {
        return tx.createQuery("""
                        select exists (select 1 from model_version where not deleted
                          and starts_with(coalesce(storage_location, source) || '/', :place || '/'))""").bind("place", place).mapTo(Boolean.class).one();
    }

    /** Returns versions, newest first; a null name or run means any. */
    static List<ModelVersion> versions(Handle tx, @Nullable String name, @Nullable String runId, int limit) {
        String of = (name == null ? "" : " and name = :name") + (runId == null ? "" : " and run_id = :run");
        Query query = tx.createQuery("select " + VERSION + " as whole from model_version version where not deleted" + of
                        + " order by creation_time desc, name, version desc limit :limit")
                .bind("limit", limit);
        if (name != null) {
            query.bind("name", name);
        }
        if (runId != null) {
            query.bind("run", runId);
        }
        return query.map((row, context) -> version(row)).list();
    }

    static Set<String> runsOf(Handle tx, String name) {
        return tx.createQuery("""
                        select distinct run_id from model_version where name = :name and run_id is not null and not deleted""").bind("name", name).mapTo(String.class).set();
    }

    /** Returns a page of versions, with those of prompts if {@code promptsToo}. */
    static Page<ModelVersion> versions(Handle tx, PageQuery query, boolean promptsToo, int limit) {
        String kind = promptsToo ? "true" : "not " + RegistryFields.VERSIONS.isPrompt();
        Query statement = tx.createQuery("select version.*, " + VERSION + " as whole from ("
                        + query.page("model_version version", "version", "not deleted and " + kind)
                        + ") version order by "
                        + query.order())
                .bind("limit", limit + 1);
        query.binds().forEach(statement::bind);
        return Page.read(statement, query, limit, VersionStore::version);
    }

    static void describe(Handle tx, ModelVersion.Key key, String description, Instant now) {
        tx.createUpdate("""
                        update model_version set description = :text, update_time = :now
                        where name = :name and version = :version""")
                .bind("name", key.model())
                .bind("version", key.version())
                .bind("text", description)
                .bind("now", now.toEpochMilli())
                .execute();
    }

    static void stage(Handle tx, ModelVersion.Key key, ModelVersion.Stage stage, Instant now) {
        tx.createUpdate("""
                        update model_version set stage = :stage, update_time = :now
                        where name = :name and version = :version""")
                .bind("name", key.model())
                .bind("version", key.version())
                .bind("stage", stage.word())
                .bind("now", now.toEpochMilli())
                .execute();
    }

    /** Archives all other versions of a stage. */
    static void archiveOthers(Handle tx, ModelVersion.Key key, ModelVersion.Stage stage, Instant now) {
        tx.createUpdate("""
                        update model_version set stage = 'Archived', update_time = :now
                        where name = :name and version <> :version and stage = :stage and not deleted""")
                .bind("name", key.model())
                .bind("version", key.version())
                .bind("stage", stage.word())
                .bind("now", now.toEpochMilli())
                .execute();
    }

    /** Marks a version deleted and clears its references to files and runs; its number stays taken. */
    static void delete(Handle tx, ModelVersion.Key key, Instant now) {
        tx.createUpdate("""
                        update model_version set deleted = true, source = '', storage_location = null, run_id = null,
                          run_link = '', model_id = null, description = '', update_time = :now
                        where name = :name and version = :version""")
                .bind("name", key.model())
                .bind("version", key.version())
                .bind("now", now.toEpochMilli())
                .execute();
        for (String table : List.of("model_alias", "model_version_tag")) {
            tx.createUpdate("delete from " + table + " where name = :name and version = :version")
                    .bind("name", key.model())
                    .bind("version", key.version())
                    .execute();
        }
    }

    static void putIncomplete(Handle tx, ModelVersion.Key key, String why) {
        tx.createUpdate("update model_version set incomplete = :why where name = :name and version = :version")
                .bind("name", key.model())
                .bind("version", key.version())
                .bind("why", why)
                .execute();
    }

    static void deleteTag(Handle tx, ModelVersion.Key key, String tag) {
        tx.createUpdate("delete from model_version_tag where name = :name and version = :version and key = :key")
                .bind("name", key.model())
                .bind("version", key.version())
                .bind("key", tag)
                .execute();
    }

    static void putTag(Handle tx, ModelVersion.Key version, String key, String value) {
        tx.createUpdate("""
                        insert into model_version_tag (name, version, key, value) values (:name, :version, :key, :value)
                        on conflict (name, version, key) do update set value = excluded.value""")
                .bind("name", version.model())
                .bind("version", version.version())
                .bind("key", key)
                .bind("value", value)
                .execute();
    }

    private static ModelVersion version(ResultSet row) throws SQLException {
        return version(json(row, "whole"));
    }

    static ModelVersion version(JsonNode json) {
        List<String> aliases = new ArrayList<>();
        json.path("aliases").forEach(alias -> aliases.add(alias.asText()));
        return new ModelVersion(
                new ModelVersion.Key(
                        json.path("name").asText(), json.path("version").asInt()),
                new ModelVersion.Origin(
                        json.path("source").asText(),
                        json.path("storage").textValue(),
                        json.path("run").textValue(),
                        json.path("link").asText(),
                        json.path("model").textValue(),
                        json.path("user").asText(),
                        json.path("incomplete").asText()),
                ModelVersion.Stage.valueOf(json.path("stage").asText().toUpperCase(Locale.ROOT)),
                json.path("description").asText(),
                Instant.ofEpochMilli(json.path("created").asLong()),
                Instant.ofEpochMilli(json.path("updated").asLong()),
                texts(json.path("tags")),
                aliases);
    }

    static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new LinkedHashMap<>();
        object.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }

    static JsonNode json(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        try {
            return text == null ? MissingNode.getInstance() : JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("column " + column + " can't be read: " + text, e);
        }
    }
}
