package dev.mayfly.cluster.local;

import dev.mayfly.capacity.DataSize;
import dev.mayfly.cluster.ClusterProvider.JobFile;
import dev.mayfly.cluster.ClusterProvider.JobSpec;
import dev.mayfly.cluster.ClusterProvider.Program;
import dev.mayfly.cluster.ClusterProvider.ReportedJob;
import dev.mayfly.cluster.PythonModule;
import dev.mayfly.cluster.ReasonLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A job of a local cluster: a {@code spark-submit} in client mode, in a process of its own. Its folder {@code
 * jobs/<name>} is made once, so that the job is submitted once; the file {@code exit} in it says that the job is over,
 * with its exit code.
 */
final class DriverProcess {

    private static final Pattern APPLICATION = Pattern.compile("with app ID (app-[0-9]{1,20}-[0-9]{1,20})");
    private static final Duration BETWEEN_FOLDER_AND_PROCESS = Duration.ofSeconds(10);
    private static final Duration BEFORE_INSISTING = Duration.ofSeconds(10);

    /** A job may write into its folder whatever it likes. */
    private static final int LONGEST_EXIT = 1_000;

    private static final int MOST_EXECUTORS = 10_000;

    private static final String NOT_STARTED = "its driver could not be started: ";

    /** What a shell says if it can't run a command: see POSIX, Shell Command Language, 2.8.2. */
    private static final Set<String> NOT_RUN = Set.of("126", "127");

    /** The exit code takes the place of the blanks that were kept for it: on a full disk there is no room for a new file. */
    private static final String RUN_AND_TELL = """
            trap '' INT HUP; out=$1; shift
            "$@" >"$out/driver.log" 2>&1; code=$?
            echo $code 1<>"$out/exit.tmp" && mv "$out/exit.tmp" "$out/exit"
            """;

    private static final String ROOM_FOR_EXIT = " ".repeat(64);

    private final SparkHome spark;
    private final Path home;
    private final String cluster;
    private final String job;
    private final Path folder;

    DriverProcess(SparkHome spark, Path home, String cluster, String job) {
        this.spark = spark;
        this.home = home;
        this.cluster = cluster;
        this.job = job;
        this.folder = home.resolve("jobs").resolve(job);
    }

