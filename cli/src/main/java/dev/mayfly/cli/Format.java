package dev.mayfly.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values as people read them. Colours only on a terminal, and not if {@code NO_COLOR} is set. */
final class Format {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

    /** On JDK 17, which the launcher ensures, there is a console only if input and output are a terminal. */
    @SuppressWarnings("SystemConsoleNull")
    static final boolean TERMINAL = System.console() != null;

    private static final boolean COLOURS = TERMINAL && System.getenv("NO_COLOR") == null;
    private static final Map<String, String> COLOUR_OF = Map.of(
            "succeeded", "32",
            "done", "32",
            "deleted", "32",
            "failed", "31",
            "upstream_failed", "31",
            "lost", "31",
            "timed_out", "31",
            "cancelled", "33",
            "running", "36",
            "creating", "36");

    private Format() {}

    static String state(String state) {
        String colour = COLOUR_OF.get(state);
        return COLOURS && colour != null ? "\u001b[" + colour + "m" + state + "\u001b[0m" : state;
    }

    static String time(@Nullable Instant time) {
        return time == null ? "-" : TIME.format(time);
    }

    /** The time between two instants, or until now if the second is not there yet. */
    static String between(@Nullable Instant from, @Nullable Instant to) {
        return from == null ? "-" : duration(Duration.between(from, to == null ? Instant.now() : to));
    }

    static String duration(Duration duration) {
        double seconds = duration.toMillis() / 1000.0;
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        return String.format(Locale.ROOT, "%d min %02d s", duration.toMinutes(), duration.toSecondsPart());
    }

    static String size(long bytes) {
        if (bytes < 10_000) {
            return bytes + " B";
        }
        return bytes < 10_000_000
                ? String.format(Locale.ROOT, "%.1f KB", bytes / 1e3)
                : String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
    }

    static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return String.format(Locale.ROOT, "%,d", (long) value);
        }
        return String.format(Locale.ROOT, "%.4f", value);
    }

    static String shortId(String id) {
        return id.length() > 8 ? id.substring(0, 8) : id;
    }
}
