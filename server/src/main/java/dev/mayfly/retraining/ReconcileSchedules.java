package dev.mayfly.retraining;

import dev.mayfly.engine.Reconciler;
import dev.mayfly.problem.Refused;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Asks for the runs of pipelines with a schedule when they are due. For due times missed while no server ran it asks for one
 * run, or for one each with {@code catchup}.
 */
final class ReconcileSchedules implements Reconciler {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final Retraining retraining;
    private final Clock clock;

    ReconcileSchedules(Retraining retraining, Clock clock) {
        this.retraining = retraining;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return "schedule";
    }

    @Override
    public Set<String> unfinished() {
        return retraining.scheduled();
    }

    @Override
    public Optional<Instant> reconcile(String name) {
        try {
            StoredPipeline pipeline = retraining.pipeline(name);
            Instant due = pipeline.nextDue();
            if (due == null || pipeline.paused()) {
                return Optional.empty();
            }
            Instant now = clock.instant();
            if (due.isAfter(now)) {
                Instant latest = now.plus(LONGEST_WAIT);
                return Optional.of(due.isBefore(latest) ? due : latest);
            }
            return Optional.of(retraining.runDue(pipeline, due));
        } catch (Refused e) {
            if (e.isMissing()) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
