package dev.mayfly.retraining;

import dev.mayfly.engine.AttemptId;
import dev.mayfly.pipeline.Pipeline.PromoteWork;
import dev.mayfly.problem.Refused;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.registry.ModelVersion;
import dev.mayfly.registry.Promotion;
import dev.mayfly.registry.Promotions;
import dev.mayfly.registry.RegisteredModel;
import dev.mayfly.tracking.Batch;
import dev.mayfly.tracking.Metric;
import dev.mayfly.tracking.Tracking;
import dev.mayfly.tracking.TrackingRun;
import dev.mayfly.tracking.TrackingRunId;
import java.time.Clock;
import java.util.Optional;

/** Carries out a {@code promote} task: finds the version, asks the gate, writes the decision down. Idempotent. */
final class PromoteTask {

    /** The tag in which a training job states with which champion it compared. */
    static final String CHAMPION_TAG = "mayfly.champion.version";

    private final Tracking tracking;
    private final ModelRegistry registry;
    private final Clock clock;

    PromoteTask(Tracking tracking, ModelRegistry registry, Clock clock) {
        this.tracking = tracking;
        this.registry = registry;
        this.clock = clock;
    }

    Optional<Promotion> decision(AttemptId attempt) {
        return registry.promotions().by(attempt.toString());
    }

    /** Throws {@link Refused} if there is nothing to judge, or what there is can't be loaded. */
    Promotion decide(AttemptId attempt, String model, PromoteWork work, TrackingRunId trained) {
        ModelVersion candidate = registry.madeBy(trained.value(), model).stream()
                .findFirst()
                .orElseThrow(() -> Refused.missing("task '" + work.from() + "' registered no version of model '" + model
                        + "' (tracking run " + trained + ")"));
        registry.requireComplete(candidate.key());
        TrackingRun run = tracking.run(trained);
        Integer champion = registry.byAlias(model, RegisteredModel.CHAMPION)
                .map(version -> version.key().version())
                .orElse(null);
        if (champion != null) {
            checkCompared(run, champion);
        }
        PromotionGate.Verdict verdict = PromotionGate.judge(work.gate(), champion != null, key -> metric(run, key));
        Promotion promotion = registry.promotions()
                .decide(new Promotion(
                        attempt.toString(),
                        candidate.key(),
                        champion,
                        verdict.promoted(),
                        verdict.reason(),
                        clock.instant()));
        String words = (promotion.promoted() ? "promoted: " : "not promoted: ") + promotion.reason();
        registry.tagVersion(candidate.key(), Promotions.TAG, words);
        tracking.log(trained, Batch.ofTag(Promotions.TAG, words));
        return promotion;
    }

    private static void checkCompared(TrackingRun run, int champion) {
        String compared = run.tags().getOrDefault(CHAMPION_TAG, "none");
        if (!compared.equals(Integer.toString(champion))) {
            throw new Refused(
                    Refused.Kind.WRONG_STATE,
                    "the training compared with champion version " + compared + " (expected: " + champion
                            + ", the champion now); train again");
        }
    }

    private static double metric(TrackingRun run, String key) {
        return run.metrics().stream()
                .filter(metric -> metric.key().equals(key))
                .findFirst()
                .map(Metric::value)
                .orElseThrow(() -> Refused.missing("tracking run " + run.id() + " has no metric '" + key
                        + "' (expected: what the gate asks for; gain_METRIC_lower is the lower bound of the gain over the"
                        + " champion)"));
    }
}
