package dev.mayfly.simulation;

import dev.mayfly.capacity.Capacity;
import dev.mayfly.capacity.DataSize;
import dev.mayfly.capacity.Resources;
import dev.mayfly.capacity.Unit;
import dev.mayfly.cluster.Cluster;
import dev.mayfly.cluster.ClusterSpec;
import dev.mayfly.cluster.SimulatedClusters;
import dev.mayfly.engine.AttemptId;
import dev.mayfly.engine.NewRun;
import dev.mayfly.engine.Plan;
import dev.mayfly.engine.Retry;
import dev.mayfly.engine.Run;
import dev.mayfly.engine.RunId;
import dev.mayfly.engine.RunState;
import dev.mayfly.engine.SimulatedRuns;
import dev.mayfly.engine.TaskState;
import dev.mayfly.engine.TriggerRule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * One simulated installation, from its seed: some runs of several pipelines, two control planes that crash and pause, an hour of
 * trouble, then peace. Every promise is checked after every step, and at the end that nothing is left. The same seed always
 * does the same.
 */
final class Simulation {

    private static final Duration TROUBLE = Duration.ofMinutes(70);
    private static final Duration SOON = Duration.ofMinutes(30);
    private static final Duration PATIENCE = Duration.ofHours(12);
    private static final int MOST_STEPS = 60_000;
    private static final Resources LIMIT = Resources.of(
                    Unit.SSD, DataSize.parse("200 GB").bytes())
            .with(Unit.CORES, 16)
            .with(Unit.INSTANCES, 8)
            .with(Unit.OPERATIONS, 3);

    private final World world;
    private final SimulatedCloud cloud;
    private final SimulatedRuns runs = new SimulatedRuns();
    private final SimulatedClusters clusters = new SimulatedClusters(runs::isRunning);
    private final SimulatedOpenings openings;
    private final Planes planes;
    private final Map<UUID, Cluster> before = new HashMap<>();
    private final Map<RunId, Run> runsBefore = new HashMap<>();
    private final List<RunId> opened = new ArrayList<>();
    private int steps;
    private long checked = -1;

    /** What is wrong in the simulated installation; nothing, as a rule. */
    record Bugs(SimulatedRuns.Bug run, SimulatedClusters.Bug cluster, Between between) {
        static final Bugs NONE = new Bugs(SimulatedRuns.Bug.NONE, SimulatedClusters.Bug.NONE, Between.NONE);

        /** What may be wrong between runs, clusters and the cloud. */
        enum Between {
            NONE,
            /** Jobs are submitted without looking whether they were before. */
            BLIND_SUBMITS,
            NO_REAPER,
            /** A cluster whose job does not end when it is stopped is not given up. */
            NOTHING_ABANDONED
        }
    }

    Simulation(long seed, Bugs bugs) {
        this.world = new World(seed);
        this.cloud = new SimulatedCloud(world, LIMIT);
        if (bugs.between() == Bugs.Between.BLIND_SUBMITS) {
            cloud.submitBlindly();
        }
        this.openings = new SimulatedOpenings(world, upstream -> open("after", opened.size()));
        this.planes = new Planes(
                world, cloud, runs, clusters, openings, new Capacity(Map.of("cloud", LIMIT)), bugs, this::check);
        world.define("small", spec(1, "20 GB", Duration.ZERO));
        world.define("warm", spec(1, "30 GB", Duration.ofMinutes(10)));
        world.define("large", spec(3, "40 GB", Duration.ZERO));
        world.define("after", spec(1, "20 GB", Duration.ZERO));
        world.define("impossible", spec(3, "60 GB", Duration.ZERO));
    }

    /** Runs it to its end. Returns the number of steps; throws {@link Violation} if a promise was broken. */
    int run() {
        plan();
        world.afterEachEvent(this::check);
        world.later(TROUBLE, world::calmDown);
        while (!isOver()) {
            planes.step();
            steps++;
            checkPatience();
            world.demand(
                    steps < MOST_STEPS && world.now().isBefore(World.BEGIN.plus(PATIENCE)),
                    () -> "stuck: runs " + unfinished() + ", clusters "
                            + clusters.all().stream()
                                    .filter(cluster -> !SimulatedClusters.isOver(cluster))
                                    .toList() + ", cloud " + cloud);
        }
        checkTheEnd();
        return steps;
    }

    private void plan() {
        int count = 3 + world.below(5);
        for (int n = 0; n < count; n++) {
            String flow = List.of("small", "warm", "warm", "large", "large", "small", "impossible")
                    .get(world.below(7));
            long number = n;
            world.later(Duration.ofSeconds(world.between(0, 1_500)), () -> open(flow, number));
        }
        if (world.coin()) {
            world.later(
                    Duration.ofSeconds(world.between(60, 2_400)),
                    () -> world.goOut(Duration.ofSeconds(world.between(30, 400))));
        }
        if (world.coin()) {
            Resources use = Resources.of(Unit.SSD, DataSize.parse("80 GB").bytes());
            world.later(Duration.ofSeconds(world.between(0, 1_500)), () -> cloud.othersUse(use));
            world.later(TROUBLE, () -> cloud.othersUse(Resources.NONE));
        }
    }

