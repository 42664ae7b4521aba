package dev.mayfly.cluster.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Spark distribution on disk, and how its classes are started on this JDK. */
final class SparkHome {

    private static final Set<String> PASSED_ON = Set.of("PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ");
    private static final Pattern CORE = Pattern.compile("spark-core_([0-9.]+)-([0-9][^-]*).*\\.jar");

    private final Path home;
    private final Path javaOptions;
    private final String scalaVersion;
    private final String version;

    /**
     * A Spark distribution.
     *
     * @param javaOptions a file with what Spark needs of this JDK
     */
    SparkHome(Path home, Path javaOptions) {
        this.home = home.toAbsolutePath().normalize();
        this.javaOptions = javaOptions.toAbsolutePath().normalize();
        if (!Files.isDirectory(this.home.resolve("jars"))) {
            throw new IllegalArgumentException("Spark home: " + this.home
                    + " (expected: a folder with jars/; 'mvn package' lays one out under dist/spark)");
        }
        Matcher core = core(this.home.resolve("jars"));
        this.scalaVersion = core.group(1);
        this.version = core.group(2);
    }

    private static Matcher core(Path jars) {
        try (Stream<Path> files = Files.list(jars)) {
            return files.map(file -> CORE.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "Spark home: no spark-core jar in " + jars + " (expected: spark-core_SCALA-VERSION.jar)"));
        } catch (IOException e) {
            throw new IllegalArgumentException("Spark home: " + jars + " can't be listed: " + e.getMessage(), e);
        }
    }

    /**
     * What a command in Python becomes that first installs Spark's Python files, if this Spark lacks them, and unpacks
     * archives.
     *
     * @param archives each as {@code PATH#FOLDER}
     */
    List<String> prepared(List<String> archives, List<String> command) {
        String script = javaOptions.resolveSibling("prepare.py").toString();
        List<String> prepared = new ArrayList<>(List.of("python3", script, home.toString(), version));
        prepared.addAll(archives);
        prepared.add("--");
        prepared.addAll(command);
        return prepared;
    }

    /** The options of this distribution; empty without any. */
    String defaults() throws IOException {
        Path file = home.resolve("conf/spark-defaults.conf");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    /** The command line of a main class of Spark; the marks come first, where every process list shows them. */
    List<String> command(List<String> marks, long heapMegabytes, List<String> jvmOptions, String mainClass) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(marks);
        command.add("-Xmx" + heapMegabytes + "m");
        command.addAll(jvmOptions);
        command.addAll(archiveOptions());
        command.add("@" + javaOptions);
        command.add("-cp");
        command.add(home.resolve("conf") + ":" + home.resolve("jars") + "/*");
        command.add(mainClass);
        return command;
    }

    /**
     * Options by which a JVM loads Spark's classes from the archive that the build made with this JDK, if it did. The
     * JVM ignores an archive whose jars were moved or touched.
     */
    List<String> archiveOptions() {
        Path archive = home.resolve("classes-" + System.getProperty("java.vm.version") + ".jsa");
        return Files.exists(archive) ? List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds*=error") : List.of();
    }

    /**
     * Sets the variables that Spark reads, and passes on the few of ours that any program needs, not the rest, which
     * may hold secrets of others. All addresses are this machine's own.
     *
     * @param cluster its folder, whose name marks the process and all that it starts
     */
    void equip(ProcessBuilder process, Path cluster) {
        Map<String, String> environment = process.environment();
        environment
                .keySet()
                .removeIf(name -> !PASSED_ON.contains(name) && !name.startsWith("LC_") && !name.startsWith("PIP_"));
        environment.put("SPARK_HOME", home.toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("SPARK_SCALA_VERSION", scalaVersion);
        environment.put("SPARK_LOCAL_IP", "127.0.0.1");
        environment.put("SPARK_LOCAL_HOSTNAME", "127.0.0.1");
        environment.put("SPARK_LOCAL_DIRS", cluster.resolve("tmp").toString());
        environment.put(SparkProcess.CLUSTER_VARIABLE, cluster.getFileName().toString());
        environment.put("SPARK_CONF_DIR", home.resolve("conf").toString());
    }
}
