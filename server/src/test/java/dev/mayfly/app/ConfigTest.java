package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.capacity.Resources;
import dev.mayfly.capacity.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {

    private static final Config.Options NONE = new Config.Options(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    @Test
    void optionsComeBeforeVariablesBeforeDefaults() {
        Config.Options options = new Config.Options(
                Optional.empty(), Optional.empty(), Optional.of(9), Optional.empty(), Optional.empty());

        Config config = Config.read(options, Map.of("MAYFLY_PORT", "8", "MAYFLY_HOST", "::1"), Path.of("/opt/mayfly"));

        assertThat(config.listen()).isEqualTo(new Config.Listen("::1", 9));
        assertThat(config.folders().sparkHome()).isEqualTo(Path.of("/opt/mayfly/dist/spark"));
    }

    @Test
    void anUnknownVariableAndAWrongPortAreRefused() {
        assertThatThrownBy(() -> Config.read(NONE, Map.of("MAYFLY_PROT", "1"), Path.of(".")))
                .hasMessageContaining("variable MAYFLY_PROT (expected: one of [MAYFLY_ALLOWED_HOSTS, MAYFLY_CONFIG");
        assertThatThrownBy(() -> Config.read(NONE, Map.of("MAYFLY_PORT", "http"), Path.of(".")))
                .hasMessage("MAYFLY_PORT: http (expected: 0 to 65535)");
    }

    @Test
    void thePasswordOfTheDatabaseIsNotPrinted() {
        Map<String, String> variables = Map.of("MAYFLY_DATABASE_URL", "jdbc:postgresql://db/m?password=hunter2");

        assertThat(Config.read(NONE, variables, Path.of("."))).asString().doesNotContain("hunter2");
    }

    @Test
    void aConfigurationFileStatesPoolsAndWhatIsWrongInItIsSaidWithItsPlace(@TempDir Path folder) throws IOException {
        Path good = Files.writeString(folder.resolve("good.yaml"), "pools: {yandex: {ssd: 200 GB, cores: 32}}\n");
        assertThat(Settings.read(good).capacity().impossible("yandex", Optional.empty(), Resources.of(Unit.CORES, 33)))
                .contains("cores: 33 (expected: at most 32 in pool yandex)");

        Path unknown = Files.writeString(folder.resolve("unknown.yaml"), "pools: {local: {coars: 1}}\n");
        assertThatThrownBy(() -> Settings.read(unknown))
                .hasMessageStartingWith("configuration file " + unknown
                        + ": unknown key 'pools.local.coars' (expected: one of [cores,");
        Path wrong = Files.writeString(folder.resolve("wrong.yaml"), "pools: {local: {ssd: much}}\n");
        assertThatThrownBy(() -> Settings.read(wrong))
                .hasMessageContaining("size: much (expected: a number and KB, MB, GB or TB");
    }
}
