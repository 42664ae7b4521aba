package dev.mayfly.bench;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Scope;
import dev.mayfly.capacity.Capacity;
import dev.mayfly.capacity.Resources;
import dev.mayfly.capacity.Unit;
import dev.mayfly.engine.Run;
import dev.mayfly.engine.RunId;
import dev.mayfly.pipeline.PipelineText;
import dev.mayfly.retraining.RunsByHand;
import dev.mayfly.testing.Installation;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How fast runs get on: {@code make bench-engine}. Prints a line per figure, with the goal, and the machine; {@code latencies},
 * {@code throughput} and {@code finished} are its parts.
 */
final class EngineBench {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final int SAMPLES = 200;
    private static final int RUNS = 1_000;
    private static final int TASKS = 12;

    private EngineBench() {}

    public static void main(String[] arguments) throws Exception {
        System.out.printf(
                "machine: %d cores, %s, JDK %s%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.arch"),
                System.getProperty("java.version"));
        List<String> wanted = List.of(arguments);
        if (wanted.isEmpty() || wanted.contains("latencies")) {
            latencies();
        }
        if (wanted.isEmpty() || wanted.contains("throughput")) {
            throughput();
        }
        if (wanted.isEmpty() || wanted.contains("finished")) {
            finishedRuns();
        }
    }

    /** One run after the other, so that nothing but the way itself is measured. */
    private static void latencies() throws Exception {
        try (BenchedInstallation benched =
                new BenchedInstallation(new Capacity(Map.of("fake", Resources.of(Unit.INSTANCES, 2))), POLL)) {
            Installation installation = benched.installation();
            List<Double> due = new ArrayList<>();
            List<Double> next = new ArrayList<>();
            installation.retraining.apply(
                    Actor.OWNER,
                    PipelineText.alone(
                            "p.yaml",
                            pipeline(
                                    "timed", 2, "schedule: {cron: \"0 0 1 1 *\", start: 2026-01-01, catchup: true}\n")),
                    false);
            for (int n = 0; n < SAMPLES + 20; n++) {
                Instant at = Instant.now().plusMillis(150 + n % 37);
                installation.database.useTransaction(
                        tx -> tx.execute("update pipeline set next_due = ? where name = 'timed'", Timestamp.from(at)));
                installation.wakeups.wake("schedule", "timed");
                RunId run = awaitRun(installation, "timed", n + 1);
                awaitEnd(installation, run);
                long created = at(installation.cloud.createdAt, run.toString());
                long dueNanos =
                        System.nanoTime() - Duration.between(at, Instant.now()).toNanos();
                if (n >= 20) {
                    due.add((created - dueNanos) / 1e6);
                    String first = run.shortForm() + "-t0-1";
                    String second = run.shortForm() + "-t1-1";
                    next.add((at(installation.cloud.submittedAt, second) - at(installation.cloud.succeededAt, first))
                            / 1e6);
                }
            }
            print("due time to create call", due, "p50 <= 50 ms, p99 <= 50 ms");
            print("task ready to submitted", next, "p50 <= 20 ms");
            freed(installation);
        }
    }

    /** Two pipelines on room for one cluster: from the deletion of one to the creation of the other. */
    private static void freed(Installation installation) throws Exception {
        List<Double> freed = new ArrayList<>();
        for (String name : List.of("left", "right")) {
            installation.retraining.apply(Actor.OWNER, PipelineText.alone("p.yaml", pipeline(name, 1, "")), false);
        }
        for (int n = 0; n < 50; n++) {
            RunId left = open(installation, "left");
            RunId right = open(installation, "right");
            awaitEnd(installation, left);
            awaitEnd(installation, right);
            long gone = at(
                    installation.cloud.goneAt,
                    installation.clusters.ofRun(left).get(0).name());
            long created = at(installation.cloud.createdAt, right.toString());
            if (created > gone) {
                freed.add((created - gone) / 1e6);
            }
        }
        print("capacity freed to next launch", freed, "<= 1 s, one look of 100 ms at the cloud included");
    }

    /** All at once: first the whole way, then the time in which all of them were at work, from their own rows. */
    private static void throughput() throws Exception {
        try (BenchedInstallation benched = new BenchedInstallation(Capacity.unlimited(), Duration.ofSeconds(2))) {
            Installation installation = benched.installation();
            for (int n = 0; n < RUNS; n++) {
                installation.retraining.apply(
                        Actor.OWNER, PipelineText.alone("p.yaml", pipeline("p" + n, TASKS, "")), false);
            }
            long begin = System.nanoTime();
            for (int n = 0; n < RUNS; n++) {
                open(installation, "p" + n);
            }
            while (installation.cloud.succeededAt.size() < RUNS * TASKS) {
                Thread.sleep(200);
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            System.out.printf(
                    "%-32s %,.0f task transitions/s (%,d runs of %d tasks opened at once, all done in %.1f s)%n",
                    "throughput, opening included", 2.0 * RUNS * TASKS / seconds, RUNS, TASKS, seconds);
            printSustained(installation);
        }
    }

    /** A task is opened and ended: two transitions, more if it is seen running. */
    private static void printSustained(Installation installation) {
        double[] row = installation.database.read(tx -> tx.createQuery("""
                        with first as (select created_at, ended_at from attempt where task = 't0'),
                        last as (select created_at, ended_at from attempt where task = :last),
                        atWork as (select (select max(ended_at) from first) as since,
                                          (select min(ended_at) from last) as until)
                        select extract(epoch from until - since) as seconds,
                          (select count(*) from attempt where created_at between since and until)
                          + (select count(*) from attempt where ended_at between since and until) as transitions
                        from atWork""")
                .bind("last", "t" + (TASKS - 1))
                .map((result, context) -> new double[] {result.getDouble("transitions"), result.getDouble("seconds")})
                .one());
        System.out.printf(
                "%-32s %,.0f task transitions/s (%,.0f in the %.1f s in which all %,d runs were active; goal >= 1,500/s)%n",
                "throughput, sustained", row[0] / row[1], row[0], row[1], RUNS);
    }

    /** A run's way with ever more finished runs in the database. */
    private static void finishedRuns() throws Exception {
        try (BenchedInstallation benched = new BenchedInstallation(Capacity.unlimited(), POLL)) {
            Installation installation = benched.installation();
            installation.retraining.apply(Actor.OWNER, PipelineText.alone("p.yaml", pipeline("p", 2, "")), false);
            long rows = 0;
            for (long finished : new long[] {1_000, 10_000, 100_000, 1_000_000}) {
                FinishedRuns.fill(installation.database, rows, finished);
                rows = finished;
                List<Double> whole = new ArrayList<>();
                for (int n = 0; n < 60; n++) {
                    long begin = System.nanoTime();
                    RunId run = open(installation, "p");
                    String last = run.shortForm() + "-t1-1";
                    while (!installation.cloud.succeededAt.containsKey(last)) {
                        Thread.sleep(1);
                    }
                    whole.add((System.nanoTime() - begin) / 1e6);
                    awaitEnd(installation, run);
                }
                System.gc();
                long heap = Runtime.getRuntime().totalMemory()
                        - Runtime.getRuntime().freeMemory();
                print(
                        String.format("run opened to last job, %,d", finished),
                        whole,
                        "no slower with more finished runs; heap in use " + (heap >> 20) + " MB");
            }
        }
    }

    private static RunId open(Installation installation, String pipeline) {
        return installation
                .retraining
                .byHand()
                .open(Actor.OWNER, pipeline, new RunsByHand.Wanted(Map.of(), null, false))
                .runs()
                .get(0);
    }

    private static RunId awaitRun(Installation installation, String pipeline, int count) throws InterruptedException {
        while (true) {
            List<Run> runs = installation.retraining.runs().newest(Scope.EVERYTHING, pipeline, count + 1);
            if (runs.size() == count) {
                return runs.get(0).id();
            }
            Thread.sleep(5);
        }
    }

    private static void awaitEnd(Installation installation, RunId run) throws InterruptedException {
        while (!installation
                .retraining
                .runs()
                .details(run.toString())
                .run()
                .state()
                .isTerminal()) {
            Thread.sleep(5);
        }
    }

    private static long at(Map<String, Long> moments, String what) {
        return Objects.requireNonNull(moments.get(what), what);
    }

    private static void print(String what, List<Double> millis, String goal) {
        double[] sorted = millis.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        System.out.printf(
                "%-32s p50 %.1f ms, p90 %.1f, p99 %.1f, most %.1f (%d samples; goal %s)%n",
                what,
                sorted[sorted.length / 2],
                sorted[sorted.length * 9 / 10],
                sorted[sorted.length * 99 / 100],
                sorted[sorted.length - 1],
                sorted.length,
                goal);
    }

    private static String pipeline(String name, int tasks, String extra) {
        StringBuilder yaml = new StringBuilder("name: ")
                .append(name)
                .append('\n')
                .append(extra)
                .append("cluster: {provider: fake, workers: {memory: 1 GB}}\ntasks:\n");
        for (int n = 0; n < tasks; n++) {
            yaml.append("  t")
                    .append(n)
                    .append(n == 0 ? ": {" : ": {needs: [t" + (n - 1) + "], ")
                    .append("spark: {package: jobs, main_class: Main}}\n");
        }
        return yaml.toString();
    }
}
