package dev.mayfly.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mayfly.problem.Problem;
import dev.mayfly.problem.Refused;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Texts that are small and stand for very much, or for themselves. Each is refused, at once. */
@Timeout(10)
class YamlBoundsTest {

    private final Pipelines pipelines = new Pipelines();

    private List<String> problems(String yaml) {
        Refused refused = catchThrowableOfType(Refused.class, () -> parse("p.yaml", yaml));
        return refused.problems().stream().map(Problem::toString).toList();
    }

    @Test
    void aliasesOfContainersAreRefusedRecursiveOnesAndBombsAtOnce() {
        assertThat(problems("name: &a [*a]\n"))
                .containsExactly(
                        "p.yaml:1:11: alias '*a' of a list or of keys and values (expected: aliases of texts and"
                                + " numbers only; write it out)");
        assertThat(problems("a: &a {b: *a}\n")).singleElement().asString().contains("alias '*a'");
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int n = 1; n < 30; n++) {
            bomb.append("a%d: &a%d [%s*a%d]\n".formatted(n, n, ("*a" + (n - 1) + ", ").repeat(9), n - 1));
        }
        assertThat(problems(bomb.toString())).singleElement().asString().startsWith("p.yaml:2:10: alias '*a0'");
    }

    @Test
    void anAliasOfATextIsTaken() {
        String yaml = "name: &n x\ndescription: *n\ntasks: {a: {spark: {package: p, main_class: M}}}\n";
        assertThat(problems(yaml)).singleElement().asString().contains("task 'a' runs on Spark");
    }

    @Test
    void whatIsNestedDeeplyIsRefused() {
        for (String open : List.of("[", "{a: ", "- ")) {
            assertThat(problems("name: x\ndescription:\n  " + open.repeat(20_000)))
                    .as(open)
                    .hasSize(1)
                    .allMatch(problem -> problem.contains("nested more than 50 deep") || problem.contains("not YAML"));
        }
    }

    @Test
    void whatIsLongIsRefusedAndEchoedInPart() {
        assertThat(problems("name: " + "x".repeat(300_000)))
                .containsExactly("p.yaml:1:1: the text is 300006 bytes long (expected: at most 262144)");
        assertThat(problems("name: " + "x".repeat(200_000))).allMatch(problem -> problem.length() < 1_050);
        assertThat(problems("name: x\nschedule: {cron: '" + "1 ".repeat(50_000) + "'}\ntasks: {a: {needs: ["
                        + "y".repeat(50_000) + "], promote: {model: m, from: a, gate: {metric: x}}}}\n"))
                .isNotEmpty()
                .allMatch(problem -> problem.length() < 1_050);
        StringBuilder many = new StringBuilder("name: x\ntasks: {a: {spark: {package: p, main_class: M}}}\n");
        for (int n = 0; n < 5_000; n++) {
            many.append("unknown").append(n).append(": 1\n");
        }
        assertThat(problems(many.toString())).hasSize(100);
    }

    @Test
    void numbersWithABillionDigitsAreNoNumbers() {
        for (String number : List.of("1e999999999", "1e-999999999", "9".repeat(100_000), "0." + "1".repeat(100_000))) {
            assertThat(problems("name: x\nmax_active_runs: " + number + "\ntasks: {}\n"))
                    .anyMatch(problem -> problem.contains("max_active_runs"));
        }
    }

    @Test
    void commentsBlanksAndQuotesAreReadInLinearTime() {
        for (String piece :
                List.of("# x\n", " ", "\n", "'", "\"", "\\", "? ", "!", "%", "&a ", "|\n", "\t", "- - ", "a: b: ")) {
            long begin = System.nanoTime();
            String text = piece.repeat(250_000 / piece.length());
            try {
                parse("p.yaml", text);
            } catch (Refused e) {
                assertThat(e.problems()).isNotEmpty();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).as(piece).isLessThan(Duration.ofSeconds(9));
        }
    }

    @Test
    void randomTextsOfTheSignsOfYamlEndInAProblem() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String signs = "[]{}:,-?&*!|>'\"%@`#\n  ab01.e~<=";
        for (int n = 0; n < 3_000; n++) {
            StringBuilder text = new StringBuilder();
            for (int k = random.nextInt(200); k >= 0; k--) {
                text.append(signs.charAt(random.nextInt(signs.length())));
            }
            try {
                parse("p.yaml", text.toString());
            } catch (Refused e) {
                assertThat(e.problems()).as("seed %s: %s", seed, text).isNotEmpty();
            }
        }
    }

    private Pipeline parse(String file, String yaml) {
        return pipelines.parse(PipelineText.alone(file, yaml), Set.of("local"), "/data");
    }
}
