package dev.mayfly.fakecloud;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The IAM tokens that this cloud issued. They expire by the cloud's clock, but state their lifetime in real time. A
 * token that it did not issue never expires. Thread-safe.
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

    /** Throws UNAUTHENTICATED if the header has no token, or an expired one. */
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
