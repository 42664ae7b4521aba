package dev.mayfly.task.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.pipeline.CodeFile;
import dev.mayfly.pipeline.Pipeline.Code;
import dev.mayfly.pipeline.Pipeline.JarCode;
import dev.mayfly.pipeline.Pipeline.Products;
import dev.mayfly.pipeline.Pipeline.PythonCode;
import dev.mayfly.pipeline.Pipeline.Reporting;
import dev.mayfly.pipeline.Pipeline.SparkWork;
import dev.mayfly.pipeline.Template;
import dev.mayfly.secret.AllowedSecrets;
import dev.mayfly.secret.Secrets;
import dev.mayfly.testing.FakeClusters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SecretUseTest {

    private static final CodeFile FILE = new CodeFile.OnServer("/jobs/train.py");
    private static final Code SCRIPT = new PythonCode(FILE, List.of(), List.of(), List.of(), Optional.empty());
    private static final Code JAR = new JarCode(FILE, "Main");
    private static final Reporting REPORTING = new Reporting(false, List.of(), List.of(), Products.NONE);

    private final Secrets secrets = new Secrets(
            Map.of("JOB_KEY", "hunter2"),
            Optional.of((secret, key) -> "of " + secret),
            AllowedSecrets.of("env:JOB_*", "lockbox:e6q/*"));
    private final FakeClusters provider = new FakeClusters();

    @Test
    void aMarkStandsForASecretUntilTheJobIsStarted() {
        SecretUse use = use(SCRIPT, List.of("--key=${secret.key}"), Map.of(), Map.of(), Map.of("key", "env:JOB_KEY"));

        assertThat(use.problems()).isEmpty();
        String filled = Template.fill("--key=${secret.key}", use.marks());
        assertThat(filled).startsWith("--key={{").doesNotContain("hunter2");
        assertThat(use.hidden()).isEqualTo(Map.of(filled.substring("--key=".length()), "hunter2"));
    }

    @Test
    void whereOthersCouldReadItTheJobGetsTheReference() {
        provider.showsEnvironment = true;
        SecretUse use = use(SCRIPT, List.of("${secret.key}"), Map.of(), Map.of(), Map.of("key", "lockbox:e6q/key"));

        assertThat(use.problems()).isEmpty();
        assertThat(use.hidden()).containsValue("lockbox:e6q/key");
    }

    @Test
    void aReferenceThatNobodyFollowsIsRefusedWithWhatToWriteInstead() {
        for (String literal : List.of("env:JOB_KEY", "--key=env:JOB_KEY", "lockbox:e6q/key", "--key=lockbox:e6q/key")) {
            String reference = literal.substring(literal.indexOf('=') + 1);
            assertThat(use(SCRIPT, List.of("--x", literal), Map.of(), Map.of(), Map.of())
                            .problems())
                    .containsExactly("argument 2: " + reference
                            + " is followed in the environment alone (expected: ${secret.NAME}, and NAME: " + reference
                            + " among the secrets of the pipeline)");
            assertThat(use(SCRIPT, List.of(), Map.of("spark.key", literal), Map.of(), Map.of())
                            .problems())
                    .hasSize(1);
        }
        assertThat(use(SCRIPT, List.of("file:/data/x.csv", "a=b", "environment:x"), Map.of(), Map.of(), Map.of())
                        .problems())
                .isEmpty();
    }

    @Test
    void whatIsNotAllowedIsRefusedWhereverItStands() {
        assertThat(use(SCRIPT, List.of(), Map.of(), Map.of("A", "env:PATH"), Map.of("key", "env:HOME"))
                        .problems())
                .hasSize(2)
                .allMatch(problem -> problem.contains("no reference that pipelines may hold"))
                .anyMatch(problem -> problem.startsWith("secret key: "));
        SecretUse nowhere = use(SCRIPT, List.of(), Map.of(), Map.of(), Map.of("key", "env:JOB_NONE"));
        assertThatThrownBy(nowhere::hidden)
                .hasMessage("secret key: env:JOB_NONE (expected: a variable of the server's environment)");
    }

    @Test
    void onACloudWhatWouldBeShownIsRefusedBeforeThereIsACluster() {
        provider.showsEnvironment = true;
        assertThat(use(SCRIPT, List.of(), Map.of(), Map.of("A", "env:JOB_KEY"), Map.of("key", "env:JOB_KEY"))
                        .problems())
                .hasSize(2)
                .allMatch(problem -> problem.contains("the job itself reads lockbox:SECRET/KEY"));
        Map<String, String> lockbox = Map.of("key", "lockbox:e6q/key");
        assertThat(use(JAR, List.of("${secret.key}"), Map.of(), Map.of(), lockbox)
                        .problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem).contains("job of a jar"));
        assertThat(use(SCRIPT, List.of(), Map.of("spark.key", "${secret.key}"), Map.of(), lockbox)
                        .problems())
                .singleElement()
                .satisfies(
                        problem -> assertThat(problem).startsWith("property spark.key: ${secret.key} would be shown"));
        assertThat(use(JAR, List.of(), Map.of(), Map.of("A", "lockbox:e6q/key"), Map.of())
                        .problems())
                .isEmpty();
    }

    private SecretUse use(
            Code code,
            List<String> arguments,
            Map<String, String> properties,
            Map<String, String> environment,
            Map<String, String> references) {
        return new SecretUse(
                new SparkWork(code, arguments, properties, environment, references, REPORTING), secrets, provider);
    }
}