    private void open(String flow, long number) {
        RunId id = new RunId(new UUID(world.between(Long.MIN_VALUE / 4, Long.MAX_VALUE / 4), number));
        Plan plan = new Plan(
                List.of(step("clean", true), step("train", true, "clean"), step("promote", false, "train")),
                new Plan.Limits(Duration.ofMinutes(50), 2));
        opened.add(runs.open(id, new NewRun(flow, id.toString(), plan), world.now()));
        planes.wake("run", id.toString());
        if (world.chance(0.15)) {
            world.later(Duration.ofSeconds(world.between(1, 900)), () -> {
                runs.cancel(id, "by hand");
                planes.wake("run", id.toString());
            });
        }
        if (world.chance(0.15)) {
            world.later(Duration.ofSeconds(world.between(600, 3_000)), () -> {
                runs.retry(id);
                planes.wake("run", id.toString());
            });
        }
    }

    private static Plan.Step step(String name, boolean needsAllocation, String... needs) {
        return new Plan.Step(
                name,
                List.of(needs),
                TriggerRule.ALL_SUCCESS,
                new Retry(2, Duration.ofSeconds(10), 0.2),
                Duration.ofMinutes(10),
                needsAllocation);
    }

    private static ClusterSpec spec(int workers, String ssd, Duration keepWarm) {
        ClusterSpec.Node node =
                new ClusterSpec.Node(2, DataSize.parse("8 GB"), DataSize.parse(ssd), ClusterSpec.DiskType.SSD);
        return new ClusterSpec(
                "cloud", node, workers, node, new ClusterSpec.Lifetime(Duration.ofHours(2), keepWarm), 0, Map.of());
    }

    private boolean isOver() {
        return world.isCalm()
                && unfinished().isEmpty()
                && clusters.all().stream().allMatch(SimulatedClusters::isOver)
                && cloud.isEmpty()
                && openings.isEmpty()
                && world.openTracking().isEmpty();
    }

    private List<RunId> unfinished() {
        return runs.all().stream()
                .filter(run -> !run.state().isTerminal())
                .map(Run::id)
                .toList();
    }

    /** A run that is to stop ends soon once nothing goes wrong any more, even if its jobs can't be seen or stopped. */
    private void checkPatience() {
        if (!world.now().isAfter(World.BEGIN.plus(TROUBLE).plus(SOON))) {
            return;
        }
        for (Run run : runs.all()) {
            Instant started = run.timestamps().started();
            boolean late = run.state() == RunState.RUNNING
                    && started != null
                    && started.plus(run.limits().timeout()).plus(SOON).isBefore(world.now());
            world.demand(!late, () -> "run " + run.id() + " is over its timeout and still at work: " + run.tasks());
        }
    }

    /** Whether a run is opened after one that ends so. */
    static boolean isUpstream(String flow, RunState result) {
        return flow.equals("small") && result == RunState.SUCCEEDED;
    }

    /** What did not change keeps its promises. */
    private void check() {
        long changes = runs.changes() + clusters.changes() + cloud.changes();
        if (changes == checked) {
            return;
        }
        checked = changes;
        List<Cluster> rows = clusters.all();
        checkRoom(rows);
        checkCloud(rows);
        checkFairness(rows);
        rows.forEach(this::remember);
        for (Run run : runs.all()) {
            remember(run);
            if (run.state().isTerminal()) {
                rows.stream()
                        .filter(row -> row.run().equals(run.id()))
                        .forEach(row -> world.demand(
                                SimulatedClusters.isOver(row)
                                        || row.timestamps().idle() != null,
                                () -> "run " + run.id() + " is " + run.state() + " and its cluster " + row.name() + " "
                                        + row.state()));
            }
        }
    }

    private void remember(Run run) {
        Run earlier = runsBefore.put(run.id(), run);
        if (earlier != null) {
            checkHistory(earlier, run);
        }
        if (earlier == null || earlier.generation() != run.generation()) {
            world.tell(() -> "run " + run.id().shortForm() + " (" + run.flow() + "): " + run.status() + " "
                    + run.tasks().stream()
                            .map(task -> task.step().name() + " " + task.state() + " "
                                    + task.lastAttempt()
                                            .map(attempt -> attempt.id().number() + " " + attempt.state())
                                            .orElse(""))
                            .toList());
        }
    }

