package dev.mayfly.tracking;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Metrics, parameters and tags that are logged together: all or none. Among equal tags the last one counts. */
public record Batch(List<Metric> metrics, List<Entry> params, List<Entry> tags) {

    static final int LONGEST_KEY = 250;
    private static final Pattern KEY = Pattern.compile("(?U)[\\w.\\- :/]{1," + LONGEST_KEY + "}");
    private static final Pattern PLAIN_KEY = Pattern.compile("\\w{1," + LONGEST_KEY + "}");
    private static final Pattern DOTS = Pattern.compile("(^|.*/)\\.\\.?(/.*|$)");
    private static final int LONGEST_PARAM = 6_000;
    private static final int LONGEST_TAG = 8_000;
    private static final int MOST = 1_000;
    private static final int MOST_OF_TEXTS = 100;

    public Batch {
        metrics = List.copyOf(metrics);
        params = params.stream().map(entry -> entry.cutTo(LONGEST_PARAM)).toList();
        tags = tags.stream().map(entry -> entry.cutTo(LONGEST_TAG)).toList();
        atMost("metrics", metrics.size(), MOST);
        atMost("params", params.size(), MOST_OF_TEXTS);
        atMost("tags", tags.size(), MOST_OF_TEXTS);
        atMost("metrics, params and tags", metrics.size() + params.size() + tags.size(), MOST);
        metrics.forEach(metric -> checkKey("metric", metric.key()));
        Map<String, String> seen = new HashMap<>();
        for (Entry param : params) {
            String before = seen.put(param.key(), param.value());
            if (before != null) {
                throw Refused.invalid("Duplicate parameter keys have been submitted: '" + param.key() + "'");
            }
        }
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
            checkKey("parameter or tag", key);
        }

        private Entry cutTo(int length) {
            return value.length() <= length ? this : new Entry(key, value.substring(0, length));
        }
    }

    private static void atMost(String what, int count, int most) {
        if (count > most) {
            throw Refused.invalid(
                    "A batch logging request can contain at most " + most + " " + what + ". Got " + count + ".");
        }
    }

    private static void checkKey(String what, String key) {
        if (PLAIN_KEY.matcher(key).matches()) {
            return;
        }
        boolean oddPath =
                key.startsWith("/") || key.contains("//") || DOTS.matcher(key).matches();
        if (!KEY.matcher(key).matches() || oddPath) {
            String shown = key.length() > 60 ? key.substring(0, 60) + "..." : key;
            throw Refused.invalid("Invalid " + what + " name: '" + shown + "' (expected: 1 to " + LONGEST_KEY
                    + " letters, digits, '_', '-', '.', ' ', ':' and '/', no '..' or '//')");
        }
    }
}
