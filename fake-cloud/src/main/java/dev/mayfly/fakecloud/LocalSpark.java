package dev.mayfly.fakecloud;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import yandex.cloud.api.dataproc.v1.CreateJobRequest;
import yandex.cloud.api.dataproc.v1.Job;
import yandex.cloud.api.dataproc.v1.ListJobLogResponse;
import yandex.cloud.api.dataproc.v1.SparkJob;

/** Runs Spark jobs for real, each as a {@code spark-submit} in local mode. */
final class LocalSpark {

    private static final int PAGE = 1 << 20;
    private static final String MASTER_ENVIRONMENT = "spark.yarn.appMasterEnv.";

    private final Path sparkHome;
    private final Path folder;

    LocalSpark(Path sparkHome, Path folder) {
        this.sparkHome = sparkHome;
        this.folder = folder;
    }

    Submitted submit(String id, CreateJobRequest request) throws IOException {
        SparkJob job = request.getSparkJob();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + sparkHome.resolve("java-options"));
        String archive = "classes-" + System.getProperty("java.vm.version") + ".jsa";
        command.addAll(List.of("-XX:SharedArchiveFile=" + sparkHome.resolve(archive), "-Xlog:cds*=error"));
        command.addAll(List.of("-Xmx1g", "-cp", sparkHome.resolve("conf") + ":" + sparkHome.resolve("jars") + "/*"));
        command.addAll(List.of("org.apache.spark.deploy.SparkSubmit", "--master", "local[2]"));
        command.addAll(List.of("--class", job.getMainClass(), "--conf", "spark.ui.enabled=false"));
        for (Map.Entry<String, String> property : job.getPropertiesMap().entrySet()) {
            boolean ofYarn = property.getKey().startsWith("spark.yarn.")
                    || property.getKey().equals("spark.submit.deployMode");
            if (!ofYarn) {
                command.addAll(List.of("--conf", property.getKey() + "=" + property.getValue()));
            }
        }
        command.add(Path.of(URI.create(job.getMainJarFileUri())).toString());
        command.addAll(job.getArgsList());
        Files.createDirectories(folder);
        Path log = folder.resolve(id + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("SPARK_HOME", sparkHome.toString());
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        job.getPropertiesMap().forEach((name, value) -> {
            if (name.startsWith(MASTER_ENVIRONMENT)) {
                builder.environment().put(name.substring(MASTER_ENVIRONMENT.length()), value);
            }
        });
        return new Submitted(builder.start(), log);
    }

    /** A job that was started. */
    record Submitted(Process process, Path file) {

        Job.Status status() {
            if (process.isAlive()) {
                return Job.Status.RUNNING;
            }
            return process.exitValue() == 0 ? Job.Status.DONE : Job.Status.ERROR;
        }

        void stop() {
            process.destroy();
        }

        ListJobLogResponse log(long offset) throws IOException {
            try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
                in.seek(offset);
                byte[] page = new byte[(int) Math.min(PAGE, Math.max(0, in.length() - offset))];
                in.readFully(page);
                ListJobLogResponse.Builder answer =
                        ListJobLogResponse.newBuilder().setContent(new String(page, StandardCharsets.UTF_8));
                return (page.length > 0 ? answer.setNextPageToken(Long.toString(offset + page.length)) : answer)
                        .build();
            }
        }
    }
}
