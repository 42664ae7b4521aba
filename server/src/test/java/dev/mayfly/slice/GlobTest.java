package dev.mayfly.slice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    *.csv.gz         | a.csv.gz  | true
                    *.csv.gz         | a.csv     | false
                    a*b*c            | axxbxxc   | true
                    a*b*c            | axxbxx    | false
                    ?.csv            | é.csv     | true
                    ??.csv           | 😀.csv    | false
                    [0-9]*           | 7x        | true
                    [!0-9]*          | 7x        | false
                    {a,b}{1,2}.csv   | b1.csv    | true
                    {a,b}{1,2}.csv   | c1.csv    | false
                    {a,}.csv         | .csv      | true
                    a\\*             | a*        | true
                    a\\*             | ab        | false
                    [{]              | {         | true
                    *                | .hidden   | true""")
    void shellPatternsMeanWhatTheyMeanInAShell(String pattern, String name, boolean matches) {
        assertThat(new Glob(pattern).matches(name)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[a", "[]", "{a", "{a,{b,c}}", "a\\", "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"})
    void aPatternThatMeansNothingIsRefused(String pattern) {
        assertThatThrownBy(() -> new Glob(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: ");
    }

    /** The JDK's own takes time that grows with the power of the stars; for small ones it is the judge. */
    @Test
    void randomPatternsMatchWhatTheJdkMatches() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int compared = 0;
        for (int n = 0; n < 20_000; n++) {
            String pattern = text(random, "ab*?[]{},!-", 8);
            String name = text(random, "ab-", 6);
            boolean expected;
            Glob glob;
            try {
                glob = new Glob(pattern);
                expected = FileSystems.getDefault()
                        .getPathMatcher("glob:" + pattern)
                        .matches(Path.of(name));
            } catch (IllegalArgumentException e) {
                assertThat(e).isInstanceOfAny(IllegalArgumentException.class, PatternSyntaxException.class);
                continue;
            }
            if (!pattern.contains("[")) { // the JDK's brackets have words of their own: &&, ^
                assertThat(glob.matches(name))
                        .as(pattern + " " + name + ", seed " + seed)
                        .isEqualTo(expected);
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(2_000);
    }

    private static String text(Random random, String letters, int longest) {
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(longest);
        for (int n = 0; n < length; n++) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }

    /** With the JDK's own matcher this does not end in a lifetime. */
    @Test
    void manyStarsCostLittle() {
        Glob glob = new Glob("*a".repeat(120) + "*b");
        String name = "a".repeat(250);
        for (int n = 0; n < 1_000; n++) {
            assertThat(glob.matches(name)).isFalse();
        }
    }
}
