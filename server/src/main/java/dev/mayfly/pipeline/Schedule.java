package dev.mayfly.pipeline;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * When runs of a pipeline are due: a five-field cron expression in a time zone. As in Airflow, the run of a due time is
 * for the data interval that ends there.
 *
 * @param catchup whether every missed due time from {@code start} on gets a run, or only the last one
 * @param start every due time is after this
 */
public record Schedule(String cron, ZoneId zone, boolean catchup, Optional<Instant> start) {

    /** Throws {@link IllegalArgumentException} if the cron expression is not valid. */
    public Schedule {
        parse(cron);
    }

    /** The first due time after an instant; empty if there is none, as for the 30th of February. */
    public Optional<Instant> nextAfter(Instant instant) {
        return ExecutionTime.forCron(parse(cron))
                .nextExecution(instant.atZone(zone))
                .map(time -> time.toInstant());
    }

    /** The last due time at or before an instant. */
    public Optional<Instant> lastUntil(Instant instant) {
        return ExecutionTime.forCron(parse(cron))
                .lastExecution(instant.plusNanos(1).atZone(zone))
                .map(time -> time.toInstant());
    }

    /** The data interval that ends at a due time: it begins at the due time before. */
    public DataInterval intervalEndingAt(Instant due) {
        Instant start = ExecutionTime.forCron(parse(cron))
                .lastExecution(due.atZone(zone))
                .map(time -> time.toInstant())
                .orElse(due);
        return new DataInterval(start, due, zone);
    }

    private static Cron parse(String cron) {
        return new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX)).parse(cron);
    }
}
