package dev.mayfly.mlflow;

import dev.mayfly.problem.Refused;
import dev.mayfly.tracking.Metric;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where the next page of a metric's history begins: after this point. Opaque to clients. */
final class HistoryPageToken {

    private static final Pattern POINT = Pattern.compile("(\\d{1,18})/(-?\\d{1,19})/(\\S{1,30})");

    private HistoryPageToken() {}

    static @Nullable Metric read(String key, String token) {
        if (token.isEmpty()) {
            return null;
        }
        try {
            Matcher matcher = POINT.matcher(new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8));
            if (matcher.matches()) {
                return new Metric(
                        key,
                        Double.parseDouble(matcher.group(3)),
                        Instant.ofEpochMilli(Long.parseLong(matcher.group(1))),
                        Long.parseLong(matcher.group(2)));
            }
        } catch (IllegalArgumentException e) {
            throw wrong(token);
        }
        throw wrong(token);
    }

    static String of(Metric last) {
        String point = last.timestamp().toEpochMilli() + "/" + last.step() + "/" + last.value();
        return Base64.getUrlEncoder().encodeToString(point.getBytes(StandardCharsets.UTF_8));
    }

    private static Refused wrong(String token) {
        return Refused.invalid("Invalid page token '" + token + "' (expected: one that the history returned)");
    }
}
