package dev.mayfly.cluster.local;

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
