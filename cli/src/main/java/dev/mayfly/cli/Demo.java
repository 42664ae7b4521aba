package dev.mayfly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.api.ApiClient;
import dev.mayfly.api.ApiFailure;
import dev.mayfly.api.ClusterApi;
import dev.mayfly.api.PipelineApi;
import dev.mayfly.api.RunApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One demo, step by step, over the same API that everyone uses. */
final class Demo {

    private static final String CLEAN = "clean-transactions";
    private static final String TRAIN = "train-fraud";
    private static final long POLL_MILLIS = 400;
    private static final int TIDY_SECONDS = 60;

    private final DemoPlan plan;
    private final Progress progress;
    private final boolean keep;
    private final DemoServer server;
    private final Map<String, Duration> steps = new LinkedHashMap<>();
    private final CountDownLatch tidied = new CountDownLatch(1);
    private volatile boolean interrupted;
    private volatile @Nullable Process simulator;

    Demo(DemoPlan plan, Progress progress, boolean keep) {
        this.plan = plan;
        this.progress = progress;
        this.keep = keep;
        this.server = new DemoServer(plan.home(), plan.data(), plan.transactions());
    }

    /** Runs the demo; returns true only if every step succeeded. */
    boolean run() throws IOException, InterruptedException {
        Thread hook = new Thread(this::tidyUp, "demo-interrupted");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return perform();
        } catch (CommandFailed | ApiFailure e) {
            if (interrupted) {
                tidied.await();
            }
            throw e;
        } finally {
            if (!interrupted) {
                Runtime.getRuntime().removeShutdownHook(hook);
                if (!keep) {
                    server.stop();
                }
            }
        }
    }

    private boolean perform() throws IOException, InterruptedException {
        step("start", () -> server.start(progress));
        progress.say("control plane at " + server.api().base() + (server.isOurs() ? "" : " (it was running already)")
                + ", data in " + plan.data());
        step("transactions", this::transactions);
        for (String example : List.of(CLEAN, TRAIN)) {
            PipelineApi.Applied applied =
                    PipelineCommand.apply(server.api(), plan.home().resolve("examples/" + example + ".yaml"));
            progress.say("pipeline " + example + " " + applied.change());
        }
        List<String> cleaning = new ArrayList<>();
        step("clean", () -> cleaning.addAll(clean()));
        List<String> training = new ArrayList<>();
        if (allSlicesDone()) {
            step("train", () -> training.add(train()));
        }
        DemoSummary summary = new DemoSummary(server.api(), plan, cleaning, training, steps);
        progress.print(summary.text(progress.elapsed(), keep || !server.isOurs() ? null : server.log()));
        if (progress.resultIsForMachines()) {
            System.out.println(summary.json(progress.elapsed()));
        }
        return summary.ok();
    }

    private interface Act {
        void run() throws IOException, InterruptedException;
    }

    private void step(String name, Act act) throws IOException, InterruptedException {
        Duration before = progress.elapsed();
        act.run();
        steps.put(name, progress.elapsed().minus(before));
    }

    private void transactions() throws IOException, InterruptedException {
        if (plan.source().folder() != null) {
            progress.say("transactions: the files of " + plan.transactions());
            return;
        }
        if (Files.exists(plan.transactions())) {
            progress.say("transactions: simulated before, in " + plan.transactions());
            return;
        }
        Files.createDirectories(plan.transactions().getParent());
        progress.live("simulating transactions");
        Path log = plan.data().resolve("simulate.log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx2g",
                        "-cp",
                        plan.home().resolve("dist/jobs/mayfly-jobs.jar").toString(),
                        "dev.mayfly.jobs.simulate.Simulate",
                        "--output",
                        plan.transactions().toString(),
                        "--customers",
                        Integer.toString(plan.source().customers()),
                        "--days",
                        Integer.toString(plan.source().days()),
                        "--seed",
                        Long.toString(plan.source().seed()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        simulator = process;
        if (process.waitFor() != 0) {
            throw new CommandFailed(CommandFailed.FAILED, "the simulator failed; see " + log);
        }
        JsonNode manifest =
                ApiClient.JSON.readTree(Files.readAllBytes(plan.transactions().resolve("manifest.json")));
        progress.say(
                "transactions: " + Format.number(manifest.path("transactions").asDouble()) + " simulated, "
                        + Format.number(manifest.path("frauds").asDouble()) + " of them fraud; dirt on "
                        + manifest.path("dirt_share").asDouble() * 100 + " % of the rows, placeholder terminal on "
                        + manifest.path("placeholder_share").asDouble() * 100 + " %");
    }

    /** Runs the cleaning; returns its runs, with those that an interrupted demo left behind. */
    private Set<String> clean() throws InterruptedException {
        Set<String> runs = new LinkedHashSet<>();
        server.api().call(RunApi.LIST, new RunApi.Which(CLEAN, 100)).stream()
                .filter(run -> !run.isFinal())
                .forEach(run -> runs.add(run.id()));
        Map<String, String> parameters = Map.of(
                "transactions",
                plan.transactions().toString(),
                "output",
                plan.lake().toString());
        runs.addAll(PipelineCommand.open(server.api(), CLEAN, parameters, true).runs());
        if (runs.isEmpty()) {
            progress.say("cleaning: every slice is done already");
        } else {
            progress.say("cleaning: " + runs.size() + " slices, each on a cluster of its own");
        }
        follow(runs);
        return runs;
    }

    private String train() throws InterruptedException {
        Map<String, String> parameters = Map.of(
                "input", plan.lake().toString(),
                "learner", plan.learning().learner(),
                "trials", Integer.toString(plan.learning().trials()),
                "train_days", Integer.toString(plan.learning().trainDays()));
        String run = PipelineCommand.open(server.api(), TRAIN, parameters, false)
                .runs()
                .get(0);
        progress.say("training: run " + Format.shortId(run));
        follow(Set.of(run));
        return run;
    }

    private boolean allSlicesDone() {
        return server.api().call(PipelineApi.SLICES, new PipelineApi.ByName(CLEAN)).stream()
                .filter(slice -> slice.input().startsWith(plan.transactions() + "/"))
                .allMatch(slice -> slice.state().equals("done"));
    }

    /** Waits until all runs are over, and prints every change. */
    private void follow(Set<String> runs) throws InterruptedException {
        Map<String, String> told = new HashMap<>();
        Set<String> open = new LinkedHashSet<>(runs);
        while (!open.isEmpty()) {
            String now = "";
            for (String id : List.copyOf(open)) {
                RunApi.Run run = server.api().call(RunApi.SHOW, new RunApi.ById(id));
                String line = line(run);
                boolean began = !run.state().equals("queued");
                if (began && now.isEmpty()) {
                    now = line;
                }
                if (began && !line.equals(told.put(id, line))) {
                    progress.say(line);
                }
                if (run.isFinal()) {
                    open.remove(id);
                }
            }
            if (!open.isEmpty()) {
                progress.live(now + " ...");
                Thread.sleep(POLL_MILLIS);
            }
        }
    }

    private static String line(RunApi.Run run) {
        PipelineApi.Slice slice = run.origin() == null ? null : run.origin().slice();
        StringBuilder line = new StringBuilder("  ")
                .append(Format.shortId(run.id()))
                .append(slice == null ? "" : " slice " + slice.number())
                .append(": ")
                .append(Format.state(run.state()));
        run.tasks()
                .forEach(task ->
                        line.append(", ").append(task.name()).append(' ').append(Format.state(task.state())));
        List<ClusterApi.Cluster> clusters = Objects.requireNonNullElse(run.clusters(), List.of());
        if (!clusters.isEmpty()) {
            line.append(", cluster ")
                    .append(Format.state(clusters.get(clusters.size() - 1).state()));
        }
        return run.reason() == null ? line.toString() : line + ": " + run.reason();
    }

    /** Cleans up on Ctrl-C, so that nothing that the demo started is left behind. */
    private void tidyUp() {
        interrupted = true;
        try {
            Process simulating = simulator;
            if (simulating != null) {
                simulating.destroy();
            }
            if (server.isOurs()) {
                if (server.hasAnswered()) {
                    progress.say("interrupted: cancelling runs and deleting their clusters");
                    cancelAll();
                }
                server.stop();
                progress.say("stopped; the next demo continues from here");
            } else if (server.hasAnswered()) {
                progress.say("interrupted; the runs go on at " + server.api().base());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            tidied.countDown();
        }
    }

    private void cancelAll() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIDY_SECONDS);
        try {
            active().forEach(run -> server.api().call(RunApi.CANCEL, new RunApi.Cancel(run.id(), "interrupted")));
            while (!active().isEmpty() && System.nanoTime() < deadline) {
                Thread.sleep(POLL_MILLIS);
            }
        } catch (CommandFailed | ApiFailure e) {
            progress.say("the server no longer answers: " + e.getMessage());
        }
    }

    private List<RunApi.Run> active() {
        return server.api().call(RunApi.LIST, new RunApi.Which(null, 500)).stream()
                .filter(run -> !run.isFinal())
                .toList();
    }
}
