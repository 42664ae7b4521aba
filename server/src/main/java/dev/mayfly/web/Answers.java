package dev.mayfly.web;

import dev.mayfly.cluster.Cluster;
import dev.mayfly.cluster.ClusterSpec;
import dev.mayfly.cluster.OrphanedClusters;
import dev.mayfly.engine.Run;
import dev.mayfly.problem.Problem;
import dev.mayfly.registry.ModelVersion;
import dev.mayfly.registry.Promotion;
import dev.mayfly.registry.RegisteredModel;
import dev.mayfly.retraining.StoredPipeline;
import dev.mayfly.slice.Slice;
import dev.mayfly.task.AttemptBinding;
import dev.mayfly.task.PipelineRun;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The shapes of the JSON API's answers. */
final class Answers {

    private Answers() {}

    record ErrorAnswer(String error, String message, List<Problem> problems) {}

    record AppliedAnswer(String name, String hash, String change) {}

    record OpenedAnswer(List<String> runs) {}

    record CancelledAnswer(boolean cancelled) {}

    record LogNamesAnswer(List<LogAnswer> logs) {}

    record LogAnswer(String task, int attempt, String log) {}

    record PipelineAnswer(
            String name,
            String description,
            String hash,
            String file,
            boolean paused,
            @Nullable String cron,
            @Nullable String zone,
            @Nullable String after,
            @Nullable Instant nextDue,
            Instant applied,
            Map<String, String> parameters,
            List<String> tasks,
            @Nullable String yaml) {

        static PipelineAnswer of(StoredPipeline stored, boolean withYaml) {
            var schedule = stored.pipeline().trigger().schedule();
            return new PipelineAnswer(
                    stored.name(),
                    stored.pipeline().description(),
                    stored.revision().hash(),
                    stored.revision().file(),
                    stored.paused(),
                    schedule.map(some -> some.cron()).orElse(null),
                    schedule.map(some -> some.zone().getId()).orElse(null),
                    stored.pipeline().trigger().after().orElse(null),
                    stored.nextDue(),
                    stored.applied(),
                    stored.pipeline().parameters(),
                    stored.pipeline().tasks().stream().map(task -> task.name()).toList(),
                    withYaml ? stored.revision().yaml() : null);
        }
    }

    record SliceAnswer(
            String input,
            int number,
            String state,
            int files,
            String first,
            String last,
            @Nullable String run) {

        static SliceAnswer of(Slice slice) {
            return new SliceAnswer(
                    slice.input(),
                    slice.number(),
                    lower(slice.state()),
                    slice.files().size(),
                    slice.files().get(0),
                    slice.files().get(slice.files().size() - 1),
                    slice.run() == null ? null : slice.run().toString());
        }
    }

    record RunAnswer(
            String id,
            String pipeline,
            String state,
            @Nullable String reason,
            Instant created,
            @Nullable Instant started,
            @Nullable Instant ended,
            List<TaskAnswer> tasks,
            @Nullable RunOrigin origin,
            @Nullable List<ClusterAnswer> clusters) {

        static RunAnswer of(Run run) {
            return of(run, run.tasks().stream().map(TaskAnswer::of).toList(), null, null);
        }

        static RunAnswer of(
                Run run, List<TaskAnswer> tasks, @Nullable RunOrigin origin, @Nullable List<ClusterAnswer> clusters) {
            String reason = run.status().reason();
            return new RunAnswer(
                    run.id().toString(),
                    run.flow(),
                    lower(run.state()),
                    reason == null || reason.isEmpty() ? run.status().cancelReason() : reason,
                    run.life().created(),
                    run.life().started(),
                    run.life().ended(),
                    tasks,
                    origin,
                    clusters);
        }
    }

    /** What a run is a run of. */
    record RunOrigin(
            String trigger,
            @Nullable String cause,
            Instant intervalStart,
            Instant intervalEnd,
            String pipelineHash,
            Map<String, String> parameters,
            @Nullable SliceAnswer slice) {

        static RunOrigin of(PipelineRun run) {
            return new RunOrigin(
                    lower(run.trigger().kind()),
                    run.trigger().cause(),
                    run.interval().start(),
                    run.interval().end(),
                    run.hash(),
                    run.parameters(),
                    run.slice().map(SliceAnswer::of).orElse(null));
        }
    }

    record TaskAnswer(
            String name, String state, @Nullable String reason, List<String> needs, List<AttemptAnswer> attempts) {

        static TaskAnswer of(Run.Task task) {
            return of(
                    task,
                    task.attempts().stream()
                            .map(attempt -> AttemptAnswer.of(attempt, null, null, null))
                            .toList());
        }

        static TaskAnswer of(Run.Task task, List<AttemptAnswer> attempts) {
            return new TaskAnswer(
                    task.step().name(),
                    lower(task.state()),
                    task.reason(),
                    task.step().needs(),
                    attempts);
        }
    }

