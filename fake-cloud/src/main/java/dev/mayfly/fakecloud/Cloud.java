package dev.mayfly.fakecloud;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.rpc.Code;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import yandex.cloud.api.dataproc.v1.Cluster;
import yandex.cloud.api.dataproc.v1.CreateClusterMetadata;
import yandex.cloud.api.dataproc.v1.CreateClusterRequest;
import yandex.cloud.api.dataproc.v1.DeleteClusterMetadata;
import yandex.cloud.api.dataproc.v1.Health;
import yandex.cloud.api.operation.Operation;

/** The clusters and operations that exist, and when each changes its state. Thread-safe. */
final class Cloud {

    private final Faults faults;
    private final Amounts quota;
    private final double speed;
    private final @Nullable Path events;
    private final Instant begin = Instant.now();
    private final long beginNanos = System.nanoTime();
    private final Map<String, Machines> clusters = new LinkedHashMap<>();
    private final Map<String, Operation> operations = new HashMap<>();
    private final Map<String, String> operationOfKey = new HashMap<>();
    private int numbers;

    /**
     * @param speed how many seconds the cloud's clock advances per real second
     * @param events the file that gets a line for each event
     */
    Cloud(Faults faults, Amounts quota, double speed, @Nullable Path events) {
        this.faults = faults;
        this.quota = quota;
        this.speed = speed;
        this.events = events;
    }

    /** A cluster, from its creation until its deletion is complete. */
    static final class Machines {
        final CreateClusterRequest request;
        final String id;
        final Amounts amounts;
        final Instant created;
        final Instant lands;
        final Instant ready;
        final Faults.Creation fate;

        @Nullable
        Instant gone;

        Machines(
                CreateClusterRequest request,
                String id,
                Instant created,
                Instant lands,
                Instant ready,
                Faults.Creation fate) {
            this.request = request;
            this.id = id;
            this.amounts = Amounts.of(request);
            this.created = created;
            this.lands = lands;
            this.ready = ready;
            this.fate = fate;
        }

        boolean exists(Instant now) {
            return !lands.isAfter(now) && (gone == null || gone.isAfter(now));
        }

        boolean isUp(Instant now) {
            return exists(now) && !ready.isAfter(now) && fate != Faults.Creation.INIT_FAILED;
        }
    }

    Instant now() {
        return begin.plusNanos((long) ((System.nanoTime() - beginNanos) * speed));
    }

    Faults faults() {
        return faults;
    }

    Amounts quota() {
        return quota;
    }

    synchronized Amounts use() {
        Instant now = now();
        return clusters.values().stream()
                .filter(machines -> machines.exists(now))
                .map(machines -> machines.amounts)
                .reduce(Amounts.NONE, Amounts::plus);
    }

    synchronized Operation create(CreateClusterRequest request, String key) {
        Instant now = now();
        String known = operationOfKey.get(key);
        if (!key.isEmpty() && known != null) {
            return operation(known);
        }
        if (clusters.values().stream()
                .anyMatch(some -> some.request.getName().equals(request.getName())
                        && (some.gone == null || some.gone.isAfter(now)))) {
            throw refused(Status.ALREADY_EXISTS, "cluster " + request.getName() + " exists");
        }
        Faults.Creation fate = faults.creation();
        if (fate == Faults.Creation.NO_ROOM || !use().plus(Amounts.of(request)).fitsIn(quota)) {
            throw refused(Status.RESOURCE_EXHAUSTED, "quota limit exceeded; in use " + use() + ", limit " + quota);
        }
        Instant lands = fate == Faults.Creation.LATE ? now.plus(faults.between(5, 60)) : now;
        Duration takes = fate == Faults.Creation.SLOW ? Duration.ofHours(2) : faults.between(60, 180);
        String id = "c9q" + String.format("%06d", ++numbers);
        clusters.put(id, new Machines(request, id, now, lands, lands.plus(takes), fate));
        event("cluster-created " + request.getName() + " " + id + " " + fate);
        Operation operation =
                newOperation(CreateClusterMetadata.newBuilder().setClusterId(id).build());
        if (!key.isEmpty()) {
            operationOfKey.put(key, operation.getId());
        }
        return operation;
    }

    synchronized Optional<Cluster> get(String id) {
        return Optional.ofNullable(clusters.get(id))
                .filter(machines -> machines.exists(now()))
                .map(this::cluster);
    }

