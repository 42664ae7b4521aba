package dev.mayfly.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** {@code mayfly fake-cloud} in a process of its own. */
final class FakeCloud implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("is ready at 127\\.0\\.0\\.1:(\\d+)(?:.*metadata at (\\S+))?");

    private final Process process;
    private final Path log;
    private final Path events;

    private FakeCloud(Process process, Path log, Path events) {
        this.process = process;
        this.log = log;
        this.events = events;
    }

    /** Starts one that writes below a folder; it answers when this returns. */
    static FakeCloud start(Path folder, String... options) throws IOException {
        Path log = folder.resolve("cloud.txt");
        Path events = Files.writeString(folder.resolve("events.txt"), "");
        List<String> command = new ArrayList<>(List.of(
                Mayfly.HOME.resolve("mayfly").toString(), "fake-cloud", "--port", "0", "--events", events.toString()));
        command.addAll(List.of(options));
        FakeCloud cloud = new FakeCloud(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                log,
                events);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() ->
                        !cloud.process.isAlive() || READY.matcher(cloud.said()).find());
        return cloud;
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** What it printed so far. */
    String said() throws IOException {
        return Files.readString(log);
    }

    String endpoint() throws IOException {
        return "127.0.0.1:" + ready().group(1);
    }

    String metadata() throws IOException {
        return ready().group(2);
    }

    private Matcher ready() throws IOException {
        Matcher matcher = READY.matcher(said());
        if (!matcher.find()) {
            throw new IllegalStateException("the fake cloud is not ready: " + said());
        }
        return matcher;
    }

    /** The names of clusters that were created and not deleted. */
    Set<String> left() throws IOException {
        Set<String> left = new HashSet<>(events("cluster-created"));
        left.removeAll(events("cluster-deleted"));
        return left;
    }

    /** The names of the events of one kind. */
    List<String> events(String kind) throws IOException {
        return Files.readAllLines(events).stream()
                .filter(line -> line.startsWith(kind + " "))
                .map(line -> line.split(" ", -1)[1])
                .toList();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the fake cloud did not stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
