package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every architecture rule fails on a class that breaks it: a rule that can't fail guards nothing. */
class PlantedViolationsTest {

    @TempDir
    private Path folder;

    static Stream<Arguments> violations() {
        String config = "final class Planted { dev.mayfly.app.Config config; }";
        return Stream.of(
                planted("postgres", ArchitectureTest.postgres, "postgres", config),
                planted(
                        "engine",
                        ArchitectureTest.engine,
                        "engine",
                        "final class Planted { dev.mayfly.cluster.Cluster c; }"),
                planted(
                        "pipeline",
                        ArchitectureTest.pipeline,
                        "pipeline",
                        "final class Planted { dev.mayfly.postgres.Database d; }"),
                planted(
                        "cluster",
                        ArchitectureTest.cluster,
                        "cluster",
                        "final class Planted { dev.mayfly.pipeline.Pipeline p; }"),
                planted(
                        "capacity",
                        ArchitectureTest.capacity,
                        "capacity",
                        "final class Planted { dev.mayfly.cluster.Cluster c; }"),
                planted(
                        "fake cloud",
                        ArchitectureTest.fakeCloud,
                        "fakecloud",
                        "final class Planted { dev.mayfly.cluster.Cluster c; }"),
                planted(
                        "scorer",
                        ArchitectureTest.theScorerNeedsNothingButTheJdk,
                        "jobs.scorer",
                        "final class Planted { org.slf4j.Logger l; }"),
                planted(
                        "figures",
                        ArchitectureTest.figuresNeedNoSpark,
                        "jobs.measure",
                        "final class Planted { dev.mayfly.jobs.report.TrackingClient c; }"),
                planted(
                        "artifact",
                        ArchitectureTest.artifact,
                        "artifact",
                        "final class Planted { dev.mayfly.tracking.Tracking t; }"),
                planted(
                        "search",
                        ArchitectureTest.search,
                        "search",
                        "final class Planted { dev.mayfly.postgres.Database d; }"),
                planted(
                        "object storage",
                        ArchitectureTest.objectStorageIsReachedInOnePlace,
                        "tracking",
                        "final class Planted { software.amazon.awssdk.services.s3.S3Client c; }"),
                planted("packages", ArchitectureTest.packages, "packages", config),
                planted(
                        "tracking",
                        ArchitectureTest.tracking,
                        "tracking",
                        "final class Planted { dev.mayfly.registry.ModelRegistry r; }"),
                planted(
                        "registry",
                        ArchitectureTest.registry,
                        "registry",
                        "final class Planted { dev.mayfly.retraining.Retraining r; }"),
                planted(
                        "retraining",
                        ArchitectureTest.retraining,
                        "retraining",
                        "final class Planted { dev.mayfly.web.WebRoutes w; }"),
                planted(
                        "mlflow",
                        ArchitectureTest.mlflow,
                        "mlflow",
                        "final class Planted { dev.mayfly.retraining.Retraining r; }"),
                planted(
                        "retention",
                        ArchitectureTest.retention,
                        "retention",
                        "final class Planted { dev.mayfly.mlflow.MlflowRoutes m; }"),
                planted(
                        "webhook",
                        ArchitectureTest.webhook,
                        "webhook",
                        "final class Planted { dev.mayfly.registry.ModelRegistry r; }"),
                planted(
                        "web",
                        ArchitectureTest.web,
                        "web",
                        "final class Planted { dev.mayfly.mlflow.MlflowRoutes m; }"),
                planted("cli", ArchitectureTest.cli, "cli", "final class Planted { dev.mayfly.jobs.measure.Costs c; }"),
                planted(
                        "jobs",
                        ArchitectureTest.jobs,
                        "jobs.train",
                        "final class Planted { dev.mayfly.tracking.Tracking t; }"),
                planted(
                        "providers",
                        ArchitectureTest.providersAreMetOnlyByTheCompositionRoot,
                        "retraining",
                        "final class Planted { dev.mayfly.cluster.local.LocalClusters c; }"),
                planted("app", ArchitectureTest.nobodyKnowsTheCompositionRoot, "web", config),
                planted(
                        "sql",
                        ArchitectureTest.sqlLivesInStores,
                        "tracking",
                        "final class Planted { java.sql.Connection c; }"),
                planted(
                        "time",
                        ArchitectureTest.timeIsInjected,
                        "engine",
                        "final class Planted { Object now() { return java.time.Instant.now(); } }"),
                planted("closed", ArchitectureTest.classesAreClosed, "engine", "class Planted {}"),
                planted(
                        "jackson",
                        ArchitectureTest.jacksonAnnotationsAreForWireShapes,
                        "engine",
                        "final class Planted { @com.fasterxml.jackson.annotation.JsonProperty(\"x\") String x; }"),
                planted("junk", ArchitectureTest.noJunkDrawers, "engine.util", "final class Planted {}"));
    }

    private static Arguments planted(String name, ArchRule rule, String room, String body) {
        return Arguments.of(name, rule, room, body);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("violations")
    void theRuleFails(String name, ArchRule rule, String room, String body) throws IOException {
        compile("dev.mayfly." + room, "Planted", body);

        assertThat(rule.evaluate(new ClassFileImporter().importPath(folder)).hasViolation())
                .as(name)
                .isTrue();
    }

    @org.junit.jupiter.api.Test
    void cyclesAreFound() throws IOException {
        Path one = source("dev.mayfly.one", "One", "public final class One { dev.mayfly.two.Two two; }");
        Path two = source("dev.mayfly.two", "Two", "public final class Two { dev.mayfly.one.One one; }");
        Path jobOne = source("dev.mayfly.jobs.one", "One", "public final class One { dev.mayfly.jobs.two.Two two; }");
        Path jobTwo = source("dev.mayfly.jobs.two", "Two", "public final class Two { dev.mayfly.jobs.one.One one; }");
        compile(List.of(one, two, jobOne, jobTwo));
        var classes = new ClassFileImporter().importPath(folder);

        assertThat(ArchitectureTest.noCycles.evaluate(classes).hasViolation()).isTrue();
        assertThat(ArchitectureTest.jobsOfOneRoomEach.evaluate(classes).hasViolation())
                .isTrue();
    }

    private void compile(String packageName, String type, String body) throws IOException {
        compile(List.of(source(packageName, type, body)));
    }

    private Path source(String packageName, String type, String body) throws IOException {
        Path directory = Files.createDirectories(folder.resolve("src").resolve(packageName.replace('.', '/')));
        return Files.writeString(directory.resolve(type + ".java"), "package " + packageName + ";\n" + body + "\n");
    }

    private void compile(List<Path> sources) {
        List<String> arguments = new ArrayList<>(
                List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none"));
        sources.forEach(source -> arguments.add(source.toString()));
        int result = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(new String[0]));
        assertThat(result).isZero();
    }
}
