package dev.mayfly.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class FoldTest {

    private static final long JULY_25 = LocalDate.of(2018, 7, 25).toEpochDay();
    private static final Fold.Windows WEEKS = new Fold.Windows(7, 7, 7);

    @Test
    void theLastFoldIsThatOfTheHandbook() {
        Fold fold = Fold.last(JULY_25, JULY_25 + 20, WEEKS);

        assertThat(fold).hasToString("trained 2018-07-25 to 2018-07-31, tested 2018-08-08 to 2018-08-14");
        assertThat(fold.firstHistoryDay()).isEqualTo(JULY_25 - 37);
    }

    @Test
    void theLatestKnownFoldEndsWithTheTrainingOfTheFinalOne() {
        Fold last = Fold.last(JULY_25 - 100, JULY_25 + 20, WEEKS);

        assertThat(last.latestKnown().endOfTest())
                .as("no label of the delay or of the test is used")
                .isEqualTo(last.firstDelayDay());
        assertThat(last.latestKnown().earlier(7).endOfTest()).isEqualTo(last.firstDelayDay() - 7);
    }

    @Test
    void aLongerTrainingWindowIsJudgedOnTheSameRows() {
        Fold shorter = Fold.last(JULY_25 - 100, JULY_25 + 20, WEEKS);
        Fold longer = Fold.last(JULY_25 - 100, JULY_25 + 20, new Fold.Windows(28, 7, 7));

        assertThat(longer.firstTrainingDay()).isEqualTo(JULY_25 - 21);
        assertThat(longer.firstKnownDay()).isEqualTo(shorter.firstKnownDay()).isEqualTo(JULY_25);
        assertThat(longer.firstTestDay()).isEqualTo(shorter.firstTestDay());
    }

    @Test
    void tooFewDaysAreRefused() {
        assertThatThrownBy(() -> Fold.last(0, 19, WEEKS))
                .hasMessage("the data spans 20 days (expected: at least 21 = training 7 + delay 7 + test 7)");
    }
}
