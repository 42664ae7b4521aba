package dev.mayfly.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Cleaning and training beside the recipe that they replace: each in a JVM of its own on {@code local[2]} with the same
 * heap, Spark's own settings and the archive of its classes, one after the other, alternating; 4 candidates by 3 folds
 * on either side. The old recipe is stopped when it has taken {@value #ENOUGH} times as long. An application that does
 * nothing shows what the start takes. The same at a tenth of the customers shows how time grows. If a Python is given,
 * the same search is also done as one would without a cluster, with Polars and with pandas. Arguments: the launcher, a
 * folder of work, and {@code FOLDER} of transactions or {@code simulate:CUSTOMERS:DAYS}; then the number of rounds, the
 * Python or an empty text, and its script.
 */
final class TrainBench {

    private static final String HEAP = "3g";
    private static final int ENOUGH = 3;
    private static final int PATIENCE_MINUTES = 30;
    private static final String JOBS = "dev.mayfly.jobs.";
    private static final Pattern RUN_ID = Pattern.compile("\"run_id\"\\s*:\\s*\"([0-9a-f]{32})\"");
    private static final Pattern STAGES = Pattern.compile("(?m)^time: (.*)$");
    private static final Pattern EXPERIMENT = Pattern.compile("\"experiment_id\"\\s*:\\s*\"(\\d+)\"");

    private final Path launcher;
    private final Path work;
    private final Map<String, List<Double>> seconds = new TreeMap<>();
    private final List<String> withoutCluster = new ArrayList<>();
    private final Set<String> ended = new HashSet<>();
    private String stages = "";

    private TrainBench(Path launcher, Path work) {
        this.launcher = launcher;
        this.work = work;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path work = Path.of(arguments[1]).toAbsolutePath();
        TrainBench bench = new TrainBench(Path.of(arguments[0]).toAbsolutePath(), work);
        int rounds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 1;
        if (arguments.length > 5 && !arguments[4].isEmpty()) {
            bench.withoutCluster.addAll(List.of(arguments[4], arguments[5]));
        }
        System.out.printf(
                "machine: %d cores, %s, JDK %s; heap %s each, Spark local[2]; %d rounds, alternating%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.arch"),
                System.getProperty("java.version"),
                HEAP,
                rounds);
        Path transactions = bench.transactions(arguments[2], "all");
        ServerProcess server = ServerProcess.start(bench.launcher, work.resolve("server"), Map.of());
        try {
            for (int round = 0; round < rounds; round++) {
                bench.timed("start", OldRecipe.class.getName(), Map.of(), "nothing");
                bench.round(transactions, "", server);
            }
            bench.report();
            if (arguments[2].startsWith("simulate:")) {
                String[] parts = arguments[2].split(":", -1);
                String tenth = "simulate:" + Integer.parseInt(parts[1]) / 10 + ":" + parts[2];
                bench.round(bench.transactions(tenth, "tenth"), "tenth ", server);
                bench.growth("clean");
                bench.growth("train");
            }
        } finally {
            server.stop();
        }
    }

    private Path transactions(String source, String name) throws IOException, InterruptedException {
        if (!source.startsWith("simulate:")) {
            return Path.of(source);
        }
        String[] parts = source.split(":", -1);
        Path folder = work.resolve("transactions-" + name);
        if (!Files.isDirectory(folder)) {
            run(
                    "simulate",
                    JOBS + "simulate.Simulate",
                    Map.of(),
                    "--output",
                    folder.toString(),
                    "--customers",
                    parts[1],
                    "--days",
                    parts[2],
                    "--seed",
                    "7");
        }
        return folder;
    }

    private void round(Path transactions, String size, ServerProcess server) throws IOException, InterruptedException {
        String files;
        try (Stream<Path> all = Files.list(transactions)) {
            files = all.map(Path::toString)
                    .filter(name -> name.endsWith(".gz"))
                    .sorted()
                    .collect(Collectors.joining(","));
        }
        Path lake = Files.createTempDirectory(work, "lake");
        timed(size + "clean", JOBS + "clean.Clean", Map.of(), "--input", files, "--output", lake.toString());
        if (size.isEmpty()) {
            old("clean", files, lake.resolve("old").toString());
        }
        Map<String, String> tracking = Map.of("MLFLOW_TRACKING_URI", server.url(), "MLFLOW_RUN_ID", newRun(server));
        String told = timed(
                size + "train",
                JOBS + "train.Train",
                tracking,
                "--input",
                lake.toString(),
                "--model",
                "bench",
                "--trials",
                "4",
                "--folds",
                "3",
                "--train-days",
                "28");
        if (size.isEmpty()) {
            old("train", lake.resolve("clean").toString(), lake.resolve("model").toString());
            withoutCluster(lake.resolve("clean"), "polars");
            withoutCluster(lake.resolve("clean"), "pandas");
        }
        Matcher found = STAGES.matcher(told);
        if (size.isEmpty() && found.find()) {
            stages = found.group(1);
        }
    }

    /** A plain Python script may run out of memory: that is a result. */
    private void withoutCluster(Path rows, String library) throws IOException, InterruptedException {
        if (withoutCluster.isEmpty()) {
            return;
        }
        List<String> command = new ArrayList<>(withoutCluster);
        command.addAll(List.of(rows.toString(), library));
        Path output = work.resolve(library + ".txt");
        long before = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly().waitFor();
        }
        took(library, before);
        System.out.println("    exit code " + process.exitValue() + ": "
                + Files.readString(output).strip().replace("\n", "; "));
    }

    private String timed(String name, String mainClass, Map<String, String> variables, String... arguments)
            throws IOException, InterruptedException {
        long before = System.nanoTime();
        String told = run(name, mainClass, variables, arguments);
        took(name, before);
        return told;
    }

    /** Runs the old recipe, for at most {@link #ENOUGH} times what the new one has just taken. */
    private void old(String what, String... folders) throws IOException, InterruptedException {
        List<Double> now = seconds.getOrDefault(what, List.of());
        List<String> arguments = new ArrayList<>(List.of(what));
        arguments.addAll(Arrays.asList(folders));
        long before = System.nanoTime();
        Path output = work.resolve("old-" + what + ".txt");
        Process process = start(output, OldRecipe.class.getName(), Map.of(), arguments.toArray(new String[0]));
        if (!process.waitFor((long) (1_000 * ENOUGH * now.get(now.size() - 1)), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
            ended.add(what);
            System.out.println("  the old recipe is stopped: it takes longer than");
        } else if (process.exitValue() != 0) {
            throw new IOException("old " + what + " ended with " + process.exitValue() + ": see " + output);
        }
        took("old " + what, before);
    }

    private void took(String name, long before) {
        double took = (System.nanoTime() - before) / 1e9;
        seconds.computeIfAbsent(name, first -> new ArrayList<>()).add(took);
        System.out.printf(Locale.ROOT, "  %-12s %7.1f s%n", name, took);
    }

    private String run(String name, String mainClass, Map<String, String> variables, String... arguments)
            throws IOException, InterruptedException {
        Path output = work.resolve(name.replace(' ', '-') + ".txt");
        Process process = start(output, mainClass, variables, arguments);
        long resident = 0;
        while (!process.waitFor(200, TimeUnit.MILLISECONDS)) {
            resident = Math.max(resident, resident(process));
        }
        int exit = process.exitValue();
        System.out.printf("  %-12s %,7d MB resident at most%n", name, resident);
        String told = Files.readString(output);
        if (exit != 0) {
            throw new IOException(name + " ended with " + exit + ": see " + output);
        }
        return told;
    }

    private Process start(Path output, String mainClass, Map<String, String> variables, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-Xmx" + HEAP));
        command.add("@" + launcher.resolveSibling("dist/spark/java-options"));
        String archive = "dist/spark/classes-" + System.getProperty("java.vm.version") + ".jsa";
        command.addAll(List.of(
                "-XX:SharedArchiveFile=" + launcher.resolveSibling(archive),
                "-Djava.awt.headless=true",
                "-Dspark.master=local[2]",
                "-Dspark.ui.enabled=false",
                "-Dspark.driver.host=127.0.0.1",
                "-Dspark.driver.bindAddress=127.0.0.1",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
        command.addAll(Arrays.asList(arguments));
        Files.createDirectories(work);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(variables);
        return builder.start();
    }

    /** The most megabytes that a process has had; 0 when it has just ended. */
    private static long resident(Process process) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .findFirst()
                            .orElse(0)
                    / 1024;
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }

    private static String newRun(ServerProcess server) throws IOException {
        Matcher experiment = EXPERIMENT.matcher(
                post(server, "experiments/create", "{\"name\": \"bench-" + System.nanoTime() + "\"}"));
        Matcher run = experiment.find()
                ? RUN_ID.matcher(post(
                        server,
                        "runs/create",
                        "{\"experiment_id\": \"" + experiment.group(1) + "\", \"start_time\": 1}"))
                : RUN_ID.matcher("");
        if (!run.find()) {
            throw new IOException("the server made no run");
        }
        return run.group(1);
    }

    private static String post(ServerProcess server, String path, String body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create(server.url() + "/api/2.0/mlflow/" + path).toURL().openConnection();
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private void report() {
        ratio("clean");
        ratio("train");
        System.out.println("the last training by stage:");
        for (String stage : stages.split(", ", -1)) {
            System.out.println("  " + stage);
        }
    }

    private void ratio(String what) {
        ratios(what + ": ", what, false);
        ratios(what + " without the start: ", what, true);
    }

    private void ratios(String words, String what, boolean isWithoutStart) {
        List<Double> old = seconds.getOrDefault("old " + what, List.of());
        List<Double> now = seconds.getOrDefault(what, List.of());
        List<Double> start = seconds.getOrDefault("start", List.of());
        double[] ratios = new double[now.size()];
        Arrays.setAll(ratios, round -> {
            double idle = isWithoutStart ? start.get(round) : 0;
            return (now.get(round) - idle) / (old.get(round) - idle);
        });
        Arrays.sort(ratios);
        System.out.printf(
                Locale.ROOT,
                "%s%s%.2f of the old recipe's time (%.2f to %.2f)%n",
                words,
                ended.contains(what) ? "at most " : "",
                ratios[ratios.length / 2],
                ratios[0],
                ratios[ratios.length - 1]);
    }

    private void growth(String what) {
        double tenth =
                seconds.getOrDefault("tenth " + what, List.of(Double.NaN)).get(0);
        double all = seconds.getOrDefault(what, List.of(Double.NaN)).get(0);
        System.out.printf(Locale.ROOT, "%s: ten times the customers take %.1f times as long%n", what, all / tenth);
    }
}
