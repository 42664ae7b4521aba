package dev.mayfly.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ProtocolTest {

    private final Protocol protocol = new Protocol(0, 99, 7, 7, 7);

    @Test
    void itTakesTheLastPossibleWeeks() {
        assertThat(protocol.firstTrainingDay()).isEqualTo(79);
        assertThat(protocol.firstDelayDay()).isEqualTo(86);
        assertThat(protocol.firstTestDay()).isEqualTo(93);
        assertThat(protocol.endOfTest()).isEqualTo(100);
        assertThat(protocol.firstHistoryDay()).isEqualTo(42);
    }

    @Test
    void aFraudIsKnownAWholeDelayLater() {
        assertThat(protocol.isKnownOn(85, 93)).as("of training").isTrue();
        assertThat(protocol.isKnownOn(78, 93)).as("before training").isFalse();
        assertThat(protocol.isKnownOn(86, 93))
                .as("none of the delay on the first test day")
                .isFalse();
        assertThat(protocol.isKnownOn(86, 94))
                .as("the first day of the delay on the second test day")
                .isTrue();
        assertThat(protocol.isKnownOn(87, 94)).isFalse();
        assertThat(protocol.isKnownOn(91, 99)).isTrue();
        assertThat(protocol.isKnownOn(92, 99)).isFalse();
    }

    @Test
    void dataThatIsTooShortIsRefused() {
        assertThatThrownBy(() -> new Protocol(0, 19, 7, 7, 7))
                .hasMessage("the data spans 20 days (expected: at least 21 = training 7 + delay 7 + test 7)");
    }
}
