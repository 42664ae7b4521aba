package dev.mayfly.retention;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long ago something was, as people write it: {@code 30d}, {@code 12h}, {@code 90m}, {@code 0s}. */
public final class Age {

    private static final Pattern FORM = Pattern.compile("(\\d{1,6})([dhms])");

    private Age() {}

    /** Reads an age; throws {@link IllegalArgumentException} if the text is none. */
    public static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("age '" + text + "' (expected: a number and d, h, m or s, such as 30d)");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "d" -> Duration.ofDays(number);
            case "h" -> Duration.ofHours(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofSeconds(number);
        };
    }
}
