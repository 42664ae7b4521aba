package dev.mayfly.cluster.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process of a local cluster, recognised by the marks on its command line. */
record SparkProcess(ProcessHandle handle, String cluster, String owner, String role) {

    /** The role of a master's process; the shells that start masters, workers and drivers bear the same marks. */
    static final String MASTER = "master";

    static final String WORKER = "worker";
    static final String DRIVER = "driver-";

    private static final Pattern CLUSTER = Pattern.compile("-Dmayfly\\.cluster=(\\S+)");
    private static final Pattern OWNER = Pattern.compile("-Dmayfly\\.owner=(\\S+)");
    private static final Pattern ROLE = Pattern.compile("-Dmayfly\\.role=(\\S+)");

    /** Stands in the environment of all processes of a cluster, and of what they start. */
    static final String CLUSTER_VARIABLE = "MAYFLY_CLUSTER";

    private static final Path PROCESSES = Path.of("/proc");
    private static final int LONGEST_ENVIRONMENT = 2 << 20;

    /**
     * The processes that a cluster's processes have left behind, in sessions of their own for instance: those that bear its
     * name in their environment. Empty where the system does not tell (macOS).
     */
    static List<ProcessHandle> leftOf(String cluster) {
        String wanted = "\0" + CLUSTER_VARIABLE + "=" + cluster + "\0";
        return Files.isDirectory(PROCESSES)
                ? ProcessHandle.allProcesses()
                        .filter(handle -> bears(handle.pid(), wanted))
                        .toList()
                : List.of();
    }

    private static boolean bears(long pid, String wanted) {
        try (InputStream bytes = Files.newInputStream(PROCESSES.resolve(pid + "/environ"))) {
            String environment = "\0" + new String(bytes.readNBytes(LONGEST_ENVIRONMENT), StandardCharsets.ISO_8859_1);
            return environment.contains(wanted);
        } catch (IOException e) {
            return false; // it has ended, or is another user's
        }
    }

    static List<String> marks(String cluster, String owner, String role) {
        return List.of("-Dmayfly.cluster=" + cluster, "-Dmayfly.owner=" + owner, "-Dmayfly.role=" + role);
    }

    static List<SparkProcess> all() {
        return ProcessHandle.allProcesses()
                .map(SparkProcess::read)
                .flatMap(Optional::stream)
                .toList();
    }

    static List<SparkProcess> of(String cluster) {
        return all().stream()
                .filter(process -> process.cluster().equals(cluster))
                .toList();
    }

    void kill() {
        handle.destroyForcibly();
    }

    private static Optional<SparkProcess> read(ProcessHandle handle) {
        String commandLine = handle.info().commandLine().orElse("");
        return first(CLUSTER, commandLine)
                .map(cluster -> new SparkProcess(
                        handle,
                        cluster,
                        first(OWNER, commandLine).orElse(""),
                        first(ROLE, commandLine).orElse("")));
    }

    private static Optional<String> first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
