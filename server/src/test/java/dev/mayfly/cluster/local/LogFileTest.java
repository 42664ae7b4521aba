package dev.mayfly.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {

    private static final Pattern ID = Pattern.compile("with app ID (app-[0-9]{1,20})");
    private static final long LINE = 3L << 30;

    @TempDir
    private Path folder;

    private LogFile log;

    @BeforeEach
    void name() {
        log = new LogFile(folder.resolve("driver.log"));
    }

    /** A line of 3 GB, more than the heap and than any array. */
    @Test
    void aLineOfAnyLengthCostsABoundedAmount() throws IOException {
        write(LINE, "\nmayfly: the reason\n\tat somewhere\nwith app ID app-1\n");

        assertThat(log.lastLine(line -> line.startsWith("mayfly: "))).contains("mayfly: the reason");
        assertThat(log.first(ID)).as("not among the first 16 MB").isEmpty();
        assertThat(new String(log.read(LINE, 7), StandardCharsets.UTF_8)).isEqualTo("\nmayfly");
        assertThat(log.read(LINE + 1_000, 7)).isEmpty();
    }

    @Test
    void anIdIsFoundWhereverABlockEnds() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int n = 0; n < 30; n++) {
            long at = (1L + random.nextInt(3)) * (1 << 20) - random.nextInt(60);
            Files.deleteIfExists(log.path());
            write(at, "with app ID app-2026 and more");

            assertThat(log.first(ID)).as("at %d, seed %d", at, seed).contains("app-2026");
        }
    }

    @Test
    void aReasonIsShortEnoughToBeRead() throws IOException {
        write(0, "mayfly: " + "x".repeat(50_000));

        assertThat(log.lastLine(line -> line.startsWith("mayfly: ")).orElseThrow())
                .hasSize(1_003)
                .endsWith("x...");
    }

    @Test
    void aLogThatIsNotThereIsEmpty() throws IOException {
        assertThat(log.read(0, 10)).isEmpty();
        assertThat(log.first(ID)).isEmpty();
        assertThat(log.lastLine(line -> true)).isEmpty();
    }

    /** Writes a text behind so many bytes, which are zeros and take no disk. */
    private void write(long offset, String text) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(log.path().toFile(), "rw")) {
            file.seek(offset);
            file.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
