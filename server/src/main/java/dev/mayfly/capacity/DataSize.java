package dev.mayfly.capacity;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount of memory or disk. Units are powers of 1024, as in Spark: 1 GB is 1024 MB. */
public record DataSize(long bytes) {

    /** The texts that {@link #parse} takes. */
    public static final String FORM = "a number and KB, MB, GB or TB, such as 512 MB";

    private static final Pattern SPARK_TEXT = Pattern.compile("(\\d{1,9})([kmgt]?)b?");
    private static final Pattern TEXT = Pattern.compile("(\\d{1,9}) ?(KB|MB|GB|TB)");

    public DataSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("size: " + bytes + " bytes (expected: 0 or more)");
        }
    }

    public static DataSize ofMegabytes(long megabytes) {
        return new DataSize(megabytes << 20);
    }

    public static DataSize parse(String text) {
        Matcher matcher = TEXT.matcher(text.trim().toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("size: " + text + " (expected: " + FORM + ")");
        }
        int shift = switch (matcher.group(2)) {
            case "KB" -> 10;
            case "MB" -> 20;
            case "GB" -> 30;
            default -> 40;
        };
        return new DataSize(Long.parseLong(matcher.group(1)) << shift);
    }

    /** Reads a size as Spark's memory properties do: {@code 2g}, {@code 512m}, or MiB without a unit; empty for another text. */
    public static Optional<DataSize> ofSpark(String text) {
        Matcher matcher = SPARK_TEXT.matcher(text.trim().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int shift = switch (matcher.group(2)) {
            case "k" -> 10;
            case "g" -> 30;
            case "t" -> 40;
            default -> 20;
        };
        return Optional.of(new DataSize(Long.parseLong(matcher.group(1)) << shift));
    }

    public long megabytes() {
        return bytes >> 20;
    }

    @Override
    public String toString() {
        return bytes % (1L << 30) == 0 ? (bytes >> 30) + " GB" : (bytes >> 20) + " MB";
    }
}
