package dev.mayfly.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.problem.Refused;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {

    @Test
    void andBindsCloserThanOrAndParenthesesCloserThanBoth() {
        assertThat(read("a = 'x' OR b = 'y' AND c = 'z'"))
                .isEqualTo(read("a = 'x' or (b = 'y' and c = 'z')"))
                .isNotEqualTo(read("(a = 'x' OR b = 'y') AND c = 'z'"));
    }

    private static String read(String filter) {
        return Filter.parse(filter).condition().toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "metrics.auc > 0.5",
                "metrics.`odd key!` <= -1e-3",
                "metrics.\"odd key\" = .5",
                "params.x = 'it''s'",
                "tags.mlflow.runName ilike \"%x%\"",
                "run_id in ('a', 'b')",
                "run_id NOT IN ('a')",
                "run_id in ('a',)",
                "run_id in ('a', 'b' , )",
                "params.x IS NULL and params.y is not null",
                "not (a = 'x' or not b != 'y')",
                "  ",
            })
    void whatTheGrammarHasIsRead(String filter) {
        assertThatCode(() -> Filter.parse(filter)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            metrics.auc                 | position 12: the end (expected: =,
            metrics.auc > x             | position 15: 'x' (expected: a number, or a text in quotes)
            metrics.auc > 1 AND         | position 20: the end (expected: a field
            metrics.auc > 1 metrics.b   | position 17: 'metrics.b' (expected: AND, OR or the end)
            a = 'x                      | position 5: ''' (expected: a field, a value or an operator)
            (a = 'x'                    | position 9: the end (expected: AND, OR or ')')
            a IN 'x'                    | position 6: 'x' (expected: '(' and texts in quotes)
            a IN ('x' 'y')              | position 11: 'y' (expected: ',' or ')')
            a IN ()                     | position 7: ')' (expected: a text in quotes)
            a IN ('x',,)                | position 11: ',' (expected: a text in quotes)
            a IN (,)                    | position 7: ',' (expected: a text in quotes)
            a IN ('x',                  | position 11: the end (expected: a text in quotes)
            a IS 5                      | position 6: '5' (expected: NULL)
            a = 'x'; drop table runs    | position 8: ';' (expected: a field, a value or an operator)
            """)
    void whatIsWrongIsSaidWithItsPosition(String filter, String message) {
        assertThatThrownBy(() -> Filter.parse(filter.strip()))
                .isInstanceOf(Refused.class)
                .hasMessageContaining(message.strip());
    }

    @Test
    void anyTextIsReadOrRefusedAndDeepNestingEndsInAnError() {
        assertThatThrownBy(() -> Filter.parse("(".repeat(100_000)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("nested");
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String[] pieces = {
            "a",
            "metrics.",
            "`b`",
            "'c'",
            "\"d\"",
            "(",
            ")",
            ",",
            "=",
            "!=",
            " AND ",
            " OR ",
            " NOT ",
            " IN ",
            " IS ",
            "NULL",
            "1",
            "-2.5e3",
            " ",
            "'",
            "%",
            "."
        };
        for (int n = 0; n < 20_000; n++) {
            StringBuilder text = new StringBuilder();
            for (int piece = random.nextInt(12); piece >= 0; piece--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            try {
                Filter.parse(text.toString());
            } catch (Refused e) {
                assertThat(e.getMessage()).as("seed %s", seed).contains("position");
            }
        }
    }

    @Test
    void ordersAreReadAndNoFieldTwice() {
        assertThat(Order.parse(List.of("metrics.auc DESC", "`odd key`", "start_time asc")))
                .extracting(Order::descending)
                .containsExactly(true, false, false);
        assertThatThrownBy(() -> Order.parse(List.of("a", "A desc"))).hasMessageContaining("duplicate");
        assertThatThrownBy(() -> Order.parse(List.of("a upwards"))).hasMessageContaining("expected: ASC, DESC");
    }

    @Test
    void longTextsAreReadAndTooManyPartsAreRefused() {
        String quotes = "''".repeat(40_000);
        assertThat(Filter.parse("params.a = '" + "x".repeat(90_000) + "'").condition())
                .isNotNull();
        assertThat(Filter.parse("params.a = '" + quotes + "'").condition()).isNotNull();
        assertThatThrownBy(() -> Filter.parse("params.a = '" + "x".repeat(300_000) + "'"))
                .hasMessageContaining("characters (expected: at most 200000)");
        assertThatThrownBy(() -> Filter.parse("(".repeat(100_000))).hasMessageContaining("less than 50 nested");
        assertThatThrownBy(() -> Filter.parse("NOT ".repeat(40_000))).hasMessageContaining("less than 50 nested");
        String one = "params.a = 'x'";
        assertThat(Filter.parse((one + " AND ").repeat(49) + one).condition()).isNotNull();
        assertThatThrownBy(() -> Filter.parse((one + " AND ").repeat(50) + one))
                .hasMessageContaining("at most 50 comparisons");
        assertThat(Filter.parse("run_id IN (" + "'x',".repeat(999) + "'x')").condition())
                .isNotNull();
        assertThatThrownBy(() -> Filter.parse("run_id IN (" + "'x',".repeat(1_000) + "'x')"))
                .hasMessageContaining("at most 1000 texts");
        assertThatThrownBy(() -> Order.parse(Collections.nCopies(11, "metrics.a DESC")))
                .hasMessage("`order_by` has 11 clauses (expected: at most 10)");
    }
}
