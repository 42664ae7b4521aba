package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.capacity.Resources;
import dev.mayfly.capacity.Unit;
import dev.mayfly.configuration.InvalidConfiguration;
import dev.mayfly.configuration.Setting;
import dev.mayfly.http.HttpConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerConfigTest {

    private static final Path REPOSITORY = Path.of("..");

    @TempDir
    private Path folder;

    @Test
    void anOptionComesBeforeAVariableBeforeTheFileBeforeADefaultAndEachValueKnowsItsSource() throws IOException {
        ServerConfig config = ServerConfig.read(
                Optional.of(file("{host: '::2', port: 7, public_url: 'http://m'}")),
                Map.of("port", "9"),
                Map.of("MAYFLY_PORT", "8", "MAYFLY_HOST", "::1", "MAYFLY_ALLOWED_HOSTS", "a.example, b.example"),
                Path.of("/opt/mayfly"));

        assertThat(config.http().listen()).isEqualTo(new HttpConfig.Listen("::1", 9));
        assertThat(config.http().publicUrl()).contains("http://m");
        assertThat(config.http().allowedHosts()).containsExactly("a.example", "b.example");
        assertThat(config.folders().sparkHome()).isEqualTo(Path.of("/opt/mayfly/dist/spark"));
        Map<String, Setting.Source> sources =
                config.settings().stream().collect(Collectors.toMap(Setting::key, Setting::source));
        assertThat(sources)
                .containsEntry("port", Setting.Source.OPTION)
                .containsEntry("host", Setting.Source.VARIABLE)
                .containsEntry("public_url", Setting.Source.FILE)
                .containsEntry("data", Setting.Source.DEFAULT);
    }

    @Test
    void anUnknownVariableAndAWrongPortAreRefused() {
        assertThatThrownBy(() -> read("", Map.of("MAYFLY_PROT", "1")))
                .hasMessageContaining("variable MAYFLY_PROT (expected: one of [MAYFLY_ACCOUNTS, MAYFLY_ALLOWED_HOSTS");
        assertThatThrownBy(() -> read("", Map.of("MAYFLY_PORT", "http")))
                .hasMessage("MAYFLY_PORT: http (expected: 0 to 65535)");
        assertThatThrownBy(() -> ServerConfig.read(Optional.empty(), Map.of("port", "70000"), Map.of(), Path.of(".")))
                .hasMessage("--port: 70000 (expected: 0 to 65535)");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, false, false, PRIVATE",
        "localhost, false, false, PRIVATE",
        "127.8.9.1, false, false, PRIVATE",
        "::1, false, false, PRIVATE",
        "0.0.0.0, false, false, OPEN",
        "::, false, false, OPEN",
        "10.0.0.5, false, false, OPEN",
        "10.0.0.5, true, false, INSECURE",
        "10.0.0.5, true, true, WITH_ACCOUNTS",
        "127.0.0.1, false, true, WITH_ACCOUNTS"
    })
    void whoCanReachTheServerFollowsFromItsAddress(
            String host, String insecure, String accounts, HttpConfig.Exposure exposure) throws IOException {
        Map<String, String> variables =
                Map.of("MAYFLY_HOST", host, "MAYFLY_INSECURE", insecure, "MAYFLY_ACCOUNTS", accounts);
        assertThat(read("", variables).http().exposure()).isEqualTo(exposure);
    }

    @Test
    void noSecretIsPrinted() throws IOException {
        ServerConfig config = ServerConfig.read(
                Optional.of(file("{s3: {access_key: 'env:KEY', secret_key: 'env:SECRET'}}")),
                Map.of(),
                Map.of(
                        "MAYFLY_DATABASE_URL",
                        "jdbc:postgresql://db/m?password=hunter2",
                        "KEY",
                        "AKIA",
                        "SECRET",
                        "hunter3"),
                Path.of("."));

        assertThat(config.databaseUrl().orElseThrow()).endsWith("hunter2");
        assertThat(config).asString().contains("database_url").doesNotContain("hunter", "AKIA");
    }

    @Test
    void aFileStatesThePools() throws IOException {
        ServerConfig config = read("pools: {yandex: {ssd: 200 GB, cores: 32}}", Map.of());

        assertThat(config.rooms()
                        .capacity()
                        .capacity()
                        .whyNeverFits("yandex", Optional.empty(), Resources.of(Unit.CORES, 33)))
                .contains("cores: 33 (expected: at most 32 in pool yandex)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pools: {local: {coars: 1}} | unknown key 'pools.local.coars' (expected: one of [cores,",
                "prot: 1                    | unknown key 'prot' (expected: one of [accounts, allow, allowed_hosts,",
                "pools: {local: {ssd: much}}| 'pools.local.ssd': size: much (expected: a number and KB, MB, GB or TB",
                "pools: {local: {cores: x}} | 'pools.local.cores': x (expected: a whole number)",
                "pools: 3                   | 'pools': a text (expected: keys with values)",
                "host: [a]                  | 'host': a list (expected: one value)",
                "webhooks: https://a        | 'webhooks': a text (expected: a list)",
                "webhooks: [/a]             | webhooks: '/a' (expected: https://host",
                "oidc: {issuer: id.example} | 'oidc.issuer': id.example (expected: https://",
                "oidc: {issuer: 'http://id'}| 'oidc.issuer': http://id (expected: https://",
                "oidc: {issuer: 'https://i', grants: ['a boss']}    | 'a boss' (expected: GROUP: RIGHT",
                "oidc: {issuer: 'https://i', grants: ['a: boss']}   | right 'boss' (expected: viewer",
                "oidc: {client_id: x}       | oidc.issuer is missing",
                "tls_cert: a.crt            | tls_cert and tls_key (expected: both or none)",
                "retention: 1 year          | 'retention': age '1 year' (expected: a number and d, h, m or s",
                "artifacts: /tmp/artifacts  | 'artifacts': '/tmp/artifacts' (expected: s3://bucket",
                "yandex: {folder: f}        | 'yandex.subnet' is missing (expected: the id of the subnet)",
                "s3: {access_key: AKIA}     | 's3.access_key': a plain value (expected: a reference, env:NAME",
                "s3: {access_key: 'env:NO'} | 's3.access_key': env:NO (expected: a variable of the server's environment)",
                "s3: {access_key: 'env:KEY'}| s3: one of access_key and secret_key (expected: both or neither)",
                "- a                        | a list (expected: keys with values)",
                "{                          | expected the node content"
            })
    void whatIsWrongInAFileIsSaidWithItsPlace(String yaml, String message) {
        assertThatThrownBy(() -> read(yaml, Map.of("KEY", "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message.strip())
                .hasMessageNotContaining("AKIA");
    }

    @Test
    void aFileThatIsNotThereIsSaid() {
        assertThatThrownBy(
                        () -> ServerConfig.read(Optional.of(folder.resolve("none")), Map.of(), Map.of(), Path.of(".")))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("none can't be read");
    }

    /** The example sets every key, and docs/configuration.md is written from what is read of it. */
    @Test
    void theReferencePageHasEveryKeyWithItsVariableAndDefault() throws IOException {
        Map<String, String> secrets = Map.of(
                "S3_KEY",
                "x",
                "S3_SECRET",
                "x",
                "YANDEX_TOKEN",
                "x",
                "OIDC_SECRET",
                "x",
                "ENCRYPTION_KEY",
                "0123456789abcdef");
        Map<String, String> defaults = new TreeMap<>();
        read("yandex: {folder: f, subnet: s, service_account: a, bucket: b, staging: s3://b}", Map.of())
                .settings()
                .stream()
                .filter(setting -> setting.source() == Setting.Source.DEFAULT)
                .forEach(setting -> defaults.put(setting.key(), setting.value()));
        StringBuilder table = new StringBuilder("| key | variable | default | what it is |\n|---|---|---|---|\n");
        for (Setting setting : ServerConfig.read(
                        Optional.of(REPOSITORY.resolve("examples/mayfly.yaml")), Map.of(), secrets, Path.of("."))
                .settings()) {
            assertThat(setting.source())
                    .as(setting.key() + " in examples/mayfly.yaml")
                    .isEqualTo(Setting.Source.FILE);
            String plain = defaults.getOrDefault(setting.key(), "");
            table.append("| `%s` | `%s` | %s | %s |%n"
                    .formatted(
                            setting.key(),
                            setting.variable(),
                            plain.isEmpty() ? "" : "`" + plain + "`",
                            setting.description()));
        }

        assertThat(Files.readString(REPOSITORY.resolve("docs/configuration.md")))
                .as("docs/configuration.md; it should have this table:%n%s", table)
                .contains(table);
    }

    private ServerConfig read(String yaml, Map<String, String> variables) {
        try {
            return ServerConfig.read(Optional.of(file(yaml)), Map.of(), variables, Path.of("."));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("mayfly.yaml"), yaml);
    }
}
