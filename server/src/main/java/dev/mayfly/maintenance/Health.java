package dev.mayfly.maintenance;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the server is in service. What it needs is looked at every second on a thread apart, so that whoever asks waits
 * for nothing. Thread-safe.
 */
public final class Health implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Health.class);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(15);

    private final Clock clock;
    private final Map<String, Check> checks;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(runnable -> {
        Thread worker = new Thread(runnable, "health");
        worker.setDaemon(true);
        return worker;
    });
    private volatile State state;

    /** Looks at one thing that the server needs. */
    public interface Check {

        /** What is wrong with it; empty if nothing is. It may take seconds. */
        Optional<String> problem();
    }

    private record State(List<String> problems, Instant at) {}

    /** Looks at all once, and then every second until it is closed. */
    public Health(Clock clock, Map<String, Check> checks) {
        this.clock = clock;
        this.checks = new LinkedHashMap<>(checks);
        this.state = new State(List.of(), clock.instant());
        look();
        var unused = thread.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    private void look() {
        List<String> problems = new ArrayList<>();
        checks.forEach((what, check) -> problem(what, check).ifPresent(problem -> {
            problems.add(what);
            if (!state.problems().contains(what)) {
                log.error("not in service: {}: {}", what, problem);
            }
        }));
        if (problems.isEmpty() && !state.problems().isEmpty()) {
            log.info("in service again");
        }
        state = new State(problems, clock.instant());
    }

    private static Optional<String> problem(String what, Check check) {
        try {
            return check.problem();
        } catch (RuntimeException | Error e) {
            log.debug("{} could not be looked at", what, e);
            return Optional.of(e.toString());
        }
    }

    /** What the server can't do without and does not have now, in words that name nothing inside; none if it is in service. */
    public List<String> problems() {
        State last = state;
        return last.at().plus(LONGEST_SILENCE).isBefore(clock.instant()) ? List.of("its own watch") : last.problems();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
