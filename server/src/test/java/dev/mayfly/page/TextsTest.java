package dev.mayfly.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.cluster.ClusterState;
import dev.mayfly.engine.AttemptState;
import dev.mayfly.engine.RunState;
import dev.mayfly.engine.TaskState;
import dev.mayfly.slice.Slice;
import dev.mayfly.task.PipelineRun;
import dev.mayfly.tracking.RunStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextsTest {

    private static final Texts RU = Texts.ALL.get(1);
    private static final Pattern VALUE = Pattern.compile("\\{[0-9]}");

    @Test
    void everyTextStandsInBothLanguagesWithTheSameValues() {
        assertThat(new TreeSet<>(RU.keys())).isEqualTo(new TreeSet<>(Texts.EN.keys()));
        for (String key : Texts.EN.keys()) {
            assertThat(values(RU.of(key))).as(key).isEqualTo(values(Texts.EN.of(key)));
            assertThat(RU.of(key)).as(key).isNotBlank();
        }
    }

    private static Set<String> values(String text) {
        Set<String> values = new TreeSet<>();
        VALUE.matcher(text).results().map(MatchResult::group).forEach(values::add);
        return values;
    }

    /** A key that is made of a value is one of those that the value can make. */
    @Test
    void everyStateHasAWord() {
        Stream.<Enum<?>[]>of(
                        RunState.values(),
                        TaskState.values(),
                        AttemptState.values(),
                        ClusterState.values(),
                        RunStatus.values(),
                        Slice.State.values())
                .flatMap(Stream::of)
                .map(state -> "state." + state.name().toLowerCase(Locale.ROOT))
                .forEach(key -> assertThat(Texts.EN.keys()).contains(key));
        for (PipelineRun.Trigger.Kind kind : PipelineRun.Trigger.Kind.values()) {
            assertThat(Texts.EN.keys()).contains("trigger." + kind.name().toLowerCase(Locale.ROOT));
        }
    }

    /** Each literal key of a template is there, and each text that is there is used by one. */
    @Test
    void templatesAndTextsFitTogether() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path folder : List.of(Path.of("src/main/jte"), Path.of("src/main/java/dev/mayfly/page"))) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    all.append(Files.readString(file));
                }
            }
        }
        Pattern literal = Pattern.compile("(?:view\\.t|texts\\.of)\\(\"([a-z.-]+[a-z])\"");
        literal.matcher(all)
                .results()
                .map(match -> match.group(1))
                .forEach(key -> assertThat(Texts.EN.keys()).contains(key));
        for (String key : Texts.EN.keys()) {
            boolean isMade = key.matches("(state|trigger|look|unit|nav|pipeline\\.tab)\\..*");
            assertThat(isMade || all.toString().contains("\"" + key + "\"") || isKind(key))
                    .as("text '%s' is used", key)
                    .isTrue();
        }
    }

    private static boolean isKind(String key) {
        return List.of("experiment").contains(key);
    }

    @ParameterizedTest
    @CsvSource(
            value = {"|ru-RU,ru;q=0.9,en;q=0.8|ru", "|de,en-US;q=0.7|en", "|fr|en", "||en", "ru|en|ru", "xx|ru|ru"},
            delimiter = '|')
    void theLanguageIsTheChosenOneOrTheFirstThatTheBrowserAccepts(String chosen, String accepted, String expected) {
        assertThat(Texts.of(chosen, accepted).code()).isEqualTo(expected);
    }

    @Test
    void lengthsAndNumbersAreSaidShortly() {
        assertThat(Texts.EN.duration(Duration.ofSeconds(59))).isEqualTo("59 s");
        assertThat(Texts.EN.duration(Duration.ofSeconds(60))).isEqualTo("1 min");
        assertThat(Texts.EN.duration(Duration.ofSeconds(3_905))).isEqualTo("1 h 5 min");
        assertThat(Texts.EN.duration(Duration.ofHours(50))).isEqualTo("2 d 2 h");
        assertThat(Texts.EN.duration(Duration.ofSeconds(-5))).isEqualTo("0 s");
        assertThat(RU.duration(Duration.ofSeconds(3_905))).isEqualTo("1 ч 5 мин");
        assertThat(Texts.EN.number(0.67371)).isEqualTo("0.6737");
        assertThat(RU.number(0.67371)).isEqualTo("0,6737");
        assertThat(Texts.EN.number(1_234_567)).isEqualTo("1,234,567");
        assertThat(Texts.EN.number(0.0000012)).isEqualTo("1.200e-06");
        assertThat(Texts.EN.number(Double.NaN)).isEqualTo("NaN");
        assertThatThrownBy(() -> Texts.EN.of("none")).isInstanceOf(IllegalArgumentException.class);
    }
}
