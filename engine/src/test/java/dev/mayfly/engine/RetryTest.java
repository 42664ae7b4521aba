package dev.mayfly.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RetryTest {

    private static final AttemptId ATTEMPT = new AttemptId(new RunId(new UUID(1, 2)), "train", 1);

    @Test
    void theBackoffDoublesUpToAnHour() {
        Retry retry = new Retry(9, Duration.ofMinutes(10), 0);

        assertThat(retry.delayAfter(ATTEMPT, 1)).isEqualTo(Duration.ofMinutes(10));
        assertThat(retry.delayAfter(ATTEMPT, 2)).isEqualTo(Duration.ofMinutes(20));
        assertThat(retry.delayAfter(ATTEMPT, 4)).isEqualTo(Duration.ofHours(1));
        assertThat(retry.delayAfter(ATTEMPT, 99)).isEqualTo(Duration.ofHours(1));
        assertThat(retry.allowsAfter(9)).isTrue();
        assertThat(retry.allowsAfter(10)).isFalse();
    }

    @Test
    void jitterLengthensByAShareThatIsAFunctionOfTheAttempt() {
        Retry retry = new Retry(3, Duration.ofSeconds(10), 0.5);
        AttemptId other = new AttemptId(new RunId(new UUID(3, 4)), "train", 1);

        assertThat(retry.delayAfter(ATTEMPT, 1))
                .isEqualTo(retry.delayAfter(ATTEMPT, 1))
                .isBetween(Duration.ofSeconds(10), Duration.ofSeconds(15))
                .isNotEqualTo(retry.delayAfter(other, 1));
    }

    @Test
    void whatIsNoRetryIsRefused() {
        assertThatThrownBy(() -> new Retry(-1, Duration.ZERO, 0)).hasMessage("retries: -1 (expected: 0 to 100)");
        assertThatThrownBy(() -> new Retry(101, Duration.ZERO, 0)).hasMessageContaining("101");
        assertThatThrownBy(() -> new Retry(1, Duration.ofSeconds(-1), 0))
                .hasMessageContaining("expected: zero or more");
        assertThatThrownBy(() -> new Retry(1, Duration.ZERO, 1.1)).hasMessage("jitter: 1.1 (expected: 0 to 1)");
    }
}
