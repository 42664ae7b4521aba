package dev.mayfly.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.mayfly.access.Actor;
import dev.mayfly.audit.Audit;
import dev.mayfly.capacity.Resources;
import dev.mayfly.engine.Engine;
import dev.mayfly.engine.RunId;
import dev.mayfly.postgres.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** The tables {@code cluster} and {@code cluster_of_run}. */
final class PostgresClusterStore implements ClusterStore {

    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new JavaTimeModule());

    private final Database database;
    private final Texts<ClusterSpec> specs = new Texts<>(ClusterSpec.class);
    private final Texts<Resources> demands = new Texts<>(Resources.class);

    PostgresClusterStore(Database database) {
        this.database = database;
    }

    @Override
    public boolean insert(Cluster cluster, int ordinal) {
        return database.inTransaction(tx -> {
            if (!isLinked(tx, cluster, ordinal)) {
                return false;
            }
            bind(tx.createUpdate("""
                    insert into cluster (id, name, provider, provider_id, run_id, spec, demand, state, generation, wanted,
                      failure, reason, note, requested_at, reserved_at, created_at, ready_at, idle_at, delete_called_at,
                      absent_at, proved_at)
                    values (:id, :name, :provider, :providerId, :run, cast(:spec as jsonb), cast(:demand as jsonb), :state,
                      0, :wanted, :failure, :reason, :note, :requested, :reserved, :created, :ready, :idle,
                      :deleteCalled, :absent, :proved)"""), cluster)
                    .bind("name", cluster.name())
                    .bind("provider", cluster.spec().provider())
                    .bind("spec", write(cluster.spec()))
                    .bind("demand", write(cluster.demand()))
                    .bind("requested", cluster.timestamps().requested())
                    .execute();
            return true;
        });
    }

    @Override
    public boolean handOver(Cluster before, Cluster after, int ordinal) {
        return database.inTransaction(tx -> {
            boolean both = save(tx, before, after) && isLinked(tx, after, ordinal);
            if (!both) {
                tx.rollback();
            }
            return both;
        });
    }

    private static boolean isLinked(Handle tx, Cluster cluster, int ordinal) {
        return Engine.lockIfRunning(tx, cluster.run())
                && tx.createUpdate("""
                                insert into cluster_of_run (run_id, ordinal, cluster_id)
                                values (:run, :ordinal, :cluster) on conflict do nothing""")
                                .bind("run", cluster.run().value())
                                .bind("ordinal", ordinal)
                                .bind("cluster", cluster.id().value())
                                .execute()
                        == 1;
    }

    @Override
    public Optional<Cluster> find(UUID id) {
        return list("where id = :key", id).stream().findFirst();
    }

    @Override
    public Optional<Cluster> named(String name) {
        return list("where name = :key", name).stream().findFirst();
    }

    @Override
    public List<Cluster> ofRun(RunId run) {
        return list(
                "join cluster_of_run link on link.cluster_id = cluster.id where link.run_id = :key order by link.ordinal",
                run.value());
    }

    @Override
    public List<Cluster> live(String provider) {
        return list("where provider = :key and proved_at is null order by requested_at, id", provider);
    }

    @Override
    public List<Cluster> newest(int limit) {
        return list("order by requested_at desc, id limit :key", limit);
    }

    @Override
    public Map<RunId, Long> generations() {
        return database.read(tx -> tx.createQuery("""
                        select run_id, sum(generation)::bigint as changes from (
                          select id, run_id, generation from cluster where proved_at is null
                          union
                          select id, run_id, generation from
                            (select * from cluster order by requested_at desc, id limit 200) newest
                            where proved_at > now() - interval '1 minute') recent group by run_id""").reduceRows(new HashMap<RunId, Long>(), (changes, row) -> {
            changes.put(new RunId(row.getColumn("run_id", UUID.class)), row.getColumn("changes", Long.class));
            return changes;
        }));
    }

    @Override
    public Set<UUID> unfinished() {
        return database.read(tx -> tx.createQuery("select id from cluster where proved_at is null")
                .mapTo(UUID.class)
                .set());
    }

    @Override
    public boolean save(Cluster before, Cluster after) {
        return database.inTransaction(tx -> save(tx, before, after));
    }

    @Override
    public boolean saveDeleted(Cluster before, Cluster after, Actor by) {
        return database.inTransaction(tx -> {
            boolean saved = save(tx, before, after);
            if (saved) {
                recordDeleted(tx, before.name(), by);
            }
            return saved;
        });
    }

    @Override
    public void recordDeleted(String name, Actor by) {
        database.useTransaction(tx -> recordDeleted(tx, name, by));
    }

    private static void recordDeleted(Handle tx, String name, Actor by) {
        Audit.done(tx, by, "cluster delete", "cluster " + name, "");
    }

    @Override
    public List<Cluster> admit(String provider, UnaryOperator<List<Cluster>> decide) {
        if (!isAnyWaiting(provider)) {
            return List.of();
        }
        return database.inTransaction(tx -> {
            tx.createQuery("select pg_advisory_xact_lock(hashtextextended(:provider, 13))::text")
                    .bind("provider", provider)
                    .mapTo(String.class)
                    .one();
            List<Cluster> live =
                    list(tx, "where provider = :key and proved_at is null order by requested_at, id", provider);
            List<Cluster> after = decide.apply(live);
            List<Cluster> saved = new ArrayList<>();
            for (int n = 0; n < live.size(); n++) {
                if (!after.get(n).equals(live.get(n)) && save(tx, live.get(n), after.get(n))) {
                    saved.add(after.get(n).nextGeneration());
                }
            }
            return saved;
        });
    }

    private boolean isAnyWaiting(String provider) {
        return database.read(tx -> tx.createQuery("""
                        select exists (select 1 from cluster
                        where provider = :provider and proved_at is null and state = 'WAITING')""")
                .bind("provider", provider)
                .mapTo(Boolean.class)
                .one());
    }

    private static boolean save(Handle tx, Cluster before, Cluster after) {
        return bind(tx.createUpdate("""
                                update cluster set run_id = :run, provider_id = :providerId, state = :state,
                                  generation = generation + 1, wanted = :wanted, failure = :failure, reason = :reason,
                                  note = :note, reserved_at = :reserved, created_at = :created, ready_at = :ready,
                                  idle_at = :idle, delete_called_at = :deleteCalled, absent_at = :absent,
                                  proved_at = :proved
                                where id = :id and generation = :generation"""), after)
                        .bind("generation", before.generation())
                        .execute()
                == 1;
    }

    private static <S extends SqlStatement<S>> S bind(S statement, Cluster cluster) {
        Cluster.Timestamps timestamps = cluster.timestamps();
        return statement
                .bind("id", cluster.id().value())
                .bind("providerId", cluster.id().providerId())
                .bind("run", cluster.run().value())
                .bind("state", cluster.state().name())
                .bind("wanted", cluster.status().needed())
                .bind("failure", cluster.status().failure().kind().name())
                .bind("reason", cluster.status().failure().reason())
                .bind("note", cluster.status().waitReason())
                .bind("reserved", timestamps.reserved())
                .bind("created", timestamps.created())
                .bind("ready", timestamps.ready())
                .bind("idle", timestamps.idle())
                .bind("deleteCalled", timestamps.deleteCalled())
                .bind("absent", timestamps.absent())
                .bind("proved", timestamps.proved());
    }

    /** The label of this installation; {@code candidate} becomes it if there is none yet. */
    static String owner(Handle tx, String candidate) {
        tx.createUpdate("insert into installation (owner) values (:owner) on conflict do nothing")
                .bind("owner", candidate)
                .execute();
        return tx.createQuery("select owner from installation")
                .mapTo(String.class)
                .one();
    }

    private List<Cluster> list(String rest, Object key) {
        return database.read(tx -> list(tx, rest, key));
    }

    private List<Cluster> list(Handle tx, String rest, Object key) {
        return tx.createQuery("select cluster.* from cluster " + rest)
                .bind("key", key)
                .map((row, context) -> cluster(row))
                .list();
    }

    private Cluster cluster(ResultSet row) throws SQLException {
        return new Cluster(
                new Cluster.Id(row.getObject("id", UUID.class), row.getString("name"), row.getString("provider_id")),
                new RunId(row.getObject("run_id", UUID.class)),
                specs.of(row.getString("spec")),
                demands.of(row.getString("demand")),
                row.getLong("generation"),
                new Cluster.Status(
                        ClusterState.valueOf(row.getString("state")),
                        row.getBoolean("wanted"),
                        new Cluster.Failure(
                                Cluster.Failure.Kind.valueOf(row.getString("failure")), row.getString("reason")),
                        row.getString("note")),
                new Cluster.Timestamps(
                        row.getObject("requested_at", OffsetDateTime.class).toInstant(),
                        instant(row, "reserved_at"),
                        instant(row, "created_at"),
                        instant(row, "ready_at"),
                        instant(row, "idle_at"),
                        instant(row, "delete_called_at"),
                        instant(row, "absent_at"),
                        instant(row, "proved_at")));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("column can't be written: " + value, e);
        }
    }

    /** Caches values by their text: few are distinct, and each is read very often. */
    private static final class Texts<T> {

        private static final int MOST = 1_000;

        private final Class<T> type;
        private final Map<String, T> values = new ConcurrentHashMap<>();

        Texts(Class<T> type) {
            this.type = type;
        }

        T of(String json) {
            if (values.size() > MOST) {
                values.clear();
            }
            return values.computeIfAbsent(json, this::read);
        }

        private T read(String json) {
            try {
                return JSON.readValue(json, type);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("column can't be read: " + json, e);
            }
        }
    }
}