    void submit(JobSpec spec) throws IOException {
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
            return;
        }
        Files.writeString(folder.resolve("exit.tmp"), ROOM_FOR_EXIT);
        List<String> shell = new ArrayList<>(List.of("/bin/sh", "-c", RUN_AND_TELL, "sh", folder.toString()));
        List<String> command = command(spec, StandaloneCluster.facts(home));
        shell.addAll(
                spec.program() instanceof Program.Python python ? spark.prepared(archives(python), command) : command);
        ProcessBuilder builder = new ProcessBuilder(shell)
                .directory(folder.toFile())
                .redirectInput(new java.io.File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("shell.log").toFile());
        spark.equip(builder, home);
        spec.environment().forEach((name, text) -> builder.environment().put(name, spec.revealed(text)));
        if (startsByModule(spec)) {
            builder.environment().put(PythonModule.SCRIPT, main(spec));
            builder.environment().put(PythonModule.SECRETS, PythonModule.secrets(spec, false));
        }
        try {
            builder.start();
        } catch (IOException e) {
            recordFailedStart(String.valueOf(e.getMessage()));
        }
    }

    /** The job was submitted, once; that it never began is how it ended. */
    private void recordFailedStart(String reason) throws IOException {
        Path temporary = folder.resolve("exit.tmp");
        Files.writeString(temporary, NOT_STARTED + reason);
        Files.move(temporary, folder.resolve("exit"), StandardCopyOption.ATOMIC_MOVE);
    }

    Optional<ReportedJob> describeJob() {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        boolean alive = !processes().isEmpty();
        Optional<String> exit = exitCode();
        if (exit.isPresent()) {
            return Optional.of(
                    exit.get().equals("0")
                            ? new ReportedJob(ReportedJob.JobState.SUCCEEDED, "")
                            : new ReportedJob(ReportedJob.JobState.FAILED, why(exit.get())));
        }
        if (alive || youngerThan(folder, BETWEEN_FOLDER_AND_PROCESS)) {
            return Optional.of(new ReportedJob(ReportedJob.JobState.ACTIVE, ""));
        }
        return Optional.of(new ReportedJob(
                ReportedJob.JobState.FAILED,
                "the driver process ended without an exit code (killed, out of memory, or the machine restarted)"));
    }

    void cancel() throws IOException {
        Path asked = folder.resolve("cancelled");
        if (!Files.isDirectory(folder)) {
            return;
        }
        boolean insist = Files.exists(asked) && !youngerThan(asked, BEFORE_INSISTING);
        if (!Files.exists(asked)) {
            Files.createFile(asked);
        }
        for (ProcessHandle process : drivers()) {
            if (insist) {
                process.destroyForcibly();
            } else {
                process.destroy();
            }
        }
    }

    List<String> logs() throws IOException {
        List<String> logs = new ArrayList<>();
        if (Files.exists(folder.resolve("driver.log"))) {
            logs.add("driver");
        }
        Optional<Path> application = application();
        if (application.isPresent() && Files.isDirectory(application.get())) {
            try (Stream<Path> executors = Files.list(application.get())) {
                executors
                        .limit(MOST_EXECUTORS)
                        .map(path -> "executor-" + path.getFileName())
                        .sorted()
                        .forEach(logs::add);
            }
        }
        return logs;
    }

    byte[] readLog(String log, long offset, int maxBytes) throws IOException {
        try {
            return new LogFile(log.equals("driver") ? folder.resolve("driver.log") : executorLog(log))
                    .read(offset, maxBytes);
        } catch (NoSuchFileException e) {
            return new byte[0];
        }
    }

    /** What a job is told may be secret, and a command line is everybody's to read: it names a file, which is the owner's. */
    private List<String> command(JobSpec spec, Properties facts) throws IOException {
        Path temporary = home.resolve("tmp");
        List<String> marks = SparkProcess.marks(cluster, facts.getProperty("owner"), SparkProcess.DRIVER + job);
        Path options = folder.resolve("submit-options");
        Folders.writePrivate(options, argumentFile(submit(spec, facts)));
        return spark.command(
                marks,
                Long.parseLong(facts.getProperty("driver.megabytes")),
                List.of("-XX:+UseSerialGC", "-Djava.io.tmpdir=" + temporary),
                "@" + options);
    }

    /** Texts as the {@code java} command reads them from a file: see its manual, java Command-Line Argument Files. */
    private static String argumentFile(List<String> texts) {
        return texts.stream()
                .map(text -> '"'
                        + text.replace("\\", "\\\\")
                                .replace("\"", "\\\"")
                                .replace("\n", "\\n")
                                .replace("\r", "\\r")
                                .replace("\t", "\\t")
                                .replace("\f", "\\f")
                        + "\"\n")
                .collect(Collectors.joining());
    }

    private List<String> submit(JobSpec spec, Properties facts) throws IOException {
        List<String> command = new ArrayList<>(List.of("org.apache.spark.deploy.SparkSubmit"));
        command.addAll(List.of("--master", "spark://127.0.0.1:" + facts.getProperty("port")));
        command.addAll(List.of("--deploy-mode", "client"));
        command.addAll(List.of(
                "--properties-file", home.resolve(StandaloneCluster.DRIVER_CONF).toString()));
        property(command, "spark.app.name", job);
        property(command, "spark.executor.memory", heap(spec, facts));
        property(command, "spark.executor.cores", facts.getProperty("executor.cores"));
        property(command, "spark.driver.host", "127.0.0.1");
        property(command, "spark.ui.enabled", "false");
        spec.properties().forEach((key, value) -> property(command, key, spec.revealed(value)));
        List<String> executor = new ArrayList<>(SparkProcess.marks(cluster, facts.getProperty("owner"), "executor"));
        spark.archiveOptions().forEach(option -> executor.add('"' + option + '"'));
        executor.add(spec.properties().getOrDefault("spark.executor.extraJavaOptions", ""));
        property(
                command,
                "spark.executor.extraJavaOptions",
                String.join(" ", executor).trim());
        if (spec.program() instanceof Program.Python python) {
            command.addAll(python(spec, python));
            command.addAll(spec.arguments());
        } else {
            command.addAll(jar((Program.Jar) spec.program()));
            spec.arguments().forEach(argument -> command.add(spec.revealed(argument)));
        }
        return command;
    }

    /** A script is a process of its own, whose command line would show its arguments: the module puts secrets into them later. */
    private static boolean startsByModule(JobSpec spec) {
        return spec.program() instanceof Program.Python && !spec.hidden().isEmpty();
    }

    private static String main(JobSpec spec) {
        return ((Program.Python) spec.program()).main().toString();
    }

    /** The worker's memory, less what the job wants outside the heap: {@code --memory} of a standalone worker is for heaps only. */
    private static String heap(JobSpec spec, Properties facts) {
        long worker = megabytes(facts.getProperty("executor.memory"));
        long overhead = megabytes(spec.properties().getOrDefault("spark.executor.memoryOverhead", ""));
        return worker - overhead + "m";
    }

    private static long megabytes(String size) {
        return DataSize.ofSpark(size).map(DataSize::megabytes).orElse(0L);
    }

    private static List<String> jar(Program.Jar program) {
        return List.of("--class", program.mainClass(), program.jar().toString());
    }

    private List<String> python(JobSpec spec, Program.Python program) throws IOException {
        List<String> options = new ArrayList<>();
        Path module = Files.writeString(
                Files.createDirectories(folder.resolve("mayfly")).resolve(PythonModule.FILE), PythonModule.TEXT);
        option(
                options,
                "--py-files",
                Stream.concat(program.modules().stream().map(JobFile::toString), Stream.of(module.toString())));
        option(options, "--jars", program.jars().stream().map(JobFile::toString));
        option(options, "--archives", archives(program).stream());
        options.add(startsByModule(spec) ? module.toString() : main(spec));
        return options;
    }

    /** Without a folder of its own, an archive is unpacked into one of its name, as Spark does it. */
    private static List<String> archives(Program.Python program) {
        return program.archives().stream()
                .map(archive -> archive.file() + "#"
                        + (archive.folder().isEmpty()
                                ? archive.file().path().getFileName().toString()
                                : archive.folder()))
                .toList();
    }

    private static void option(List<String> options, String name, Stream<String> values) {
        String joined = values.collect(Collectors.joining(","));
        if (!joined.isEmpty()) {
            options.addAll(List.of(name, joined));
        }
    }

    private static void property(List<String> command, String key, String value) {
        command.add("--conf");
        command.add(key + "=" + value);
    }

    private List<ProcessHandle> processes() {
        return SparkProcess.of(cluster).stream()
                .filter(process -> process.role().equals(SparkProcess.DRIVER + job))
                .map(SparkProcess::handle)
                .toList();
    }

    /** The driver itself, not the shell that records its exit code. */
    private List<ProcessHandle> drivers() {
        return processes().stream()
                .filter(process -> !process.info().command().orElse("").endsWith("sh"))
                .toList();
    }

    private Optional<String> exitCode() {
        try {
            byte[] start = new LogFile(folder.resolve("exit")).read(0, LONGEST_EXIT);
            return start.length == 0 ? Optional.empty() : Optional.of(new String(start, StandardCharsets.UTF_8).trim());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private String why(String exitCode) {
        if (exitCode.startsWith(NOT_STARTED)) {
            return exitCode;
        }
        String reason = "exit code " + exitCode;
        boolean notRun = NOT_RUN.contains(exitCode);
        try {
            return new LogFile(folder.resolve("driver.log"))
                    .lastLine(notRun ? line -> true : new ReasonLines())
                    .map(line -> reason + ": " + ReasonLines.words(line))
                    .orElse(reason);
        } catch (IOException e) {
            return reason;
        }
    }

    private Optional<Path> application() throws IOException {
        return new LogFile(folder.resolve("driver.log"))
                .first(APPLICATION)
                .map(id -> home.resolve("work").resolve(id));
    }

    private Path executorLog(String log) throws IOException {
        String number = log.replaceFirst("^executor-", "");
        if (!number.matches("[0-9]{1,6}")) {
            throw new NoSuchFileException(log);
        }
        return application()
                .orElseThrow(() -> new NoSuchFileException(log))
                .resolve(number)
                .resolve("stderr");
    }

    private static boolean youngerThan(Path path, Duration age) {
        try {
            long millis =
                    System.currentTimeMillis() - Files.getLastModifiedTime(path).toMillis();
            return millis < age.toMillis();
        } catch (IOException e) {
            return false;
        }
    }
}
