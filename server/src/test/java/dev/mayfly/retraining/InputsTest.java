package dev.mayfly.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.access.Actor;
import dev.mayfly.engine.RunId;
import dev.mayfly.engine.RunState;
import dev.mayfly.slice.InputFile;
import dev.mayfly.slice.Slice;
import dev.mayfly.slice.Slices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files that become slices: which are taken, what jobs get of them, and what becomes of those that change. */
class InputsTest extends OnInstallation {

    private Path in;

    @BeforeEach
    void makeFolder() throws IOException {
        in = Files.createDirectories(folder.resolve("in"));
    }

    private Path write(String name, String content) throws IOException {
        Path file = Files.writeString(in.resolve(name), content);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
        return file;
    }

    private static String slices(String mainClass, String options, String arguments) {
        return pipeline("slices", mainClass, "20 GB")
                .replace("tasks:", "input: {files: \"${data}/in/*\"" + options + "}\ntasks:")
                .replace("arguments: []", "arguments: [" + arguments + "]");
    }

    private String manifest() {
        return provider.placed.getOrDefault(
                provider.submitted.get(0).arguments().get(0), "");
    }

    private RunsByHand.Opened openAll() {
        return retraining.byHand().open(Actor.OWNER, "slices", new RunsByHand.Wanted(Map.of(), null, true));
    }

    @Test
    void tenThousandFilesReachTheirJobInAManifest() throws IOException {
        List<String> names = IntStream.range(0, 10_000)
                .mapToObj("transactions-of-a-day-with-a-long-name-%05d.csv.gz"::formatted)
                .toList();
        for (String name : names) {
            write(name, "");
        }
        assertThatThrownBy(() -> apply(slices("Good", ", files_per_slice: 10000", "\"${slice.files}\"")))
                .hasMessageMatching(
                        "test.yaml:7:3: task 'task': argument 1 is at least [0-9]{2,3},[0-9]{3} bytes long with 10,000 files"
                                + " in a slice \\(expected: at most 131,071; \\$\\{slice.manifest} stands for a file that lists"
                                + " the files of the slice\\)");

        apply(slices("Good", ", files_per_slice: 10000", "\"${slice.manifest}\", \"${slice.number}\""));

        assertThat(end(run("slices"))).isEqualTo(RunState.SUCCEEDED);
        String manifest = manifest();
        assertThat(manifest.lines()).hasSize(10_000);
        assertThat(manifest.lines().map(line -> Path.of(line).getFileName().toString()))
                .containsExactlyElementsOf(names);
    }

    @Test
    void whatIsTooLongForAJobFailsBeforeAnythingIsMade() throws IOException {
        for (int n = 0; n < 1_000; n++) {
            write("x".repeat(200) + n, "");
        }
        apply(slices("Good", ", files_per_slice: 1000", "\"${slice.files}\""));

        assertThatThrownBy(() -> run("slices"))
                .hasMessageContaining("task 'task': argument 1 is 2")
                .hasMessageContaining("(expected: at most 131,071; ${slice.manifest}");
        assertThat(provider.made).isEmpty();
        assertThat(states("slices")).as("it was rolled back").isEmpty();
        assertThatThrownBy(() -> apply(pipeline("long", "Good", "20 GB")
                        .replace("arguments: []", "arguments: [\"" + "y".repeat(131_072) + "\"]")))
                .hasMessageContaining("argument 1 is 131,072 bytes long (expected: at most 131,071");
    }

    @Test
    void namesWithSignsOfAnyKindReachTheJobAsTheyAre() throws IOException {
        List<String> names = List.of(
                "a b.csv", "brackets[1].csv", "braces{x}.csv", "hash#.csv", "per%20cent.csv", "ünï✓.csv", "com,ma.csv");
        for (String name : names) {
            write(name, "");
        }
        apply(slices("Good", ", files_per_slice: 100", "\"${slice.manifest}\""));

        assertThat(end(run("slices"))).isEqualTo(RunState.SUCCEEDED);

        assertThat(manifest().lines())
                .containsExactlyElementsOf(names.stream()
                        .map(name -> in.resolve(name).toString())
                        .sorted()
                        .toList());
    }

    @Test
    void aCommaInANameIsRefusedWhereNamesAreJoinedByCommas() throws IOException {
        write("a,b.csv", "");
        apply(slices("Good", "", "\"${slice.files}\""));

        assertThatThrownBy(() -> run("slices"))
                .hasMessageContaining("a,b.csv': ${slice.files} puts commas between the names");
    }

    @Test
    void hiddenAndHalfWrittenFilesAreLeftOutWithTheReason() throws IOException {
        write("good.csv", "");
        write(".hidden.csv", "");
        write("_SUCCESS", "");
        write("upload.csv.tmp", "");
        write("line\nbreak.csv", "");
        Files.createDirectories(in.resolve("folder"));
        Files.writeString(in.resolve("young.csv"), "");
        apply(slices("Good", ", min_age: 5 min", ""));

        RunsByHand.Opened opened = openAll();

        assertThat(opened.runs()).hasSize(1);
        assertThat(opened.leftOut().stream()
                        .map(line -> line.substring(in.toString().length() + 1)))
                .containsExactly(
                        ".hidden.csv: it is hidden: its name begins with .",
                        "_SUCCESS: it is hidden: its name begins with _",
                        "folder: it is no readable file",
                        "line\nbreak.csv: its name contains a line break or another control character",
                        "upload.csv.tmp: it is half-written: its name ends with .tmp",
                        "young.csv: it changed 0 s ago and may be half-written (min_age 300 s)");
        opened.runs().forEach(this::end);
    }

