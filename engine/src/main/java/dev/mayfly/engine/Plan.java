package dev.mayfly.engine;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a run will do: its tasks, ordered so that upstream comes before downstream, and the run's limits. */
public record Plan(List<Step> steps, Limits limits) {

    public Plan {
        steps = List.copyOf(steps);
        Set<String> before = new HashSet<>();
        for (Step step : steps) {
            if (!before.containsAll(step.needs())) {
                throw new IllegalArgumentException("task " + step.name() + " needs " + step.needs()
                        + " (expected: only tasks that come before it, " + before + ")");
            }
            if (!before.add(step.name())) {
                throw new IllegalArgumentException("task " + step.name() + ": there are two (expected: unique names)");
            }
        }
    }

    /** How long a run may take, and how many runs of its flow may be active at once. */
    public record Limits(Duration timeout, int maxActive) {

        public Limits {
            if (maxActive < 1) {
                throw new IllegalArgumentException("active runs at once: " + maxActive + " (expected: 1 or more)");
            }
        }
    }

    /**
     * One task of a plan. {@code needsAllocation}: it runs on the run's allocation, which is made when first needed.
     */
    public record Step(
            String name,
            List<String> needs,
            TriggerRule trigger,
            Retry retry,
            Duration timeout,
            boolean needsAllocation) {

        public Step {
            needs = List.copyOf(needs);
        }
    }
}