    synchronized List<Cluster> list(String folder) {
        return clusters.values().stream()
                .filter(machines ->
                        machines.exists(now()) && machines.request.getFolderId().equals(folder))
                .map(this::cluster)
                .toList();
    }

    synchronized boolean isUp(String id) {
        Machines machines = clusters.get(id);
        return machines != null && machines.isUp(now());
    }

    synchronized Operation delete(String id) {
        Instant now = now();
        Machines machines = clusters.get(id);
        if (machines == null || !machines.exists(now)) {
            throw refused(Status.NOT_FOUND, "cluster " + id + " not found");
        }
        if (faults.refusesDelete(machines.ready.isAfter(now))) {
            throw refused(Status.FAILED_PRECONDITION, "cluster " + id + " can't be deleted while it is being changed");
        }
        if (machines.gone == null) {
            machines.gone = now.plus(faults.between(2, 40));
            event("cluster-deleted " + machines.request.getName() + " " + id);
        }
        return newOperation(DeleteClusterMetadata.newBuilder().setClusterId(id).build());
    }

    /** Starts an operation with this metadata. */
    synchronized Operation newOperation(Message metadata) {
        Operation operation = Operation.newBuilder()
                .setId("op" + String.format("%06d", ++numbers))
                .setCreatedAt(timestamp(now()))
                .setMetadata(Any.pack(metadata))
                .build();
        operations.put(operation.getId(), operation);
        return operation;
    }

    synchronized Operation operation(String id) {
        Operation operation = operations.get(id);
        if (operation == null) {
            throw refused(Status.NOT_FOUND, "operation " + id + " not found");
        }
        Optional<Machines> about = clusters.values().stream()
                .filter(machines -> operation
                        .getMetadata()
                        .equals(Any.pack(CreateClusterMetadata.newBuilder()
                                .setClusterId(machines.id)
                                .build())))
                .findFirst();
        return about.map(machines -> progressed(operation, machines)).orElse(operation);
    }

    private Operation progressed(Operation operation, Machines machines) {
        Instant now = now();
        boolean fails =
                machines.fate == Faults.Creation.ERROR_THOUGH_CREATED || machines.fate == Faults.Creation.INIT_FAILED;
        if (fails && machines.created.plusSeconds(20).isBefore(now)) {
            return operation.toBuilder()
                    .setDone(true)
                    .setError(com.google.rpc.Status.newBuilder()
                            .setCode(Code.INTERNAL_VALUE)
                            .setMessage("cluster creation failed"))
                    .build();
        }
        return machines.ready.isAfter(now)
                ? operation
                : operation.toBuilder()
                        .setDone(true)
                        .setResponse(Any.pack(cluster(machines)))
                        .build();
    }

    private Cluster cluster(Machines machines) {
        Instant now = now();
        boolean ready = !machines.ready.isAfter(now);
        boolean failed = machines.fate == Faults.Creation.INIT_FAILED
                && machines.created.plusSeconds(20).isBefore(now);
        Health health = machines.fate == Faults.Creation.DEAD ? Health.DEAD : Health.ALIVE;
        return Cluster.newBuilder()
                .setId(machines.id)
                .setFolderId(machines.request.getFolderId())
                .setName(machines.request.getName())
                .putAllLabels(machines.request.getLabelsMap())
                .setCreatedAt(timestamp(machines.lands))
                .setStatus(failed ? Cluster.Status.ERROR : ready ? Cluster.Status.RUNNING : Cluster.Status.CREATING)
                .setHealth(ready && !failed ? health : Health.HEALTH_UNKNOWN)
                .setDeletionProtection(machines.request.getDeletionProtection())
                .build();
    }

    static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    static StatusRuntimeException refused(Status status, String words) {
        return new StatusRuntimeException(status.withDescription(words));
    }

    /** Returns the names of clusters that exist or are still to come up. */
    synchronized List<String> left() {
        List<String> left = new ArrayList<>();
        for (Machines machines : clusters.values()) {
            if (machines.gone == null || machines.gone.isAfter(now())) {
                left.add(machines.request.getName());
            }
        }
        return left;
    }

    void event(String words) {
        if (events != null) {
            try {
                Files.writeString(events, words + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
