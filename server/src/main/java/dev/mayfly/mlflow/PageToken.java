package dev.mayfly.mlflow;

import dev.mayfly.tracking.Refused;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the next page of a listing begins; opaque to clients. */
final class PageToken {

    private PageToken() {}

    static int offset(String token) {
        if (token.isEmpty()) {
            return 0;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            if (text.matches("offset:[0-9]{1,9}")) {
                return Integer.parseInt(text.substring("offset:".length()));
            }
        } catch (IllegalArgumentException e) {
            throw refused(token);
        }
        throw refused(token);
    }

    /** The token after a page; null if it was the last: it held no more than the limit, one more having been asked for. */
    static @Nullable String next(int offset, int limit, List<?> oneMore) {
        return oneMore.size() <= limit ? null : at(offset + limit);
    }

    static String at(int offset) {
        String text = "offset:" + offset;
        return Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    static <T> List<T> page(int limit, List<T> oneMore) {
        return oneMore.size() <= limit ? oneMore : oneMore.subList(0, limit);
    }

    private static Refused refused(String token) {
        return Refused.invalid("Invalid page token '" + token + "' (expected: one that a search returned)");
    }
}
