package dev.mayfly.simulation;

import dev.mayfly.capacity.Quota;
import dev.mayfly.capacity.Resources;
import dev.mayfly.cluster.ClusterProvider;
import dev.mayfly.cluster.ClusterRef;
import dev.mayfly.cluster.ClusterSpec;
import dev.mayfly.cluster.OutOfCapacity;
import dev.mayfly.cluster.ProviderUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A cloud that does its worst: answers are lost, creations land late, fail though something was made, or take for ever;
 * deletions are refused and slow; quota is gone when it is needed; jobs fail, hang and vanish. As the real one it knows keys
 * of idempotency, for a while, and keeps names unique.
 */
final class SimulatedCloud implements ClusterProvider {

    private static final Timing PACE =
            new Timing(Duration.ofSeconds(10), Duration.ofMinutes(15), Duration.ofSeconds(90));
    private static final Duration KEYS_ARE_KNOWN_FOR = Duration.ofMinutes(10);

    private final World world;
    private final Resources limit;
    private final Map<String, Machine> clusters = new LinkedHashMap<>();
    private final Map<UUID, Machine> keys = new HashMap<>();
    private final Map<String, Integer> executions = new HashMap<>();
    private final Map<String, ReportedJob.JobState> results = new HashMap<>();
    private Resources others = Resources.NONE;
    private boolean blindSubmits;
    private long changes;

    SimulatedCloud(World world, Resources limit) {
        this.world = world;
        this.limit = limit;
    }

    /** A mistake to be found: jobs are submitted without looking whether they were before. */
    void submitBlindly() {
        blindSubmits = true;
    }

    /** How much others than us use from now on. */
    void othersUse(Resources use) {
        others = use;
    }

    /** One cluster of the cloud, as it really is. */
    static final class Machine {
        final String name;
        final String id;
        final Resources demand;
        final Instant expires;
        final Instant lands;
        final Map<String, Job> jobs = new LinkedHashMap<>();
        Instant ready;

        @Nullable
        Instant breaks;

        @Nullable
        Instant gone;

        boolean forWantOfRoom;

        Machine(String name, String id, Resources demand, Instant expires, Instant lands, Instant ready) {
            this.name = name;
            this.id = id;
            this.demand = demand;
            this.expires = expires;
            this.lands = lands;
            this.ready = ready;
        }

        boolean exists(Instant now) {
            return !lands.isAfter(now) && (gone == null || gone.isAfter(now));
        }

        boolean isBroken(Instant now) {
            return breaks != null && !breaks.isAfter(now);
        }
    }

    /** A job as it really goes. */
    private static final class Job {
        Instant ends;
        boolean succeeds;

        /** Every look at it fails. */
        boolean unseen;

        /** It goes on when it is cancelled. */
        boolean deaf;

        @Nullable
        Instant vanishes;

        Job(Instant ends, boolean succeeds) {
            this.ends = ends;
            this.succeeds = succeeds;
        }
    }

    /** Goes up with every change. */
    long changes() {
        return changes;
    }

    /** What exists now, seen or not. */
    List<Machine> existing() {
        return clusters.values().stream()
                .filter(machine -> machine.exists(world.now()))
                .toList();
    }

    /** What exists or will come up by itself. */
    boolean isEmpty() {
        return clusters.values().stream()
                .allMatch(machine -> machine.gone != null && !machine.gone.isAfter(world.now()));
    }

    boolean succeeded(String job) {
        return results.get(job) == ReportedJob.JobState.SUCCEEDED;
    }

    @Override
    public String name() {
        return "cloud";
    }

    @Override
    public void check(ClusterSpec spec) {}

    @Override
    public Optional<Quota> quota() {
        unavailable(0.02);
        Resources ours = existing().stream().map(machine -> machine.demand).reduce(Resources.NONE, Resources::plus);
        return Optional.of(new Quota(limit, others.plus(ours)));
    }

    @Override
    public Timing timing() {
        return PACE;
    }

