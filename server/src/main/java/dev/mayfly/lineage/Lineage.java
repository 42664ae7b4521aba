package dev.mayfly.lineage;

import dev.mayfly.engine.AttemptId;
import dev.mayfly.engine.Run;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.registry.ModelVersion;
import dev.mayfly.registry.Promotion;
import dev.mayfly.registry.RegisteredModel;
import dev.mayfly.retraining.PipelineRuns;
import dev.mayfly.retraining.Retraining;
import dev.mayfly.task.AttemptBinding;
import dev.mayfly.tracking.Metric;
import dev.mayfly.tracking.Tracking;
import dev.mayfly.tracking.TrackingRun;
import dev.mayfly.tracking.TrackingRunId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Joins runs, models and metrics across rooms. Thread-safe. */
public final class Lineage {

    private final Retraining retraining;
    private final Tracking tracking;
    private final ModelRegistry registry;

    public Lineage(Retraining retraining, Tracking tracking, ModelRegistry registry) {
        this.retraining = retraining;
        this.tracking = tracking;
        this.registry = registry;
    }

    /**
     * The results of an attempt.
     *
     * @param trackingRun the tracking run it logged to, if it logged
     * @param own the tracking runs that its job made itself
     * @param metrics the last value of each metric that it logged, to any of them
     * @param promotion its decision about a model, if it made one
     */
    public record Result(
            Optional<TrackingRunId> trackingRun,
            List<TrackingRunId> own,
            Map<String, Double> metrics,
            Optional<Promotion> promotion) {}

    /** A run, and the results of each of its attempts. */
    public record RunLineage(PipelineRuns.Details details, Map<AttemptId, Result> results) {}

    /** A model version, and the last value of each metric of the tracking run that made it. */
    public record VersionLineage(ModelVersion version, Map<String, Double> metrics) {}

    /** A registered model with its newest versions and promotions, newest first. */
    public record ModelLineage(RegisteredModel model, List<VersionLineage> versions, List<Promotion> promotions) {}

    /** The run with this id, or with the only id that begins so. */
    public RunLineage run(String idOrPrefix) {
        PipelineRuns.Details details = retraining.runs().details(idOrPrefix);
        Map<AttemptId, AttemptBinding> bindings = new HashMap<>();
        details.bindings().forEach(binding -> bindings.put(binding.attempt(), binding));
        Map<AttemptId, Result> results = new HashMap<>();
        for (Run.Task task : details.run().tasks()) {
            for (Run.Attempt attempt : task.attempts()) {
                results.put(attempt.id(), result(task, attempt.id(), Optional.ofNullable(bindings.get(attempt.id()))));
            }
        }
        return new RunLineage(details, results);
    }

    private Result result(Run.Task task, AttemptId attempt, Optional<AttemptBinding> binding) {
        Optional<TrackingRun> logged = binding.flatMap(some -> tracking.findRun(some.trackingRun()));
        List<TrackingRunId> own =
                binding.map(some -> tracking.madeByJob(some.job())).orElse(List.of());
        Map<String, Double> metrics = new TreeMap<>(logged.map(Lineage::metrics).orElse(Map.of()));
        own.forEach(id -> tracking.findRun(id).ifPresent(run -> metrics.putAll(metrics(run))));
        return new Result(
                logged.map(run -> run.info().id()),
                own,
                metrics,
                task.step().needsAllocation()
                        ? Optional.empty()
                        : registry.promotions().by(attempt.toString()));
    }

    /**
     * A registered model.
     *
     * @param limit the most versions and the most promotions
     */
    public ModelLineage model(String name, int limit) {
        RegisteredModel model = registry.model(name);
        return new ModelLineage(
                model,
                registry.versions(model.name(), limit).stream()
                        .map(version -> new VersionLineage(version, metrics(version)))
                        .toList(),
                registry.promotions().of(model.name(), limit));
    }

    private Map<String, Double> metrics(ModelVersion version) {
        return Optional.ofNullable(version.runId())
                .flatMap(run -> tracking.findRun(new TrackingRunId(run)))
                .map(Lineage::metrics)
                .orElse(Map.of());
    }

    private static Map<String, Double> metrics(TrackingRun run) {
        Map<String, Double> metrics = new TreeMap<>();
        for (Metric metric : run.metrics()) {
            metrics.put(metric.key(), metric.value());
        }
        return metrics;
    }
}