    record AttemptAnswer(
            int number,
            String state,
            @Nullable String reason,
            Instant created,
            @Nullable Instant started,
            @Nullable Instant ended,
            @Nullable String trackingRun,
            @Nullable Map<String, Double> metrics,
            @Nullable PromotionAnswer promotion) {

        static AttemptAnswer of(
                Run.Attempt attempt,
                @Nullable AttemptBinding binding,
                @Nullable Map<String, Double> metrics,
                @Nullable PromotionAnswer promotion) {
            return new AttemptAnswer(
                    attempt.id().number(),
                    lower(attempt.state()),
                    attempt.reason(),
                    attempt.life().created(),
                    attempt.life().started(),
                    attempt.life().ended(),
                    binding == null || metrics == null
                            ? null
                            : binding.trackingRun().value(),
                    metrics,
                    promotion);
        }
    }

    record PromotionAnswer(
            String model, int version, @Nullable Integer champion, boolean promoted, String reason, Instant decided) {

        static PromotionAnswer of(Promotion promotion) {
            return new PromotionAnswer(
                    promotion.candidate().model(),
                    promotion.candidate().version(),
                    promotion.champion(),
                    promotion.promoted(),
                    promotion.reason(),
                    promotion.decidedAt());
        }
    }

    record ClusterAnswer(
            String name,
            String run,
            String provider,
            String state,
            String reason,
            int workers,
            String worker,
            boolean idle,
            Moments life) {

        static ClusterAnswer of(Cluster cluster) {
            ClusterSpec.Node worker = cluster.spec().worker();
            String reason = cluster.status().failure().reason();
            return new ClusterAnswer(
                    cluster.name(),
                    cluster.run().toString(),
                    cluster.spec().provider(),
                    lower(cluster.state()),
                    reason.isEmpty() ? cluster.status().note() : reason,
                    cluster.spec().workers(),
                    worker.cores() + " cores, " + worker.memory(),
                    cluster.isIdle(),
                    Moments.of(cluster.life()));
        }
    }

    /** When things happened to a cluster. */
    record Moments(
            Instant requested,
            @Nullable Instant reserved,
            @Nullable Instant created,
            @Nullable Instant ready,
            @Nullable Instant idle,
            @Nullable Instant deleted,
            @Nullable Instant proved) {

        static Moments of(Cluster.Life life) {
            return new Moments(
                    life.requested(),
                    life.reserved(),
                    life.created(),
                    life.ready(),
                    life.idle(),
                    life.deleteCalled(),
                    life.proved());
        }
    }

    /** A cluster that bears our label and that nobody answers for. */
    record OrphanAnswer(String name, String provider, String providerId, Instant created, String reason) {

        static OrphanAnswer of(OrphanedClusters.Orphan orphan) {
            return new OrphanAnswer(
                    orphan.ref().name(),
                    orphan.provider(),
                    orphan.ref().providerId(),
                    orphan.created(),
                    orphan.reason());
        }
    }

    record ModelAnswer(
            String name,
            String description,
            Map<String, Integer> aliases,
            int versions,
            @Nullable List<VersionAnswer> versionList,
            @Nullable List<PromotionAnswer> promotions) {

        static ModelAnswer of(RegisteredModel model, List<VersionAnswer> versions, List<PromotionAnswer> promotions) {
            return new ModelAnswer(
                    model.name(), model.description(), model.aliases(), versions.size(), versions, promotions);
        }

        static ModelAnswer of(RegisteredModel model) {
            int newest = model.latest().stream()
                    .mapToInt(version -> version.key().version())
                    .max()
                    .orElse(0);
            return new ModelAnswer(model.name(), model.description(), model.aliases(), newest, null, null);
        }
    }

    record VersionAnswer(
            int version,
            List<String> aliases,
            Instant created,
            String source,
            @Nullable String trackingRun,
            @Nullable String incomplete,
            Map<String, String> tags,
            Map<String, Double> metrics) {

        static VersionAnswer of(ModelVersion version, Map<String, Double> metrics) {
            return new VersionAnswer(
                    version.key().version(),
                    version.aliases(),
                    version.created(),
                    version.files(),
                    version.runId(),
                    version.origin().incomplete().isEmpty()
                            ? null
                            : version.origin().incomplete(),
                    version.tags(),
                    metrics);
        }
    }

    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
