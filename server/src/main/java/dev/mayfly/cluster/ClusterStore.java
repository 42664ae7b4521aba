package dev.mayfly.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.mayfly.engine.RunId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table {@code cluster}. Every change is fenced by the row's generation. */
final class ClusterStore {

    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new JavaTimeModule());

    private ClusterStore() {}

    /** False: the run has a cluster of this ordinal already. */
    static boolean insert(Handle tx, Cluster.Id id, RunId run, int ordinal, ClusterSpec spec, Instant now) {
        return tx.createUpdate("""
                                insert into cluster (id, name, run_id, ordinal, spec, state, reserved_at)
                                values (:id, :name, :run, :ordinal, cast(:spec as jsonb), 'RESERVED', :now)
                                on conflict (run_id, ordinal) do nothing""")
                        .bind("id", id.value())
                        .bind("name", id.name())
                        .bind("run", run.value())
                        .bind("ordinal", ordinal)
                        .bind("spec", write(spec))
                        .bind("now", now)
                        .execute()
                == 1;
    }

    static Optional<Cluster> find(Handle tx, UUID id) {
        return tx.createQuery("select * from cluster where id = :id")
                .bind("id", id)
                .map((row, context) -> cluster(row))
                .findOne();
    }

    /** All clusters that a run ever had, in order. */
    static List<Cluster> ofRun(Handle tx, RunId run) {
        return tx.createQuery("select * from cluster where run_id = :run order by ordinal")
                .bind("run", run.value())
                .map((row, context) -> cluster(row))
                .list();
    }

    static List<Cluster> newest(Handle tx, int limit) {
        return tx.createQuery("select * from cluster order by reserved_at desc limit :limit")
                .bind("limit", limit)
                .map((row, context) -> cluster(row))
                .list();
    }

    static Set<String> unfinished(Handle tx) {
        return tx.createQuery("select id::text from cluster where proved_at is null")
                .mapTo(String.class)
                .set();
    }

    static void release(Handle tx, UUID id) {
        tx.createUpdate("update cluster set wanted = false, generation = generation + 1 where id = :id and wanted")
                .bind("id", id)
                .execute();
    }

    /** Writes state, reason and times. False: someone else has moved the row since it was read. */
    static boolean move(Handle tx, Cluster from, ClusterState state, String reason, Cluster.Life life) {
        return tx.createUpdate("""
                                update cluster set state = :state, reason = :reason, generation = generation + 1,
                                  created_at = :created, ready_at = :ready, delete_called_at = :deleteCalled,
                                  proved_at = :proved
                                where id = :id and generation = :generation and proved_at is null""")
                        .bind("id", from.id().value())
                        .bind("generation", from.generation())
                        .bind("state", state.name())
                        .bind("reason", reason)
                        .bind("created", life.created())
                        .bind("ready", life.ready())
                        .bind("deleteCalled", life.deleteCalled())
                        .bind("proved", life.proved())
                        .execute()
                == 1;
    }

    static String owner(Handle tx, String candidate) {
        tx.createUpdate("insert into installation (owner) values (:owner) on conflict do nothing")
                .bind("owner", candidate)
                .execute();
        return tx.createQuery("select owner from installation")
                .mapTo(String.class)
                .one();
    }

    private static Cluster cluster(ResultSet row) throws SQLException {
        return new Cluster(
                new Cluster.Id(row.getObject("id", UUID.class), row.getString("name")),
                new RunId(row.getObject("run_id", UUID.class)),
                read(row.getString("spec")),
                row.getLong("generation"),
                new Cluster.Status(
                        ClusterState.valueOf(row.getString("state")),
                        row.getBoolean("wanted"),
                        row.getString("reason")),
                new Cluster.Life(
                        row.getTimestamp("reserved_at").toInstant(),
                        instant(row, "created_at"),
                        instant(row, "ready_at"),
                        instant(row, "delete_called_at"),
                        instant(row, "proved_at")));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp timestamp = row.getTimestamp(column);
        return timestamp == null ? null : timestamp.toInstant();
    }

    private static String write(ClusterSpec spec) {
        try {
            return JSON.writeValueAsString(spec);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cluster spec can't be written: " + spec, e);
        }
    }

    private static ClusterSpec read(String json) {
        try {
            return JSON.readValue(json, ClusterSpec.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cluster spec can't be read: " + json, e);
        }
    }
}
