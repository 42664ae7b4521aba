package dev.mayfly.fakecloud;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The IAM tokens that were given out. They grow too old by the cloud's clock, and say by the real one when they will; a token that
 * was not given out here is taken for one that never does. Thread-safe.
 */
final class Tokens {

    private static final String OURS = "t1.fake.";

    private final Duration lifetime;
    private final Map<String, Instant> ends = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();

    Tokens(Duration lifetime) {
        this.lifetime = lifetime;
    }

    String give(Instant now) {
        String token = OURS + numbers.incrementAndGet();
        ends.put(token, now.plus(lifetime));
        return token;
    }

    Duration lifetime() {
        return lifetime;
    }

    /** Throws UNAUTHENTICATED for a header without a token, or with one that is too old. */
    void check(String header, Instant now) {
        if (!header.startsWith("Bearer ")) {
            throw new StatusRuntimeException(Status.UNAUTHENTICATED.withDescription("no token"));
        }
        String token = header.substring("Bearer ".length());
        Instant end = ends.get(token);
        if (token.startsWith(OURS) && (end == null || end.isBefore(now))) {
            throw new StatusRuntimeException(Status.UNAUTHENTICATED.withDescription("The token has expired"));
        }
    }
}
