package dev.mayfly.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mayfly.digest.Sha256;
import dev.mayfly.packages.PackageKind;
import dev.mayfly.packages.PackageReference;
import dev.mayfly.problem.Refused;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodeReaderTest {

    private final Pipelines pipelines = new Pipelines();

    private Pipeline parse(String file, String yaml) {
        return pipelines.parse(PipelineText.alone(file, yaml), Set.of("local"), "/data");
    }

    @Test
    void codeIsNamedByPackageByPathOnTheServerOrBesideTheText() {
        String text = """
                name: code
                cluster: {workers: {memory: 1 GB}}
                tasks:
                  a:
                    pyspark:
                      file: src/train.py
                      python: {packages: [a==1, b], version: "3.11"}
                      modules: ["package:features==1.2", "package:script/helpers", /on/server.py]
                      jars: ["package:udfs==latest"]
                """;
        assertThatThrownBy(() -> parse("p.yaml", text))
                .hasMessageContaining("p.yaml:6:13: file 'src/train.py' did not come with the text")
                .hasMessageContaining("the environment was not sent with the text");
        BesideText beside = pipelines.besideText(PipelineText.alone("p.yaml", text), Set.of("local"));
        assertThat(beside.files()).containsExactly("src/train.py");
        BesideText.Environment environment = beside.environments().get(0);
        assertThat(environment.packages()).containsExactly("a==1", "b");

        Sha256 script = Sha256.of("script");
        Sha256 archive = Sha256.of("archive");
        PipelineText whole =
                new PipelineText("p.yaml", text, Map.of("src/train.py", script, environment.path(), archive));
        Pipeline.SparkWork work = (Pipeline.SparkWork)
                pipelines.parse(whole, Set.of("local"), "/data").tasks().get(0).work();
        assertThat(work.code())
                .isEqualTo(new Pipeline.PythonCode(
                        new CodeFile.WithText("src/train.py", script),
                        List.of(
                                new CodeFile.OfPackage(PackageReference.parse(PackageKind.PYTHON, "features==1.2")),
                                new CodeFile.OfPackage(PackageReference.parse(PackageKind.SCRIPT, "helpers")),
                                new CodeFile.OnServer("/on/server.py")),
                        List.of(new Pipeline.Archive(
                                new CodeFile.WithText("environment.tar.gz", archive), "environment")),
                        List.of(new CodeFile.OfPackage(PackageReference.parse(PackageKind.JAR, "udfs"))),
                        Optional.of("./environment/bin/python")));
        assertThat(work.reporting().joins()).isFalse();
        assertThat(PipelineText.files(whole.manifest())).isEqualTo(whole.files());
        assertThat(whole.digest())
                .isNotEqualTo(PipelineText.alone("p.yaml", text).digest());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "file: package:Train | expected: 'train'",
                "file: '..' | the path of a file",
                "file: 'a/..' | the path of a file",
                "file: 'a,b.py' | without , and #",
                "file: '' | the path of a file",
                "file: 'package:train==' | version ''",
                "file: package:wheel/train | package kind 'wheel'",
                "file: 'package:' | package name ''",
                "file: /a.py, python: {} | python has none",
                "file: /a.py, python: {packages: [a], lock: uv.lock} | python has [packages, lock]",
                "file: /a.py, produces: {} | produces",
                "file: /a.py, tracking: both | tracking",
            })
    void codeThatLeadsNowhereIsRefusedWithItsPlace(String code, String words) {
        assertThatThrownBy(() -> parse(
                        "p.yaml",
                        "name: code\ncluster: {workers: {memory: 1 GB}}\ntasks: {a: {pyspark: {" + code + "}}}\n"))
                .hasMessageContaining("p.yaml:3:")
                .hasMessageContaining(words);
    }

    private static String withSecrets(String secrets, String parameters, String code) {
        return "name: code\nsecrets: {" + secrets + "}\nparameters: {" + parameters
                + "}\ncluster: {workers: {memory: 1 GB}}\ntasks: {a: {pyspark: {file: /a.py, " + code + "}}}\n";
    }

    @Test
    void secretsAreNamedWhereAJobIsToldSomething() {
        Pipeline pipeline = parse(
                "p.yaml",
                withSecrets(
                        "key: 'env:JOB_KEY', other: 'lockbox:a/b', third: 'file:/k'",
                        "",
                        "arguments: ['--key=${secret.key}'], environment: {A: '${secret.third}'}"));
        Pipeline.SparkWork work = (Pipeline.SparkWork) pipeline.tasks().get(0).work();
        assertThat(work.secrets()).isEqualTo(Map.of("key", "env:JOB_KEY", "third", "file:/k"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "key: 'env:K' | | arguments: ['${secret.none}'] | reference ${secret.none}",
                "key: 'env:K' | a: '${secret.key}' | arguments: [x] | reference ${secret.key}",
                "key: 'env:K' | | models: ['${secret.key}'] | reference ${secret.key}",
                "key: hunter2 | | arguments: ['${secret.key}'] | secrets.key: 'hunter2' (expected: a reference",
                "key: 'env:' | | arguments: ['${secret.key}'] | secrets.key",
                "key: 'file:relative' | | arguments: ['${secret.key}'] | secrets.key",
                "key: 'lockbox:a' | | arguments: ['${secret.key}'] | secrets.key",
            })
    void aSecretThatLeadsNowhereOrStandsElsewhereIsRefused(
            String secrets, @Nullable String parameters, String code, String words) {
        String text = withSecrets(secrets, parameters == null ? "" : parameters, code);
        Refused refused = catchThrowableOfType(Refused.class, () -> parse("p.yaml", text));
        assertThat(refused.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString()).contains(words));
    }
}