    @Override
    public Optional<String> create(ClusterRequest request) {
        unavailable(0.05);
        Machine machine = keys.get(request.key());
        if (machine == null) {
            machine = clusters.get(request.name());
            if (machine == null || !machine.exists(world.now())) {
                machine = land(request);
            }
        }
        unavailable(0.07);
        return Optional.of(machine.id);
    }

    private Machine land(ClusterRequest request) {
        if (!fits(request.spec().demand())) {
            throw new OutOfCapacity("quota exceeded");
        }
        Instant now = world.now();
        boolean late = world.chance(0.05);
        Instant lands = late ? now.plusSeconds(world.between(1, world.chance(0.2) ? 400 : 60)) : now;
        Instant ready = lands.plusSeconds(world.chance(0.04) ? 3_600 : world.between(30, 240));
        Machine machine = new Machine(
                request.name(),
                "c" + clusters.size(),
                request.spec().demand(),
                request.labels().expires(),
                lands,
                ready);
        if (world.chance(0.08)) {
            machine.breaks = ready.plusSeconds(world.between(-100, 200));
            machine.forWantOfRoom = world.chance(0.3);
        }
        world.tell(
                () -> "cloud: " + machine.name + " lands " + lands + ", ready " + ready + ", breaks " + machine.breaks);
        clusters.put(request.name() + (clusters.containsKey(request.name()) ? "#" + clusters.size() : ""), machine);
        changes++;
        keys.put(request.key(), machine);
        world.later(KEYS_ARE_KNOWN_FOR, () -> keys.remove(request.key()));
        if (late) {
            throw new ProviderUnavailable("deadline exceeded", new IllegalStateException());
        }
        if (world.chance(0.01)) {
            throw new OutOfCapacity("quota exceeded, though something was made");
        }
        return machine;
    }

    private boolean fits(Resources demand) {
        Resources taken = others.plus(demand);
        for (Machine machine : existing()) {
            taken = taken.plus(machine.demand);
        }
        return taken.fitsIn(limit);
    }

    @Override
    public Optional<ReportedCluster> describe(ClusterRef cluster) {
        unavailable(0.03);
        Instant now = world.now();
        return byName(cluster.name()).map(machine -> {
            if (machine.isBroken(now)) {
                return new ReportedCluster(
                        machine.forWantOfRoom ? ReportedCluster.State.OUT_OF_CAPACITY : ReportedCluster.State.BROKEN,
                        "it broke");
            }
            return new ReportedCluster(
                    machine.ready.isAfter(now) ? ReportedCluster.State.PROVISIONING : ReportedCluster.State.RUNNING,
                    "");
        });
    }

    private Optional<Machine> byName(String name) {
        return existing().stream().filter(machine -> machine.name.equals(name)).findFirst();
    }

    @Override
    public List<ListedCluster> list(Owner owner) {
        unavailable(0.05);
        return existing().stream()
                .map(machine -> new ListedCluster(
                        new ClusterRef(machine.name, machine.id), machine.lands, Optional.of(machine.expires)))
                .toList();
    }

    @Override
    public void delete(ClusterRef cluster) {
        unavailable(0.05);
        Optional<Machine> found = byName(cluster.name());
        if (found.isPresent() && found.get().gone == null) {
            Machine machine = found.get();
            boolean provisioning = machine.ready.isAfter(world.now()) && !machine.isBroken(world.now());
            if (provisioning && world.chance(0.5)) {
                throw new ProviderUnavailable("refused while it is being created", new IllegalStateException());
            }
            Instant gone = world.now().plusSeconds(world.between(0, 90));
            machine.gone = gone;
            changes++;
            world.tell(() -> "cloud: " + machine.name + " will be gone " + gone);
            machine.jobs.values().forEach(this::cut);
        }
        unavailable(0.05);
    }

    @Override
    public String place(ClusterRef cluster, String name, String text) {
        return name;
    }

