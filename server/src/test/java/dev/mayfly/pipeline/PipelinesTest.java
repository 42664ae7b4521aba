package dev.mayfly.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mayfly.cluster.ClusterSpec;
import dev.mayfly.engine.TriggerRule;
import dev.mayfly.problem.Problem;
import dev.mayfly.problem.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelinesTest {

    private static final String GOOD = """
            name: train-fraud
            schedule: {cron: "30 2 * * *", zone: Europe/Moscow}
            parameters: {trees: 100, input: "${data}/lake"}
            cluster:
              workers: {count: 2, cores: 2, memory: 2 GB, disk_type: ssd}
              max_age: 90 min
            tasks:
              promote:
                needs: [train]
                promote: {model: card-fraud, from: train, gate: {metric: average_precision, minimum: 0.1}}
              train:
                spark:
                  package: mayfly-jobs
                  main_class: dev.mayfly.jobs.train.Train
                  arguments: [--trees, "${parameters.trees}"]
                retries: {count: 2, backoff: 30 s}
            """;

    private final Pipelines pipelines = new Pipelines();

    @Test
    void aGoodPipelineIsReadWithItsDefaultsAndItsTasksInOrder() {
        Pipeline pipeline = parse("train.yaml", GOOD);

        assertThat(pipeline.tasks()).extracting(Pipeline.Task::name).containsExactly("train", "promote");
        assertThat(pipeline.tasks().get(0).retry().backoff()).isEqualTo(Duration.ofSeconds(30));
        assertThat(pipeline.parameters()).containsEntry("trees", "100");
        assertThat(pipeline.cluster().orElseThrow().provider()).isEqualTo("local");
        assertThat(pipeline.cluster().orElseThrow().worker().memory().megabytes())
                .isEqualTo(2048);
        assertThat(pipeline.limits().maxActiveRuns()).isEqualTo(1);
        assertThat(pipeline.trigger().schedule().orElseThrow().nextAfter(Instant.parse("2026-01-01T00:00:00Z")))
                .isEqualTo(Instant.parse("2026-01-01T23:30:00Z"));
    }

    @Test
    void triggersTriggerRulesAndWhatOnlyAProviderUnderstandsAreRead() {
        Pipeline pipeline = parse("x.yaml", """
                name: after-cleaning
                priority: 5
                schedule: {after: clean}
                cluster:
                  workers: {count: 1}
                  keep_warm: 10 min
                  options: {image: "2.1"}
                tasks:
                  train: {spark: {package: jobs, main_class: Train, arguments: ["${interval.date}"]}}
                  alarm:
                    needs: [train]
                    trigger_rule: one_failed
                    spark: {package: jobs, main_class: Alarm}
                """);

        assertThat(pipeline.trigger().after()).contains("clean");
        assertThat(pipeline.tasks().get(1).rule()).isEqualTo(TriggerRule.ONE_FAILED);
        ClusterSpec cluster = pipeline.cluster().orElseThrow();
        assertThat(cluster.priority()).isEqualTo(5);
        assertThat(cluster.lifetime().keepWarm()).isEqualTo(Duration.ofMinutes(10));
        assertThat(cluster.options()).containsEntry("image", "2.1");
        assertThat(
                        problems(
                                "name: x\nschedule: {zone: UTC}\ntasks: {a: {promote: {model: m, from: a, gate: {metric: x}}}}\n"))
                .anyMatch(problem -> problem.contains("schedule has neither 'cron' nor 'after'"));
    }

    @Test
    void aGateForTwoTrainingsSaysHowMuchIsNoChance() {
        String gate = "{metric: average_precision, minimum: 0.1";
        String own = gate + ", compare: own_metrics";
        assertThat(problems(GOOD.replace(gate, own)).toString())
                .contains("own_metrics without a min_gain", "p.yaml:10:");
        assertThat(problems(GOOD.replace(gate, own + ", min_gain: 0"))).hasSize(1);
        assertThat(parse("train.yaml", GOOD.replace(gate, own + ", min_gain: 0.01"))
                        .tasks())
                .hasSize(2);
    }

    @Test
    void aPythonTaskIsReadWithAllThatItBrings() {
        Pipeline pipeline = parse("x.yaml", """
                name: in-python
                cluster: {workers: {count: 1}}
                tasks:
                  train:
                    pyspark:
                      file: /jobs/train.py
                      modules: [/jobs/features.zip]
                      archives: ["/jobs/env.tar.gz#environment"]
                      arguments: [--days, 7]
                """);

        assertThat(pipeline.tasks().get(0).work())
                .isEqualTo(new Pipeline.SparkWork(
                        new Pipeline.PythonCode(
                                new CodeFile.OnServer("/jobs/train.py"),
                                List.of(new CodeFile.OnServer("/jobs/features.zip")),
                                List.of(new Pipeline.Archive(new CodeFile.OnServer("/jobs/env.tar.gz"), "environment")),
                                List.of(),
                                Optional.empty()),
                        List.of("--days", "7"),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        new Pipeline.Reporting(false, List.of(), List.of(), Pipeline.Products.NONE)));
    }

    @Test
    void modelsAreNamedByTheirParametersAndWhatOnlyARunKnowsStaysAReference() {
        Pipeline pipeline = parse("train.yaml", """
                name: train
                parameters: {model: fraud}
                cluster: {workers: {count: 1}}
                tasks:
                  train: {spark: {package: j, main_class: M, models: [shared]}}
                  promote:
                    needs: [train]
                    promote: {model: "${parameters.model}-${run.id}", from: train, gate: {metric: auc}}
                """);

        Pipeline.Models models = pipeline.models(Map.of("parameters.model", "loans"));

        assertThat(models.used()).containsExactlyInAnyOrder("shared", "loans-${run.id}");
        assertThat(models.promoted()).containsExactly("loans-${run.id}");
    }

    /** Spark would wait for ever for a worker that is large enough. */
    @ParameterizedTest
    @CsvSource({
        "2g,,false",
        "2048,0,false",
        "3g,,true",
        "1500m,549m,true",
        "1500m,548m,false",
        ",1600m,true",
        ",1598m,false",
        "${parameters.heap},1m,true",
        "${run.id},1598m,false",
        "as much as there is,,false"
    })
    void anExecutorThatNoWorkerCanHoldIsRefused(@Nullable String heap, @Nullable String overhead, boolean isRefused) {
        String properties = (heap == null ? "" : "spark.executor.memory: \"" + heap + "\", ")
                + (overhead == null ? "" : "spark.executor.memoryOverhead: \"" + overhead + "\"");
        String yaml = """
                name: x
                parameters: {heap: 2g}
                cluster: {workers: {count: 1, memory: 2 GB}}
                tasks:
                  train: {spark: {package: jobs, main_class: Train, properties: {%s}}}
                """.formatted(properties);

        if (isRefused) {
            assertThat(problems(yaml))
                    .singleElement()
                    .asString()
                    .startsWith("p.yaml:5:3: task 'train': an executor takes ")
                    .contains("and a worker of the cluster has 2 GB (expected: at most that;");
        } else {
            assertThat(parse("p.yaml", yaml).name()).isEqualTo("x");
        }
    }

    @Test
    void aDataIntervalEndsAtTheDueTimeAndBeginsAtTheOneBefore() {
        Schedule schedule = new Schedule("0 3 * * *", ZoneId.of("Europe/Moscow"), false, Optional.empty());
        Instant due = Instant.parse("2026-01-02T00:00:00Z");

        DataInterval interval = schedule.intervalEndingAt(due);

        assertThat(interval.start()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(interval.values()).containsEntry("interval.date", "2026-01-01");
        assertThat(schedule.lastUntil(due)).isEqualTo(due);
        assertThat(schedule.lastUntil(due.minusSeconds(1))).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnceWithItsPlace() {
        String wrong = """
                name: Train Fraud
                clusters: {}
                cluster:
                  workers: {cores: 0, memory: lots}
                tasks:
                  train:
                    spark:
                      package: mayfly-jobs
                      arguments: run
                    timeout: 5 minutes
                """;

        assertThat(problems(wrong))
                .containsExactly(
                        "p.yaml:1:7: name: 'Train Fraud' (expected: a name of a-z, 0-9 and -, beginning with a letter,"
                                + " at most 50 long)",
                        "p.yaml:2:1: unknown key 'clusters' (expected: one of name, description, schedule, priority, parameters,"
                                + " secrets, input, cluster, max_active_runs, timeout, tasks; did you mean 'cluster'?)",
                        "p.yaml:4:20: cluster.workers.cores: 0 (expected: 1 or more)",
                        "p.yaml:4:31: cluster.workers.memory: 'lots' (expected: a number and KB, MB, GB or TB, such as"
                                + " 512 MB)",
                        "p.yaml:7:5: tasks.train.spark has no 'main_class' (expected: the class with the main method)",
                        "p.yaml:9:18: tasks.train.spark.arguments: 'run' (expected: a list: the job's arguments)",
                        "p.yaml:10:14: tasks.train.timeout: '5 minutes' (expected: a number and ms, s, min, h or d, such"
                                + " as 10 min)");
    }

    @Test
    void namesThatLeadNowhereAreFound() {
        String wrong = GOOD.replace("needs: [train]", "needs: [trian]")
                .replace("${parameters.trees}", "${parameters.tree}")
                .replace("zone: Europe/Moscow", "zone: Europe/Moskva")
                .replace("30 2 * * *", "30 25 * * *")
                .replace("cluster:", "cluster:\n  provider: yandex");

        assertThat(problems(wrong))
                .anyMatch(problem -> problem.contains(":2:18: cron '30 25 * * *': hour '25' (expected: * or 0 to 23"))
                .anyMatch(problem -> problem.contains("zone 'Europe/Moskva' (expected: a time zone"))
                .anyMatch(problem -> problem.contains("provider 'yandex' (expected: one of [local])"))
                .anyMatch(problem -> problem.contains("needs 'trian' (expected: one of [promote, train])"))
                .anyMatch(problem -> problem.contains("from 'train' (expected: a task that 'promote' needs: [trian])"))
                .anyMatch(
                        problem -> problem.contains(
                                "reference ${parameters.tree} (expected: one of interval.date, interval.end, interval.start, parameters.input, parameters.trees,"))
                .hasSize(6);
    }

    @Test
    void namesOfTasksAndParametersHaveAForm() {
        assertThat(problems("name: x\nparameters: {Bad-Name: 1}\ntasks:\n  Train it: {}\n"))
                .containsExactly(
                        "p.yaml:2:14: name 'Bad-Name' (expected: ^[a-z][a-z0-9_]*$)",
                        "p.yaml:4:3: name 'Train it' (expected: ^[a-z][a-z0-9_-]{0,49}$)");
    }

    @Test
    void aCircleAndATaskOfTwoKindsAreRefused() {
        String circle = """
                name: circle
                tasks:
                  a: {needs: [b], promote: {model: m, from: b, gate: {metric: x}}}
                  b: {needs: [a], promote: {model: m, from: a, gate: {metric: x}}}
                  c: {needs: [a]}
                """;

        assertThat(problems(circle))
                .anyMatch(problem -> problem.startsWith("p.yaml:3:15: needs 'b', which needs 'a'"))
                .anyMatch(problem -> problem.startsWith("p.yaml:4:15: needs 'a', which needs 'b'"))
                .anyMatch(problem -> problem.startsWith("p.yaml:5:3: task 'c' has none of [spark, pyspark, promote]"));
    }

    @Test
    void whatIsNoYamlAndAKeyThatStandsTwiceHaveAPlace() {
        assertThat(problems("name: [a\n")).singleElement().asString().startsWith("p.yaml:2:1: not YAML");
        assertThat(problems("name: a\nname: b\n")).containsExactly("p.yaml:2:1: key 'name' occurs twice");
    }

    @Test
    void noTextMakesItFailOtherwise() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int n = 0; n < 300; n++) {
            StringBuilder text = new StringBuilder(GOOD);
            for (int cut = 0; cut < 3; cut++) {
                int at = random.nextInt(text.length());
                text.replace(
                        at,
                        Math.min(at + random.nextInt(12), text.length()),
                        "x:{[\n-\"$".substring(random.nextInt(8)));
            }
            try {
                parse("p.yaml", text.toString());
            } catch (Refused e) {
                assertThat(e.problems()).as("seed %s", seed).isNotEmpty();
            }
        }
    }

    /** Each of these mistakes is found by the schema, or by the reader, which the schema's must not hide. */
    @Test
    void ofAnyTwoMistakesBothAreSaid() {
        Map<String, String> mistakes = new LinkedHashMap<>();
        mistakes.put("name: Bad Name\n", "'Bad Name'");
        mistakes.put("unknown: 1\n", "unknown key 'unknown'");
        mistakes.put("timeout: soon\n", "'soon'");
        mistakes.put("schedule: {cron: '61 * * * *'}\n", "cron '61 * * * *'");
        mistakes.put("parameters: {days: [7]}\n", "parameters.days: [7]");
        mistakes.put("cluster: {provider: moon, workers: {}}\n", "provider 'moon'");
        mistakes.put("cluster: {workers: {count: none}}\n", "cluster.workers.count: 'none'");
        mistakes.put("input: {files: '/in/*/x'}\n", "files '/in/*/x'");
        mistakes.put("input: {files_per_slice: 0}\n", "input has no 'files'");
        mistakes.put("max_active_runs: 0\n", "max_active_runs: 0");
        List<String> texts = List.copyOf(mistakes.keySet());
        for (String one : texts) {
            for (String other : texts) {
                if (key(one).equals(key(other))) {
                    continue;
                }
                List<String> problems = problems(text(one, other, "${parameters.days} ${nonsense}"));

                assertThat(problems)
                        .as(one + other)
                        .anyMatch(problem -> problem.contains(mistakes.get(one)))
                        .anyMatch(problem -> problem.contains(mistakes.get(other)))
                        .anyMatch(problem -> problem.contains("needs 'b'"))
                        .anyMatch(problem -> problem.contains("${nonsense}"))
                        .noneMatch(problem -> problem.contains("\u0001"))
                        .doesNotHaveDuplicates();
                if (problems(text(one, other, "")).size() > 4) {
                    throw new AssertionError("more problems than mistakes: " + problems(text(one, other, "")));
                }
            }
        }
    }

    private static String key(String line) {
        return line.substring(0, line.indexOf(':'));
    }

    private static String text(String one, String other, String argument) {
        StringBuilder text = new StringBuilder(one).append(other);
        for (String line : List.of("name: x\n", "parameters: {days: 7}\n", "cluster: {workers: {count: 1}}\n")) {
            if (!key(one).equals(key(line)) && !key(other).equals(key(line))) {
                text.append(line);
            }
        }
        return text + "tasks: {a: {needs: [b], spark: {package: p, main_class: M, arguments: ['" + argument + "']}}}\n";
    }

    @Test
    void theExamplesAreGood() throws IOException {
        Path examples = Path.of(System.getProperty("mayfly.home"), "examples");
        for (String name : List.of("clean-transactions", "train-fraud")) {
            String yaml = Files.readString(examples.resolve(name + ".yaml"));
            assertThat(parse(name, yaml).name()).isEqualTo(name);
        }
    }

    @Test
    void templatesAreFilledAndAPlainDollarIsPossible() {
        assertThat(Template.fill("a ${x} $${x} $x", java.util.Map.of("x", "$1")))
                .isEqualTo("a $1 ${x} $x");
        assertThatThrownBy(() -> Template.fill("${y}", java.util.Map.of("x", "1")))
                .hasMessage("reference ${y} (expected: one of x)");
    }

    private List<String> problems(String yaml) {
        Refused invalid = catchThrowableOfType(Refused.class, () -> parse("p.yaml", yaml));
        return invalid.problems().stream().map(Problem::toString).toList();
    }

    private Pipeline parse(String file, String yaml) {
        return pipelines.parse(PipelineText.alone(file, yaml), Set.of("local"), "/data");
    }
}
