package dev.mayfly.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArgumentsTest {

    @Test
    void whatIsWrongIsNamedWithWhatWasExpected() {
        assertThatThrownBy(() -> arguments("--tree", "1"))
                .hasMessage("argument --tree (expected: one of --trees, --share)");
        assertThatThrownBy(() -> arguments("--trees")).hasMessage("argument --trees (expected: a value after it)");
        assertThatThrownBy(() -> arguments("--trees", "1", "--trees", "2")).hasMessageContaining("occurs twice");
        assertThatThrownBy(() -> arguments("--trees", "many").whole("trees", 1, 1, 10))
                .hasMessage("argument --trees: many (expected: a whole number from 1 to 10)");
        assertThatThrownBy(() -> arguments("--share", "1.5").share("share", 0))
                .hasMessage("argument --share: 1.5 (expected: a number from 0 to 1)");
        assertThatThrownBy(() -> arguments().text("trees")).hasMessageContaining("is missing");
    }

    @Test
    void theExitCodeTellsTheTruth() {
        assertThat(Job.exitCode(() -> {})).isZero();
        assertThat(Job.exitCode(() -> {
                    throw new IllegalStateException("rows lost");
                }))
                .isEqualTo(1);
        assertThat(Job.exitCode(() -> arguments("--x"))).isEqualTo(2);
        assertThat(Job.exitCode(() -> {
                    throw new OutOfMemoryError("heap");
                }))
                .isEqualTo(1);
    }

    private static Arguments arguments(String... arguments) {
        return new Arguments(arguments, "trees", "share");
    }

    @Test
    void argumentsMayStandInAFile(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("files.txt"), Arrays.asList("--files", "a,b"));

        assertThat(SparkJob.expanded(new String[] {"--slice", "3", "@" + file.toUri()}))
                .containsExactly("--slice", "3", "--files", "a,b");
        assertThatThrownBy(() -> SparkJob.expanded(
                        new String[] {"@" + folder.resolve("nowhere").toUri()}))
                .hasMessageContaining("can't be read");
    }
}
