package dev.mayfly.retraining;

import dev.mayfly.pipeline.Pipeline.Gate;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Judges whether a version may become champion. Pure. */
final class PromotionGate {

    private PromotionGate() {}

    /** A judgement with its figures in words. */
    record Verdict(boolean promoted, String reason) {}

    /**
     * @param candidate the metric of the new version
     * @param champion the metric of the champion on the same data; null: there is no champion
     */
    static Verdict judge(Gate gate, double candidate, @Nullable Double champion) {
        String metric = gate.metric() + " " + number(candidate);
        if (Double.isNaN(candidate) || candidate < gate.minimum()) {
            return new Verdict(false, metric + " (expected: at least " + number(gate.minimum()) + ")");
        }
        if (champion == null) {
            return new Verdict(true, metric + ", at least " + number(gate.minimum()) + "; there was no champion");
        }
        double gain = candidate - champion;
        String compared = metric + " against the champion's " + number(champion) + " on the same data: gain "
                + String.format(Locale.ROOT, "%+.4f", gain);
        boolean better = gate.minGain() > 0 ? gain >= gate.minGain() : gain > 0;
        String wanted = gate.minGain() > 0 ? "at least " + number(gate.minGain()) : "more than 0";
        return new Verdict(better, compared + (better ? ", " + wanted : " (expected: " + wanted + ")"));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