    /** What is recorded of a run only grows: attempts are not lost, ends not taken back, and it is not opened again by itself. */
    private void checkHistory(Run earlier, Run run) {
        world.demand(
                !earlier.state().isTerminal() || run.state() == earlier.state() || run.state() == RunState.QUEUED,
                () -> "run " + run.id() + " was " + earlier.state() + " and is " + run.state());
        for (Run.Task task : run.tasks()) {
            List<Run.Attempt> attempts = task.attempts();
            List<Run.Attempt> were = earlier.task(task.step().name()).attempts();
            boolean kept = attempts.size() >= were.size();
            for (int n = 0; kept && n < were.size(); n++) {
                kept = were.get(n).state().compareTo(attempts.get(n).state()) <= 0
                        && (!were.get(n).state().isTerminal() || were.get(n).equals(attempts.get(n)));
            }
            world.demand(kept, () -> "run " + run.id() + ": attempts " + were + " became " + attempts);
        }
    }

    private void remember(Cluster row) {
        Cluster earlier = before.put(row.id().value(), row);
        if (earlier == null || !earlier.status().equals(row.status())) {
            world.tell(() -> "cluster " + row.name() + " of " + row.run().shortForm() + ": " + row.status());
        }
    }

    private void checkRoom(List<Cluster> rows) {
        Resources held = rows.stream()
                .filter(SimulatedClusters::holdsRoom)
                .map(Cluster::demand)
                .reduce(Resources.NONE, Resources::plus);
        world.demand(held.fitsIn(LIMIT), () -> "more room is taken than there is: " + held);
    }

    /** What exists was intended, and holds its room; only what landed when its row was closed may be unknown. */
    private void checkCloud(List<Cluster> rows) {
        Map<String, Cluster> byName = new HashMap<>();
        rows.forEach(row -> byName.put(row.name(), row));
        for (SimulatedCloud.Machine machine : cloud.existing()) {
            Cluster row = byName.get(machine.name);
            world.demand(
                    row != null && row.timestamps().created() != null,
                    () -> "cluster " + machine.name + " was never intended");
            if (row != null && !SimulatedClusters.holdsRoom(row)) {
                Instant proved = row.timestamps().proved();
                boolean landedLate =
                        proved != null && !machine.lands.isBefore(proved.minusSeconds(Planes.SKEW_SECONDS));
                world.demand(landedLate, () -> "cluster " + machine.name + " exists and its row is " + row.state());
            }
        }
    }

    /** Nobody was let in at the cost of one who waits before. */
    private void checkFairness(List<Cluster> rows) {
        List<Cluster> let = rows.stream()
                .filter(row -> SimulatedClusters.holdsRoom(row) && wasWaiting(row))
                .toList();
        for (Cluster in : let) {
            for (Cluster waiting : rows) {
                boolean first = wasWaiting(waiting)
                        && !SimulatedClusters.holdsRoom(waiting)
                        && !SimulatedClusters.isOver(waiting)
                        && waiting.status().needed()
                        && waiting.timestamps()
                                .requested()
                                .isBefore(in.timestamps().requested());
                if (first) {
                    Resources both = in.demand().plus(waiting.demand());
                    Resources held = rows.stream()
                            .filter(row -> SimulatedClusters.holdsRoom(row) && !row.equals(in))
                            .map(Cluster::demand)
                            .reduce(Resources.NONE, Resources::plus);
                    Resources all = held.plus(both);
                    boolean costs = LIMIT.amounts().keySet().stream()
                            .anyMatch(unit -> all.of(unit) > LIMIT.of(unit)
                                    && in.demand().of(unit) > 0
                                    && waiting.demand().of(unit) > 0);
                    world.demand(!costs, () -> in.name() + " was let in before " + waiting.name() + " at its cost");
                }
            }
        }
    }

    private boolean wasWaiting(Cluster row) {
        Cluster earlier = before.get(row.id().value());
        return earlier != null && earlier.state() == dev.mayfly.cluster.ClusterState.WAITING;
    }

    private void checkTheEnd() {
        world.demand(runs.all().size() == opened.size(), () -> "a run is lost");
        for (Run run : runs.all()) {
            for (Run.Task task : run.tasks()) {
                if (task.state() == TaskState.SUCCEEDED && task.step().needsAllocation()) {
                    AttemptId last = task.lastAttempt().orElseThrow().id();
                    world.demand(cloud.succeeded(last.jobName()), () -> "task " + last + " succeeded, its job did not");
                }
            }
            world.demand(
                    openings.isOpened(run.id()) == isUpstream(run.flow(), run.state()),
                    () -> "run " + run.id() + " of " + run.flow() + " is " + run.state() + " and the run after it is "
                            + (openings.isOpened(run.id()) ? "opened" : "not opened"));
            boolean all = run.tasks().stream().allMatch(task -> task.state() == TaskState.SUCCEEDED);
            world.demand(
                    all == (run.state() == RunState.SUCCEEDED),
                    () -> "run " + run.id() + " is " + run.state() + ", its tasks " + run.tasks());
            if (run.flow().equals("impossible")) {
                world.demand(run.state() != RunState.SUCCEEDED, () -> "what can never fit has run");
            }
        }
    }
}