    @Test
    void aScheduleWhoseFilesAreTooYoungWaitsForThemWithoutAnError() throws IOException {
        Files.writeString(in.resolve("young.csv"), "");
        apply(pipeline("up", "Good", "20 GB"));
        apply(slices("Good", ", min_age: 3 s", "").replace("input:", "schedule: {after: up}\ninput:"));

        end(run("up"));

        RunId run = onlyRun("slices");
        assertThat(end(run)).isEqualTo(RunState.SUCCEEDED);
        assertThat(Duration.between(
                        Files.getLastModifiedTime(in.resolve("young.csv")).toInstant(),
                        details(run).run().timestamps().created()))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void aSliceThatFailsTooOftenIsGivenUpAndLaterOnesGoOn() throws IOException {
        write("a.csv", "");
        apply(slices("Fail", ", max_failures: 2", ""));
        end(run("slices"));
        end(run("slices"));

        assertThat(states("slices")).containsExactly(Slice.State.GIVEN_UP);
        assertThat(slices.attention()).containsExactly(new Slices.Attention("slices", 1, Slice.State.GIVEN_UP, 2, 0));
        assertThat(openAll().runs()).isEmpty();

        write("b.csv", "");
        RunId second = run("slices");
        assertThat(details(second).pipelineRun().slice().orElseThrow().number()).isEqualTo(2);
        end(second);
        slices.move(Actor.OWNER, "slices", null, 1, Slice.State.NEW);
        assertThat(slices.attention()).isEmpty();
        RunId again = run("slices");
        assertThat(details(again).pipelineRun().slice().orElseThrow().number()).isEqualTo(1);
        end(again);
        assertThat(states("slices")).containsExactly(Slice.State.FAILED, Slice.State.FAILED);
    }

    @Test
    void aRewrittenFileIsShownAndNotRunAgain() throws IOException {
        Path file = write("a.csv", "one");
        apply(slices("Good", "", ""));
        end(run("slices"));
        assertThat(slices.details("slices", null, 1).files())
                .extracting(InputFile::bytes)
                .containsExactly(3L);

        write("a.csv", "three");
        assertThat(openAll().runs()).isEmpty();

        assertThat(slices.attention()).containsExactly(new Slices.Attention("slices", 1, Slice.State.DONE, 0, 1));
        Slices.Details details = slices.details("slices", null, 1);
        assertThat(details.files().get(0).changeTo(details.now().get(0)).orElseThrow())
                .startsWith("rewritten: now 5 bytes of ");
        slices.move(Actor.OWNER, "slices", null, 1, Slice.State.SKIPPED);
        assertThat(slices.attention()).isEmpty();
        Files.delete(file);
        Slices.Details gone = slices.details("slices", null, 1);
        assertThat(gone.files().get(0).changeTo(gone.now().get(0))).contains("gone");
    }

    @Test
    void aRewrittenFileIsProcessedAgainIfTheRulesSaySo() throws IOException {
        write("a.csv", "one");
        apply(slices("Good", ", rewritten: again", ""));
        end(run("slices"));
        assertThat(openAll().runs()).isEmpty();

        write("a.csv", "three");
        RunId again = run("slices");

        assertThat(details(again).pipelineRun().slice().orElseThrow().number()).isEqualTo(1);
        end(again);
        assertThat(openAll().runs()).as("once").isEmpty();
        assertThat(slices.attention()).isEmpty();
    }

    @Test
    void aFileThatIsRewrittenWhileItsRunIsAtWorkIsProcessedAgainAfterwards() throws IOException {
        write("a.csv", "one");
        apply(slices("Stay", ", rewritten: again", ""));
        RunId run = run("slices");
        Awaitility.await().until(() -> provider.submitted.size() == 1);
        write("a.csv", "three");
        assertThat(openAll().runs()).as("it is claimed").isEmpty();

        retraining.runs().cancel(Actor.OWNER, run, "enough");
        end(run);
        apply(slices("Good", ", rewritten: again", ""));
        end(run("slices"));

        assertThat(states("slices")).containsExactly(Slice.State.DONE);
        assertThat(openAll().runs()).isEmpty();
    }

    @Test
    void aRewrittenFileFailsUntilSomebodySettlesIt() throws IOException {
        write("a.csv", "one");
        apply(slices("Good", ", rewritten: fail", ""));
        end(run("slices"));
        write("a.csv", "three");
        write("b.csv", "two");

        assertThatThrownBy(() -> run("slices"))
                .hasMessageContaining("a.csv was rewritten since slice 1 was processed")
                .hasMessageContaining("'mayfly pipeline slice slices 1 retry' or 'skip' settles it");

        slices.move(Actor.OWNER, "slices", null, 1, Slice.State.SKIPPED);
        RunId second = run("slices");
        assertThat(details(second).pipelineRun().slice().orElseThrow().number()).isEqualTo(2);
        end(second);
    }

    @Test
    void aRewrittenFileIsIgnoredIfTheRulesSaySo() throws IOException {
        write("a.csv", "one");
        apply(slices("Good", ", rewritten: ignore", ""));
        end(run("slices"));
        write("a.csv", "three");

        assertThat(openAll().runs()).isEmpty();
        assertThat(slices.attention()).isEmpty();
    }
}
