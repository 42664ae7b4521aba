package dev.mayfly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every architecture rule fails on a class that breaks it: a rule that can't fail guards nothing. */
class PlantedViolationsTest {

    @TempDir
    private Path folder;

    static Stream<Arguments> violations() {
        return Stream.of(
                planted("no room", ArchitectureTest.everyPackageIsInARoom, "cellar", "final class Planted {}"),
                planted(
                        "scorer",
                        ArchitectureTest.theScorerNeedsNothingButTheJdk,
                        "jobs.scorer",
                        "final class Planted { org.slf4j.Logger l; }"),
                planted(
                        "figures",
                        ArchitectureTest.figuresNeedNoSpark,
                        "jobs.measure",
                        "final class Planted { dev.mayfly.jobs.tracking.TrackingClient c; }"),
                planted(
                        "object storage",
                        ArchitectureTest.objectStorageIsReachedInOnePlace,
                        "tracking",
                        "final class Planted { software.amazon.awssdk.services.s3.S3Client c; }"),
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

    /** In every room a class that knows a room which it may not know: all of them are found. */
    @Test
    void everyForbiddenArrowIsFound() throws IOException {
        Map<String, String> types = typesByRoom();
        List<Path> sources = new ArrayList<>();
        Set<String> planted = new TreeSet<>();
        for (Map.Entry<String, Set<String>> room : ArchitectureTest.ROOMS.entrySet()) {
            for (Map.Entry<String, String> type : types.entrySet()) {
                if (!type.getKey().equals(room.getKey()) && !room.getValue().contains(type.getKey())) {
                    String name = "Planted" + sources.size();
                    sources.add(source(
                            "dev.mayfly." + room.getKey(),
                            name,
                            "final class " + name + " { " + type.getValue() + " it; }"));
                    planted.add("dev.mayfly." + room.getKey() + "." + name);
                }
            }
        }
        compile(sources);
        Set<String> found = new TreeSet<>();
        ArchitectureTest.roomsKnowOnlyWhatTheyMay
                .evaluate(new ClassFileImporter().importPath(folder))
                .handleViolations((Collection<Dependency> arrows, String message) ->
                        arrows.forEach(arrow -> found.add(arrow.getOriginClass().getName())));

        Set<String> unknowable = new TreeSet<>(ArchitectureTest.ROOMS.keySet());
        unknowable.removeAll(types.keySet());
        assertThat(unknowable).as("rooms without a public type").containsExactly("app", "cli", "fakecloud");
        assertThat(found).isEqualTo(planted).hasSizeGreaterThan(ArchitectureTest.ROOMS.size());
    }

    /** A public type of each room. */
    private static Map<String, String> typesByRoom() {
        Map<String, String> types = new TreeMap<>();
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("dev.mayfly").stream()
                        .filter(type ->
                                type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
                        .forEach(type ->
                                ArchitectureTest.roomOf(type).ifPresent(room -> types.put(room, type.getName())));
        return types;
    }

    @Test
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
