package dev.mayfly.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mayfly.problem.Years;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Reads what opens a pipeline's runs. */
final class TriggerReader {

    private final BiConsumer<String, String> problems;

    /** Hands problems on, each with the pointer to its value. */
    TriggerReader(BiConsumer<String, String> problems) {
        this.problems = problems;
    }

    Pipeline.Trigger read(JsonNode node, String name) {
        if (node.isMissingNode()) {
            return Pipeline.Trigger.NONE;
        }
        if (node.has("cron") == node.has("after")) {
            problems.accept(
                    "/schedule",
                    "schedule has " + (node.has("cron") ? "both 'cron' and" : "neither 'cron' nor")
                            + " 'after' (expected: exactly one)");
            return Pipeline.Trigger.NONE;
        }
        if (node.has("cron")) {
            return new Pipeline.Trigger(schedule(node), Optional.empty());
        }
        String after = node.path("after").asText();
        if (after.equals(name)) {
            problems.accept("/schedule/after", "after '" + after + "' (expected: another pipeline)");
        }
        return new Pipeline.Trigger(Optional.empty(), Optional.of(after));
    }

    private Optional<Schedule> schedule(JsonNode node) {
        ZoneId zone = ZoneId.of("UTC");
        String name = node.path("zone").asText("UTC");
        try {
            zone = ZoneId.of(name);
        } catch (DateTimeException e) {
            problems.accept(
                    "/schedule/zone", "zone '" + name + "' (expected: a time zone such as UTC or Europe/Moscow)");
        }
        Optional<Instant> start = start(node.path("start"), zone);
        boolean catchup = node.path("catchup").asBoolean(false);
        if (catchup && start.isEmpty()) {
            problems.accept("/schedule/catchup", "catchup 'true' (expected: with a 'start', from which to catch up)");
        }
        String cron = node.path("cron").asText();
        try {
            return Optional.of(new Schedule(cron, zone, catchup, start));
        } catch (IllegalArgumentException e) {
            problems.accept("/schedule/cron", "cron '" + cron + "': " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Instant> start(JsonNode node, ZoneId zone) {
        if (node.isMissingNode()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Years.checked(
                    LocalDate.parse(node.asText()).atStartOfDay(zone).toInstant()));
        } catch (DateTimeException e) {
            problems.accept("/schedule/start", "start '" + node.asText() + "' (expected: a date such as 2026-01-31)");
            return Optional.empty();
        }
    }
}
