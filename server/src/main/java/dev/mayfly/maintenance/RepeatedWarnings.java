package dev.mayfly.maintenance;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Lets a warning through a few times a minute, whatever its values are: while a database or a disk is gone, each thing that
 * needs it would fill the log many times a second. Thread-safe.
 */
public final class RepeatedWarnings extends TurboFilter {

    private static final int MOST_A_MINUTE = 5;
    private static final long MINUTE_MILLIS = 60_000;
    private static final long NANOS = 1_000_000;
    private static final int MOST_KINDS = 1_000;

    private final Map<String, Count> counts = new LinkedHashMap<>();

    private record Count(long since, int times) {}

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] values,
            @Nullable Throwable failure) {
        if (format == null || !level.isGreaterOrEqual(Level.WARN)) {
            return FilterReply.NEUTRAL;
        }
        int times = count(logger.getName() + format, System.nanoTime() / NANOS);
        if (times == MOST_A_MINUTE + 1) {
            logger.info("more like '{}' is left out for a minute", format);
        }
        return times > MOST_A_MINUTE ? FilterReply.DENY : FilterReply.NEUTRAL;
    }

    private synchronized int count(String kind, long now) {
        Count before = counts.get(kind);
        Count after = before == null || now - before.since() > MINUTE_MILLIS
                ? new Count(now, 1)
                : new Count(before.since(), before.times() + 1);
        counts.put(kind, after);
        if (counts.size() > MOST_KINDS) {
            counts.remove(counts.keySet().iterator().next());
        }
        return after.times();
    }
}
