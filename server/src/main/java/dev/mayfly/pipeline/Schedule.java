package dev.mayfly.pipeline;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/** When a pipeline runs by itself: a five-field cron expression in a time zone. */
public record Schedule(String cron, ZoneId zone) {

    /** Throws {@link IllegalArgumentException} if the expression is not one. */
    public Schedule {
        parse(cron);
    }

    /** The first due time after an instant; empty if there is none, as for the 30th of February. */
    public Optional<Instant> nextAfter(Instant instant) {
        return ExecutionTime.forCron(parse(cron))
                .nextExecution(instant.atZone(zone))
                .map(time -> time.toInstant());
    }

    private static Cron parse(String cron) {
        return new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX)).parse(cron);
    }
}
