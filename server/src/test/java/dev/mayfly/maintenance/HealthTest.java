package dev.mayfly.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HealthTest {

    @Test
    void itSaysWhatIsWrongAndWhenThatIsOver() {
        AtomicReference<String> problem = new AtomicReference<>("");
        try (Health health = new Health(
                Clock.systemUTC(),
                Map.of("it is broken", () -> Optional.ofNullable(problem.get()).filter(text -> !text.isEmpty())))) {
            assertThat(health.problems()).isEmpty();
            problem.set("a secret address");
            Awaitility.await().untilAsserted(() -> assertThat(health.problems()).containsExactly("it is broken"));
            problem.set("");
            Awaitility.await().untilAsserted(() -> assertThat(health.problems()).isEmpty());
        }
    }

    @Test
    void aCheckThatThrowsIsAProblemAndEndsNothing() {
        AtomicReference<@Nullable Error> error = new AtomicReference<>(new StackOverflowError());
        try (Health health = new Health(Clock.systemUTC(), Map.of("it is broken", () -> {
            Error thrown = error.get();
            if (thrown != null) {
                throw thrown;
            }
            return Optional.empty();
        }))) {
            assertThat(health.problems()).containsExactly("it is broken");
            error.set(null);
            Awaitility.await().untilAsserted(() -> assertThat(health.problems()).isEmpty());
        }
    }

    /** Whoever asks waits for nothing, and is not told what was true long ago. */
    @Test
    void aCheckThatHangsIsFoundByItsSilence() throws Exception {
        CountDownLatch hang = new CountDownLatch(1);
        AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
        Clock clock = new Clock() {
            @Override
            public java.time.ZoneId getZone() {
                return java.time.ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public java.time.Instant instant() {
                return java.time.Instant.now().plus(ahead.get());
            }
        };
        CountDownLatch second = new CountDownLatch(2);
        try (Health health = new Health(clock, Map.of("it is broken", () -> {
            second.countDown();
            if (second.getCount() == 0) {
                try {
                    hang.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return Optional.empty();
        }))) {
            second.await();
            ahead.set(Duration.ofSeconds(20));
            assertThat(health.problems()).containsExactly("its own watch");
            hang.countDown();
        }
    }
}
