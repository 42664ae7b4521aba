package dev.mayfly.retraining;

import dev.mayfly.access.Scope;
import dev.mayfly.engine.Reconciler;
import dev.mayfly.problem.Refused;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the runs of pipelines with a schedule when they are due. Due times missed while no server ran open one run, or
 * one each with {@code catchup}.
 */
final class ReconcileSchedules implements Reconciler {

    private static final Logger log = LoggerFactory.getLogger(ReconcileSchedules.class);
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
        return retraining.pipelines(Scope.EVERYTHING).stream()
                .filter(pipeline -> pipeline.nextDue() != null && !pipeline.paused())
                .map(StoredPipeline::name)
                .collect(Collectors.toSet());
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
            retraining.runDue(name, due);
            return Optional.of(now);
        } catch (Refused e) {
            if (e.isMissing()) {
                return Optional.empty();
            }
            log.warn(
                    "the due run of {} can't be opened: {}; retrying in {} s",
                    name,
                    e.getMessage(),
                    LONGEST_WAIT.toSeconds());
            return Optional.of(clock.instant().plus(LONGEST_WAIT));
        }
    }
}
