package dev.mayfly.task.promote;

import dev.mayfly.access.Actor;
import dev.mayfly.engine.AttemptId;
import dev.mayfly.engine.AttemptState;
import dev.mayfly.engine.Observed;
import dev.mayfly.pipeline.Pipeline.Gate;
import dev.mayfly.pipeline.Pipeline.PromoteWork;
import dev.mayfly.pipeline.Template;
import dev.mayfly.problem.Refused;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.registry.ModelVersion;
import dev.mayfly.registry.Promotion;
import dev.mayfly.registry.Promotions;
import dev.mayfly.registry.RegisteredModel;
import dev.mayfly.task.AttemptBinding;
import dev.mayfly.task.TaskKind;
import dev.mayfly.tracking.Batch;
import dev.mayfly.tracking.Metric;
import dev.mayfly.tracking.Tracking;
import dev.mayfly.tracking.TrackingRun;
import dev.mayfly.tracking.TrackingRunId;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Promotes in this process: finds the version, asks the gate, records the decision. Thread-safe. */
public final class PromoteKind implements TaskKind<PromoteWork> {

    /** The tag in which a training job states the champion version that it compared with. */
    static final String CHAMPION_TAG = "mayfly.champion.version";

    private final Tracking tracking;
    private final ModelRegistry registry;
    private final Clock clock;

    public PromoteKind(Tracking tracking, ModelRegistry registry, Clock clock) {
        this.tracking = tracking;
        this.registry = registry;
        this.clock = clock;
    }

    @Override
    public Class<PromoteWork> work() {
        return PromoteWork.class;
    }

    @Override
    public Observed.Job status(Attempt attempt) {
        boolean isDecided = registry.promotions().by(attempt.id().toString()).isPresent();
        return isDecided ? Observed.Job.SUCCEEDED : Observed.Job.ABSENT;
    }

    @Override
    public void stop(Attempt attempt) {
        // a decision is one transaction: there is nothing to stop
    }

    @Override
    public void finish(Attempt attempt, AttemptState end, String reason) {
        // the decision is all that there is
    }

    /** @throws Refused if the task registered no version, or an incomplete one */
    @Override
    public void start(Start<PromoteWork> start) {
        PromoteWork work = start.work();
        AttemptBinding training = start.others().get(work.from());
        if (training == null) {
            throw Refused.missing("task '" + work.from() + "' has no tracking run");
        }
        String model = Template.fill(work.model(), start.values());
        decide(start.attempt().id(), model, work, training);
    }

    private void decide(AttemptId attempt, String model, PromoteWork work, AttemptBinding training) {
        List<TrackingRunId> runs = new ArrayList<>(tracking.madeByJob(training.job()));
        runs.add(training.trackingRun());
        ModelVersion candidate = runs.stream()
                .flatMap(run -> registry.madeBy(run.value(), model).stream())
                .max(Comparator.comparingInt(version -> version.key().version()))
                .orElseThrow(() -> Refused.missing("task '" + work.from() + "' registered no version of model '" + model
                        + "' (tracking runs " + runs + ")"));
        registry.requireComplete(candidate.key());
        TrackingRunId trained = new TrackingRunId(String.valueOf(candidate.runId()));
        TrackingRun run = tracking.run(trained);
        Optional<ModelVersion> champion = registry.byAlias(model, RegisteredModel.CHAMPION);
        PromotionGate.Verdict verdict =
                PromotionGate.judge(work.gate(), champion.isPresent(), metrics(work.gate(), run, champion));
        Promotion promotion = registry.promotions()
                .decide(
                        Actor.SYSTEM,
                        new Promotion(
                                attempt.toString(),
                                candidate.key(),
                                champion.map(version -> version.key().version()).orElse(null),
                                verdict.promoted(),
                                verdict.reason(),
                                clock.instant()));
        String words = (promotion.promoted() ? "promoted: " : "not promoted: ") + promotion.reason();
        registry.tags().setOfVersion(Actor.SYSTEM, candidate.key(), Promotions.TAG, words);
        tracking.log(Actor.SYSTEM, trained, Batch.ofTag(Promotions.TAG, words));
    }

    private ToDoubleFunction<String> metrics(Gate gate, TrackingRun run, Optional<ModelVersion> champion) {
        if (champion.isPresent() && gate.comparison() == Gate.Comparison.OWN_METRICS) {
            TrackingRun ofChampion =
                    tracking.run(new TrackingRunId(String.valueOf(champion.get().runId())));
            return PromotionGate.ofOwn(key -> metric(run, key), key -> metric(ofChampion, key));
        }
        champion.ifPresent(version -> checkCompared(run, version.key().version()));
        return key -> metric(run, key);
    }

    private static void checkCompared(TrackingRun run, int champion) {
        String compared = run.tags().getOrDefault(CHAMPION_TAG, "none");
        if (!compared.equals(Integer.toString(champion))) {
            throw Refused.wrongState("the training compared with champion version " + compared + " (expected: "
                    + champion + ", the champion now, in the tag " + CHAMPION_TAG
                    + "; train again, or, for a script that"
                    + " knows of no champion, set compare: own_metrics in the gate)");
        }
    }

    private static double metric(TrackingRun run, String key) {
        return run.metrics().stream()
                .filter(metric -> metric.key().equals(key))
                .findFirst()
                .map(Metric::value)
                .orElseThrow(() -> Refused.missing("tracking run " + run.id() + " has no metric '" + key
                        + "' (expected: a number that the gate asks for; gain_METRIC_lower is the lower bound of the gain over the"
                        + " champion)"));
    }
}
