package dev.mayfly.page.picture;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened when, a lane for each thing, on one scale: the units of a lane go from 0 to {@link #UNITS}. Immutable.
 *
 * @param end of the scale
 */
public record Lanes(Instant begin, Instant end, List<Lane> lanes) {

    public static final int UNITS = 1_000;

    public Lanes {
        lanes = List.copyOf(lanes);
    }

    /** A part of a lane's time: from, to (now, if it goes on), what it was, and which look it has. */
    public record Span(
            String label,
            String look,
            Instant from,
            @Nullable Instant to) {}

    /** A lane as it is asked for. */
    public record Row(String name, List<Span> spans) {}

    /** A bar, in units from the left; wide enough to be seen. */
    public record Bar(String label, String look, int x, int width, Duration length) {}

    /** A lane as it is drawn. */
    public record Lane(String name, List<Bar> bars) {}

    /** Lays out rows between the first beginning and the last end, or now. */
    public static Lanes of(List<Row> rows, Instant now) {
        Instant begin = rows.stream()
                .flatMap(row -> row.spans().stream())
                .map(Span::from)
                .min(Instant::compareTo)
                .orElse(now);
        Instant end = rows.stream()
                .flatMap(row -> row.spans().stream())
                .map(span -> span.to() == null ? now : span.to())
                .max(Instant::compareTo)
                .orElse(now);
        double millis = Math.max(1, Duration.between(begin, end).toMillis());
        List<Lane> lanes = new ArrayList<>();
        for (Row row : rows) {
            List<Bar> bars = new ArrayList<>();
            for (Span span : row.spans()) {
                Instant to = span.to() == null ? now : span.to();
                int x = (int) (UNITS * Duration.between(begin, span.from()).toMillis() / millis);
                int until = (int) (UNITS * Duration.between(begin, to).toMillis() / millis);
                int width = Math.max(4, until - x);
                bars.add(new Bar(
                        span.label(),
                        span.look(),
                        Math.min(x, UNITS - width),
                        width,
                        Duration.between(span.from(), to)));
            }
            lanes.add(new Lane(row.name(), bars));
        }
        return new Lanes(begin, end, lanes);
    }
}
