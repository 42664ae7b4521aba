package dev.mayfly.page;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which metrics people look at first. */
final class Metrics {

    static final String GAIN = "gain_";
    static final String CHAMPION = "champion_";
    static final String LOWER = "_lower";
    static final String UPPER = "_upper";

    private Metrics() {}

    /**
     * Names of metrics, without bounds and without what is said of a champion: first what a gain was measured of, then what most have,
     * then by name.
     *
     * @param each the names of one version or run
     */
    static List<String> toLookAt(List<? extends Collection<String>> each, int most) {
        Map<String, Integer> counts = new HashMap<>();
        each.forEach(names -> names.forEach(name -> counts.merge(name, 1, Integer::sum)));
        return counts.keySet().stream()
                .filter(name -> !isBound(name) && !name.startsWith(GAIN) && !name.startsWith(CHAMPION))
                .sorted(Comparator.comparing((String name) -> !counts.containsKey(GAIN + name))
                        .thenComparing(name -> -counts.getOrDefault(name, 0))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(most)
                .toList();
    }

    private static boolean isBound(String name) {
        return name.endsWith(LOWER) || name.endsWith(UPPER);
    }
}