    @Override
    public void submit(ClusterRef cluster, JobSpec job) {
        unavailable(0.05);
        Machine machine = byName(cluster.name())
                .filter(some -> !some.isBroken(world.now()) && some.gone == null)
                .orElseThrow(() -> new ProviderUnavailable("no such cluster", new IllegalStateException()));
        if (blindSubmits || !machine.jobs.containsKey(job.name())) {
            execute(machine, job.name());
        }
        unavailable(0.05);
    }

    private void execute(Machine machine, String name) {
        world.demand(executions.merge(name, 1, Integer::sum) == 1, () -> "job " + name + " ran twice");
        String task = name.replaceFirst("-[0-9]+$", "-");
        for (Machine other : existing()) {
            for (var running : other.jobs.entrySet()) {
                boolean sameTask =
                        running.getKey().startsWith(task) && !running.getKey().equals(name);
                world.demand(
                        !sameTask || !isActive(other, running.getValue()),
                        () -> "job " + name + " runs beside " + running.getKey());
            }
        }
        boolean hangs = world.chance(0.03);
        Job job = new Job(world.now().plusSeconds(hangs ? 100_000 : world.between(5, 300)), world.chance(0.85));
        if (world.chance(0.03)) {
            job.vanishes = world.now().plusSeconds(world.between(5, 100));
        }
        job.unseen = world.chance(0.01);
        job.deaf = world.chance(0.02);
        machine.jobs.put(name, job);
        world.tell(() -> "cloud: job " + name + " on " + machine.name + " until " + job.ends + ", succeeds "
                + job.succeeds + ", vanishes " + job.vanishes + (job.unseen ? ", unseen" : "")
                + (job.deaf ? ", deaf" : ""));
    }

    private boolean isActive(Machine machine, Job job) {
        Instant now = world.now();
        return machine.gone == null
                && !machine.isBroken(now)
                && job.ends.isAfter(now)
                && (job.vanishes == null || job.vanishes.isAfter(now));
    }

    @Override
    public Optional<ReportedJob> describeJob(ClusterRef cluster, String name) {
        unavailable(0.04);
        Instant now = world.now();
        return byName(cluster.name()).flatMap(machine -> {
            Job job = machine.jobs.get(name);
            if (job == null || (job.vanishes != null && !job.vanishes.isAfter(now))) {
                return Optional.empty();
            }
            if (job.unseen) {
                throw new ProviderUnavailable("its answer can't be read", new IllegalStateException());
            }
            if (isActive(machine, job)) {
                return Optional.of(new ReportedJob(ReportedJob.JobState.ACTIVE, ""));
            }
            boolean cut = machine.isBroken(now) && job.ends.isAfter(now);
            ReportedJob.JobState state =
                    job.succeeds && !cut ? ReportedJob.JobState.SUCCEEDED : ReportedJob.JobState.FAILED;
            results.put(name, state);
            return Optional.of(new ReportedJob(state, state == ReportedJob.JobState.FAILED ? "exit code 1" : ""));
        });
    }

    @Override
    public void cancel(ClusterRef cluster, String name) {
        unavailable(0.05);
        byName(cluster.name())
                .map(machine -> machine.jobs.get(name))
                .filter(job -> !job.deaf)
                .ifPresent(this::cut);
    }

    private void cut(Job job) {
        if (job.ends.isAfter(world.now())) {
            job.ends = world.now();
            job.succeeds = false;
        }
    }

    @Override
    public List<String> logs(ClusterRef cluster, String job) {
        return List.of();
    }

    @Override
    public byte[] readLog(ClusterRef cluster, String job, String log, long offset, int maxBytes) {
        return new byte[0];
    }

    private void unavailable(double chance) {
        if (world.isOut() || world.chance(chance)) {
            throw new ProviderUnavailable("unavailable", new IllegalStateException());
        }
    }

    /** What it holds, for the message of a violation. */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        for (Machine machine : existing()) {
            words.add(machine.name + (machine.isBroken(world.now()) ? " broken" : ""));
        }
        return words.toString();
    }

    /** Wraps a process's calls, so that things can go wrong between it and the cloud. */
    ClusterProvider seenBy(Supplier<Runnable> faults) {
        return new FaultyProvider(this, faults);
    }
}
