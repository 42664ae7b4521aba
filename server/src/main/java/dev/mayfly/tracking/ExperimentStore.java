package dev.mayfly.tracking;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The tables {@code experiment} and {@code experiment_tag}. */
final class ExperimentStore {

    private static final String SELECT = """
            select experiment.*,
              array(select key from experiment_tag where experiment_id = id order by key) as tag_keys,
              array(select value from experiment_tag where experiment_id = id order by key) as tag_values
            from experiment
            """;

    private ExperimentStore() {}

    /** Empty: there is one of this name already, perhaps deleted. */
    static Optional<ExperimentId> insert(Handle tx, String name, String location, Instant now) {
        return tx.createQuery("""
                        insert into experiment
                          (name, artifact_location, lifecycle_stage, creation_time, last_update_time)
                        values (:name, :location, 'ACTIVE', :now, :now)
                        on conflict (name) do nothing returning id""")
                .bind("name", name)
                .bind("location", location)
                .bind("now", now.toEpochMilli())
                .mapTo(Long.class)
                .findOne()
                .map(ExperimentId::new);
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

    static List<Experiment> newest(Handle tx, RunQuery.Stages stages, int limit, int offset) {
        return tx.createQuery(SELECT + """
                        where :stages = 'ALL' or lifecycle_stage || '_ONLY' = :stages
                        order by creation_time desc, id limit :limit offset :offset""")
                .bind("stages", stages.name())
                .bind("limit", limit)
                .bind("offset", offset)
                .map((row, context) -> experiment(row))
                .list();
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
