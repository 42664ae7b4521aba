package dev.mayfly.cluster.yandex;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import yandex.cloud.api.dataproc.v1.Job;
import yandex.cloud.api.dataproc.v1.ListJobLogRequest;
import yandex.cloud.api.dataproc.v1.ListJobLogResponse;

/** On pages made up, of any lengths; a page's token is its number. */
class YandexLogsTest {

    private static final Job JOB = Job.newBuilder().setId("job").build();

    private final List<String> pages = new ArrayList<>();
    private final List<Integer> asked = new ArrayList<>();
    private final YandexLogs logs = new YandexLogs(this::page);

    private ListJobLogResponse page(ListJobLogRequest request) {
        assertThat(request.getPageSize()).isPositive();
        int number = request.getPageToken().isEmpty() ? 0 : Integer.parseInt(request.getPageToken());
        asked.add(number);
        return ListJobLogResponse.newBuilder()
                .setContent(number < pages.size() ? pages.get(number) : "")
                .setNextPageToken(number + 1 < pages.size() ? Integer.toString(number + 1) : "")
                .build();
    }

    @Test
    void anyPartOfALogIsReadInAnyOrder() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int n = 0; n < 40; n++) {
            pages.add("aé✓\n".repeat(random.nextInt(20)));
        }
        byte[] whole = String.join("", pages).getBytes(StandardCharsets.UTF_8);

        for (int n = 0; n < 500; n++) {
            int offset = random.nextInt(whole.length + 5);
            byte[] read = logs.read("cluster", JOB, offset, 1 + random.nextInt(50));

            int from = Math.min(offset, whole.length);
            assertThat(read)
                    .as("seed %s, offset %s", seed, offset)
                    .isEqualTo(Arrays.copyOfRange(whole, from, from + read.length));
            assertThat(read.length == 0).isEqualTo(offset >= whole.length);
        }
    }

    @Test
    void twoReadersDoNotMakeEachOtherBeginAgain() {
        for (int n = 0; n < 100; n++) {
            pages.add("x".repeat(10));
        }
        logs.read("cluster", JOB, 999, 1);
        asked.clear();

        for (int n = 0; n < 50; n++) {
            logs.read("cluster", JOB, 5, 1);
            logs.read("cluster", JOB, 995, 1);
        }

        assertThat(asked).hasSize(100);
    }

    @Test
    void theLastReasonIsFoundAcrossPagesAndCut() {
        pages.addAll(List.of("mayfly: first\nmay", "fly: sec", "ond\nand more\n"));
        assertThat(logs.lastLine("cluster", JOB, line -> line.startsWith("mayfly: ")))
                .contains("mayfly: second");

        pages.set(2, "ond" + "!".repeat(5_000));
        assertThat(logs.lastLine("cluster", JOB, line -> line.startsWith("mayfly: ")))
                .hasValueSatisfying(
                        line -> assertThat(line).startsWith("mayfly: second!!").hasSize(1_000));
    }

    @Test
    void aLogWithoutEndIsSearchedForABoundedTime() {
        for (int n = 0; n < 1_000; n++) {
            pages.add("one line without an end".repeat(100));
        }

        assertThat(logs.lastLine("cluster", JOB, line -> line.startsWith("mayfly: ")))
                .isEmpty();
        assertThat(asked).hasSizeLessThan(20);
    }
}
