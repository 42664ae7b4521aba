package dev.mayfly.tracking;

import dev.mayfly.search.Page;
import dev.mayfly.search.PageQuery;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The tables {@code experiment} and {@code experiment_tag}. */
final class ExperimentStore {

    private static final String TAGS = """
            array(select key from experiment_tag where experiment_id = id order by key) as tag_keys,
            array(select value from experiment_tag where experiment_id = id order by key) as tag_values
            """;
    private static final String SELECT = "select experiment.*, " + TAGS + " from experiment ";

    private ExperimentStore() {}

    /** Inserts an experiment; returns empty if there is one of this name, even a deleted one. */
    static Optional<ExperimentId> insert(
            Handle tx, String name, String location, @Nullable String madeBy, Instant now) {
        return tx.createQuery("""
                        insert into experiment
                          (name, artifact_location, lifecycle_stage, creation_time, last_update_time, made_by)
                        values (:name, :location, 'ACTIVE', :now, :now, :by)
                        on conflict (name) do nothing returning id""")
                .bind("name", name)
                .bind("location", location)
                .bind("by", madeBy)
                .bind("now", now.toEpochMilli())
                .mapTo(Long.class)
                .findOne()
                .map(ExperimentId::new);
    }

    /**
     * Whether a place in the store is another's: in that of an experiment or around it, one that is kept for an experiment
     * by its id, or a run's or logged model's. Others who choose a place wait until the transaction ends.
     *
     * @param names the parts of the place
     */
    static boolean isTaken(Handle tx, String place, List<String> names) {
        tx.createQuery("select pg_advisory_xact_lock(17)::text")
                .mapTo(String.class)
                .one();
        return tx.createQuery("""
                        select exists (select 1 from experiment where starts_with(:place, artifact_location || '/')
                            or starts_with(artifact_location, :place || '/'))
                          or (:first ~ '^[0-9]+$' and not exists
                            (select 1 from experiment where artifact_location = :place))
                          or exists (select 1 from tracking_run where run_id = any(:names))
                          or exists (select 1 from logged_model where model_id = any(:names))""")
                .bind("place", place)
                .bind("first", names.get(0))
                .bindArray("names", String.class, names)
                .mapTo(Boolean.class)
                .one();
    }

    static void place(Handle tx, ExperimentId id, String location) {
        tx.createUpdate("update experiment set artifact_location = :location where id = :id")
                .bind("location", location)
                .bind("id", id.value())
                .execute();
    }

    static void putTag(Handle tx, ExperimentId id, String key, String value) {
        tx.createUpdate("""
                        insert into experiment_tag (experiment_id, key, value) values (:id, :key, :value)
                        on conflict (experiment_id, key) do update set value = excluded.value""")
                .bind("id", id.value())
                .bind("key", key)
                .bind("value", value)
                .execute();
    }

    static Optional<Experiment> find(Handle tx, ExperimentId id) {
        return tx.createQuery(SELECT + "where id = :id")
                .bind("id", id.value())
                .map((row, context) -> experiment(row))
                .findOne();
    }

    static Optional<Experiment> byName(Handle tx, String name) {
        return tx.createQuery(SELECT + "where name = :name")
                .bind("name", name)
                .map((row, context) -> experiment(row))
                .findOne();
    }

    static Page<Experiment> search(Handle tx, RunQuery.ViewType view, PageQuery query, int limit) {
        String stage = switch (view) {
            case ACTIVE_ONLY -> "lifecycle_stage = 'ACTIVE'";
            case DELETED_ONLY -> "lifecycle_stage = 'DELETED'";
            case ALL -> "true";
        };
        Query statement = tx.createQuery("select found.*, " + TAGS + " from ("
                        + query.page("experiment", "experiment", stage) + ") found order by " + query.order())
                .bind("limit", limit + 1);
        query.binds().forEach(statement::bind);
        return Page.read(statement, query, limit, ExperimentStore::experiment);
    }

    /** Moves an experiment and its runs to another stage; returns false if it is not in the stage {@code from}. */
    static boolean move(Handle tx, ExperimentId id, LifecycleStage from, LifecycleStage to, Instant now) {
        boolean moved = tx.createUpdate("""
                                update experiment set lifecycle_stage = :to, last_update_time = :now
                                where id = :id and lifecycle_stage = :from""")
                        .bind("id", id.value())
                        .bind("from", from.name())
                        .bind("to", to.name())
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1;
        if (moved) {
            tx.createUpdate("""
                            update tracking_run set lifecycle_stage = :to,
                              deleted_at = case when :to = 'DELETED' then coalesce(deleted_at, :now) end
                            where experiment_id = :id""")
                    .bind("id", id.value())
                    .bind("to", to.name())
                    .bind("now", now.toEpochMilli())
                    .execute();
        }
        return moved;
    }

    /** Renames an experiment; returns false if another one has the name. */
    static boolean rename(Handle tx, ExperimentId id, String name, Instant now) {
        return tx.createUpdate("""
                                update experiment set name = :name, last_update_time = :now
                                where id = :id and not exists
                                  (select 1 from experiment other where other.name = :name and other.id <> :id)""")
                        .bind("id", id.value())
                        .bind("name", name)
                        .bind("now", now.toEpochMilli())
                        .execute()
                == 1;
    }

    static boolean deleteTag(Handle tx, ExperimentId id, String key) {
        return tx.createUpdate("delete from experiment_tag where experiment_id = :id and key = :key")
                        .bind("id", id.value())
                        .bind("key", key)
                        .execute()
                == 1;
    }

    private static Experiment experiment(ResultSet row) throws SQLException {
        long id = row.getLong("id");
        String[] keys = (String[]) row.getArray("tag_keys").getArray();
        String[] values = (String[]) row.getArray("tag_values").getArray();
        Map<String, String> tags = new HashMap<>();
        for (int n = 0; n < keys.length; n++) {
            tags.put(keys[n], values[n]);
        }
        return new Experiment(
                new ExperimentId(id),
                row.getString("name"),
                row.getString("artifact_location"),
                LifecycleStage.valueOf(row.getString("lifecycle_stage")),
                Instant.ofEpochMilli(row.getLong("creation_time")),
                Instant.ofEpochMilli(row.getLong("last_update_time")),
                tags);
    }
}
