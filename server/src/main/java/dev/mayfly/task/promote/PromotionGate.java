package dev.mayfly.task.promote;

import dev.mayfly.pipeline.Pipeline.Gate;
import dev.mayfly.pipeline.Pipeline.Guard;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Judges whether a version may become champion. A gain counts only if it holds for other customers, too: the training
 * job states the lower bound of the gain as {@code gain_METRIC_lower}, from a bootstrap in which both models are judged
 * on the same draws. It checks every bound, so that the decision lists all of them. {@link #judge} is pure and
 * thread-safe.
 */
final class PromotionGate {

    /** The prefix of the champion's metrics on the same data. */
    static final String CHAMPION = "champion_";

    static final String GAIN = "gain_";
    private static final String LOWER = "_lower";

    private final Gate gate;
    private final ToDoubleFunction<String> metrics;
    private final boolean hasChampion;
    private final List<String> passed = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();

    private PromotionGate(Gate gate, ToDoubleFunction<String> metrics, boolean hasChampion) {
        this.gate = gate;
        this.metrics = metrics;
        this.hasChampion = hasChampion;
    }

    /** The decision, and its reason with the figures. */
    record Verdict(boolean promoted, String reason) {}

    /**
     * Judges a version.
     *
     * @param metrics returns a metric by name; may throw if there is none
     * @param hasChampion whether there is a champion to compare with
     */
    static Verdict judge(Gate gate, boolean hasChampion, ToDoubleFunction<String> metrics) {
        return new PromotionGate(gate, metrics, hasChampion).verdict();
    }

    private Verdict verdict() {
        String metric = gate.metric();
        atLeast(metric, gate.minimum());
        if (hasChampion) {
            gain(metric);
        }
        gate.guards().forEach(this::guard);
        String champion = hasChampion ? "" : "; there was no champion";
        return failed.isEmpty()
                ? new Verdict(true, String.join("; ", passed) + champion)
                : new Verdict(
                        false,
                        String.join("; ", failed)
                                + (passed.isEmpty() ? "" : "; passed: " + String.join("; ", passed))
                                + champion);
    }

    /** What {@link #judge} asks for, made of what each of two trainings logged of itself. */
    static ToDoubleFunction<String> ofOwn(ToDoubleFunction<String> version, ToDoubleFunction<String> champion) {
        return key -> {
            if (key.startsWith(CHAMPION)) {
                return champion.applyAsDouble(key.substring(CHAMPION.length()));
            }
            if (key.startsWith(GAIN)) {
                String metric = key.substring(GAIN.length()).replaceFirst(LOWER + "$", "");
                return version.applyAsDouble(metric) - champion.applyAsDouble(metric);
            }
            return version.applyAsDouble(key);
        };
    }

    private void gain(String metric) {
        double gain = metrics.applyAsDouble(GAIN + metric);
        double lower = metrics.applyAsDouble(GAIN + metric + LOWER);
        String words = metric + " against the champion's " + number(metrics.applyAsDouble(CHAMPION + metric))
                + (gate.comparison() == Gate.Comparison.SAME_DATA
                        ? " on the same data: gain " + signed(gain) + ", at least " + signed(lower)
                        : ", each by its own training: gain " + signed(gain));
        note(lower > gate.minGain(), words, "more than " + number(gate.minGain()));
    }

    private void guard(String metric, Guard guard) {
        guard.atLeast().ifPresent(bound -> atLeast(metric, bound));
        guard.atMost()
                .ifPresent(bound -> note(
                        metrics.applyAsDouble(metric) <= bound,
                        metric + " " + number(metrics.applyAsDouble(metric)),
                        "at most " + number(bound)));
        comparison(metric, guard.maxDrop(), -1, "down");
        comparison(metric, guard.maxRise(), 1, "up");
    }

    private void comparison(String metric, Optional<Double> bound, int direction, String word) {
        if (hasChampion && bound.isPresent()) {
            double change = metrics.applyAsDouble(metric) - metrics.applyAsDouble(CHAMPION + metric);
            note(
                    direction * change <= bound.get(),
                    metric + " " + number(metrics.applyAsDouble(metric)) + ", " + signed(change) + " to the champion's",
                    word + " by at most " + number(bound.get()));
        }
    }

    private void atLeast(String metric, double bound) {
        double value = metrics.applyAsDouble(metric);
        note(value >= bound, metric + " " + number(value), "at least " + number(bound));
    }

    private void note(boolean holds, String what, String wanted) {
        if (holds) {
            passed.add(what + ", " + wanted);
        } else {
            failed.add(what + " (expected: " + wanted + ")");
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, isSmall(value) ? "%.1e" : "%.4f", value);
    }

    private static String signed(double value) {
        return String.format(Locale.ROOT, isSmall(value) ? "%+.1e" : "%+.4f", value);
    }

    /** Whether four decimals would show as nothing what is something. */
    private static boolean isSmall(double value) {
        return value != 0 && Math.abs(value) < 0.00005;
    }
}
