package dev.mayfly.tracking;

import dev.mayfly.problem.EntityKey;
import dev.mayfly.problem.Refused;
import dev.mayfly.problem.TextLimit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Metrics, parameters and tags that are logged together: all or none. Of tags with equal keys the last one counts. */
public record Batch(List<Metric> metrics, List<Entry> params, List<Entry> tags) {

    private static final TextLimit PARAM = new TextLimit("param value", 6_000);
    private static final TextLimit TAG = new TextLimit("tag value", 8_000);
    private static final int MOST = 1_000;
    private static final int MOST_OF_TEXTS = 100;

    public Batch {
        metrics = List.copyOf(metrics);
        params = params.stream().map(entry -> entry.cutTo(PARAM)).toList();
        tags = tags.stream().map(entry -> entry.cutTo(TAG)).toList();
        atMost("metrics", metrics.size(), MOST);
        atMost("params", params.size(), MOST_OF_TEXTS);
        atMost("tags", tags.size(), MOST_OF_TEXTS);
        atMost("metrics, params and tags", metrics.size() + params.size() + tags.size(), MOST);
        metrics.forEach(metric -> EntityKey.check("metric", metric.key()));
        Map<String, String> seen = new HashMap<>();
        for (Entry param : params) {
            String before = seen.put(param.key(), param.value());
            if (before != null) {
                throw Refused.invalid("Duplicate parameter keys have been submitted: '" + param.key() + "'");
            }
        }
    }

    /** Whether it holds metrics alone. */
    boolean isOfMetrics() {
        return params.isEmpty() && tags.isEmpty();
    }

    public static Batch of(Metric metric) {
        return new Batch(List.of(metric), List.of(), List.of());
    }

    public static Batch ofParam(String key, String value) {
        return new Batch(List.of(), List.of(new Entry(key, value)), List.of());
    }

    public static Batch ofTag(String key, String value) {
        return new Batch(List.of(), List.of(), List.of(new Entry(key, value)));
    }

    /** A key and a text. */
    public record Entry(String key, String value) {

        public Entry {
            EntityKey.check("parameter or tag", key);
        }

        private Entry cutTo(TextLimit limit) {
            String cut = limit.cut(value);
            return cut.length() == value.length() ? this : new Entry(key, cut);
        }
    }

    private static void atMost(String what, int count, int most) {
        if (count > most) {
            throw Refused.invalid(
                    "A batch logging request can contain at most " + most + " " + what + ". Got " + count + ".");
        }
    }
}
