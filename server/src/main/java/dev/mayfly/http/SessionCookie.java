package dev.mayfly.http;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.Optional;

/**
 * The cookie of a session. No script can read it, no other site's form can send it; over TLS it is sent over TLS only, and
 * is this host's alone. Thread-safe.
 */
public final class SessionCookie {

    private static final String NAME = "mayfly";
    private static final String SECURE_NAME = "__Host-mayfly";

    private SessionCookie() {}

    /** The secret of the session that a request brings. */
    public static Optional<String> of(Context request) {
        return Optional.ofNullable(request.cookie(SECURE_NAME)).or(() -> Optional.ofNullable(request.cookie(NAME)));
    }

    /** Has the browser keep a secret. */
    public static void set(Context answer, String secret, boolean isSecure, Duration longest) {
        write(answer, isSecure ? SECURE_NAME : NAME, secret, isSecure, longest);
    }

    /** Has the browser forget it. */
    public static void remove(Context answer) {
        write(answer, NAME, "", false, Duration.ZERO);
        write(answer, SECURE_NAME, "", true, Duration.ZERO);
    }

    private static void write(Context answer, String name, String value, boolean isSecure, Duration longest) {
        answer.res()
                .addHeader(
                        "Set-Cookie",
                        name + "=" + value + "; Path=/; Max-Age=" + longest.toSeconds() + "; HttpOnly; SameSite=Lax"
                                + (isSecure ? "; Secure" : ""));
    }
}
