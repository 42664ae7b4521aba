package dev.mayfly.fakecloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Faults of certain calls: {@code WHAT NUMBER FAULT} on each line, counted from 1 for each {@code WHAT}.
 * Calls are named like {@code clusters.create}; {@code any} counts all of them. Thread-safe.
 *
 * <pre>
 * clusters.create 1 lost-answer     it is created, but the answer is lost
 * any 40 outage                     no call succeeds for four minutes
 * cluster 2 error-though-created
 * delete 1 refused
 * job 3 hangs
 * </pre>
 */
final class Script {

    static final Script NONE = new Script(Map.of());

    private static final Set<String> CALL_FAULTS = Set.of("unavailable", "expired-token", "lost-answer", "outage");
    private static final Map<String, Set<String>> FAULTS = Map.of(
            "cluster", Set.of("late", "error-though-created", "dead", "init-failed", "slow", "no-room"),
            "delete", Set.of("refused"),
            "job", Set.of("fails", "hangs", "vanishes"));
    private static final Set<String> CALLS = Set.of(
            "any",
            "clusters.create",
            "clusters.get",
            "clusters.list",
            "clusters.delete",
            "jobs.create",
            "jobs.get",
            "jobs.list",
            "jobs.log",
            "jobs.cancel",
            "operations.get",
            "quotas.list",
            "secrets.get",
            "tokens.create");

    private final Map<String, String> faults;
    private final Map<String, Integer> counts = new HashMap<>();

    private Script(Map<String, String> faults) {
        this.faults = Map.copyOf(faults);
    }

    /** Reads a script; throws {@link IllegalArgumentException}, which names the line, if one is wrong. */
    static Script read(Path file) throws IOException {
        Map<String, String> faults = new HashMap<>();
        List<String> lines = Files.readAllLines(file);
        for (int n = 0; n < lines.size(); n++) {
            String line = lines.get(n).replaceFirst("#.*", "").strip();
            if (!line.isEmpty()) {
                String[] words = line.split("\\s+", -1);
                String place = file + ":" + (n + 1) + ": ";
                if (words.length != 3 || !words[1].matches("[1-9][0-9]{0,8}")) {
                    throw new IllegalArgumentException(place + "'" + line + "' (expected: WHAT NUMBER FAULT)");
                }
                Set<String> possible = CALLS.contains(words[0]) ? CALL_FAULTS : FAULTS.get(words[0]);
                if (possible == null) {
                    Set<String> all = new TreeSet<>(CALLS);
                    all.addAll(FAULTS.keySet());
                    throw new IllegalArgumentException(place + "'" + words[0] + "' (expected: one of " + all + ")");
                }
                if (!possible.contains(words[2])) {
                    throw new IllegalArgumentException(
                            place + "'" + words[2] + "' (expected: one of " + new TreeSet<>(possible) + ")");
                }
                faults.put(words[0] + " " + words[1], words[2]);
            }
        }
        return new Script(faults);
    }

    /** Counts one more {@code what}, and returns its fault; empty if it has none. */
    synchronized Optional<String> next(String what) {
        return Optional.ofNullable(faults.get(what + " " + counts.merge(what, 1, Integer::sum)));
    }

    /** Returns the constant of a fault's name. */
    static <E extends Enum<E>> E constant(Class<E> type, String fault) {
        return Enum.valueOf(type, fault.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
