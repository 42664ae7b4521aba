package dev.mayfly.cluster.yandex;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import yandex.cloud.api.dataproc.v1.Job;
import yandex.cloud.api.dataproc.v1.ListJobLogRequest;
import yandex.cloud.api.dataproc.v1.ListJobLogResponse;

/**
 * The logs of jobs, which the cloud hands out page by page: a page can be read only with the token from the page before.
 * Remembers where pages begin, so that a log is not read again from its beginning. Thread-safe.
 */
final class YandexLogs {

    private static final int PAGE_BYTES = 1 << 20;
    private static final int MOST_PAGES_SEARCHED = 16;
    private static final int MOST_LOGS_REMEMBERED = 200;
    private static final int LONGEST_LINE = 1_000;

    private final Function<ListJobLogRequest, ListJobLogResponse> pages;

    /** The tokens of the pages by the offsets at which they begin, of the logs that were read last; in the order of reading. */
    private final Map<String, TreeMap<Long, String>> beginnings = new LinkedHashMap<>(16, 0.75f, true);

    YandexLogs(Function<ListJobLogRequest, ListJobLogResponse> pages) {
        this.pages = pages;
    }

    /** Up to {@code maxBytes} from an offset; empty at the log's current end. */
    byte[] read(String cluster, Job job, long offset, int maxBytes) {
        Map.Entry<Long, String> nearest = nearest(job, offset);
        long begin = nearest.getKey();
        String token = nearest.getValue();
        while (true) {
            ListJobLogResponse page = page(cluster, job, token);
            byte[] content = page.getContent().getBytes(StandardCharsets.UTF_8);
            if (offset < begin + content.length) {
                int from = (int) (offset - begin);
                return Arrays.copyOfRange(content, from, Math.min(content.length, from + maxBytes));
            }
            if (page.getNextPageToken().isEmpty()) {
                return new byte[0];
            }
            begin += content.length;
            token = page.getNextPageToken();
            remember(job, begin, token);
        }
    }

    /** The last line that is wanted, within the first {@value #MOST_PAGES_SEARCHED} pages and cut to a bounded length. */
    Optional<String> lastLine(String cluster, Job job, Predicate<String> isWanted) {
        Optional<String> last = Optional.empty();
        String rest = "";
        String token = "";
        for (int n = 0; n < MOST_PAGES_SEARCHED; n++) {
            ListJobLogResponse page = page(cluster, job, token);
            String text = rest + page.getContent();
            int end = text.lastIndexOf('\n') + 1;
            boolean isLast = page.getNextPageToken().isEmpty();
            String whole = isLast ? text : text.substring(0, end);
            Optional<String> found = whole.lines().filter(isWanted).reduce((first, second) -> second);
            last = found.isPresent() ? found : last;
            if (isLast) {
                break;
            }
            rest = text.substring(end, Math.min(text.length(), end + LONGEST_LINE));
            token = page.getNextPageToken();
        }
        return last.map(line -> line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) : line);
    }

    private ListJobLogResponse page(String cluster, Job job, String token) {
        return pages.apply(ListJobLogRequest.newBuilder()
                .setClusterId(cluster)
                .setJobId(job.getId())
                .setPageSize(PAGE_BYTES)
                .setPageToken(token)
                .build());
    }

    private synchronized Map.Entry<Long, String> nearest(Job job, long offset) {
        Map.Entry<Long, String> nearest =
                beginnings.getOrDefault(job.getId(), new TreeMap<>()).floorEntry(offset);
        return nearest == null ? Map.entry(0L, "") : nearest;
    }

    private synchronized void remember(Job job, long begin, String token) {
        beginnings.computeIfAbsent(job.getId(), id -> new TreeMap<>()).put(begin, token);
        if (beginnings.size() > MOST_LOGS_REMEMBERED) {
            beginnings.remove(beginnings.keySet().iterator().next());
        }
    }
}
