package dev.mayfly.jobs.train;

import dev.mayfly.jobs.Arguments;
import dev.mayfly.jobs.SparkJob;
import dev.mayfly.jobs.features.Features;
import dev.mayfly.jobs.learner.Candidate;
import dev.mayfly.jobs.learner.Learner;
import dev.mayfly.jobs.tracking.Reporting;
import dev.mayfly.jobs.tracking.TrackingClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Trains a model on the latest possible weeks of the clean transactions in {@code INPUT/clean}: looks for the best
 * candidate on earlier weeks, trains it, judges it and the champion on the same test week, stores it with its plots and
 * model card, and registers it as a new version of {@code MODEL}.
 */
public final class Train {

    private static final int SAMPLE_ROWS = 200;

    private final SparkSession spark;
    private final Arguments arguments;
    private final TrainOptions plan;
    private final TrackingClient client;

    private Train(SparkSession spark, Arguments arguments, TrackingClient client) {
        this.spark = spark;
        this.arguments = arguments;
        this.plan = new TrainOptions(arguments);
        this.client = client;
    }

    public static void main(String[] commandLine) {
        Arguments arguments = new Arguments(
                SparkJob.expanded(commandLine),
                TrainOptions.names("model", "parallel", "budget-minutes", "confidence", "work"));
        SparkJob.main(spark -> Reporting.run(
                arguments.text("input"),
                spark.sparkContext().hadoopConfiguration(),
                client -> new Train(spark, arguments, Reporting.required(client)).run()));
    }

    private void run() throws IOException {
        Dataset<Row> transactions = plan.transactions(spark);
        Stages stages = new Stages();
        Days days = stages.time("days", () -> plan.days(transactions));
        List<Fold> folds = plan.folds(days);
        Fold last = folds.get(0);
        List<Fold> searched = folds.subList(1, folds.size());
        NativeMemory memory = memory(days, last, searched);
        System.err.println(
                "memory outside the heap: " + memory.megabytes() + " MB for " + days.training(last) + " rows");
        memory.check(spark.sparkContext().conf());
        try (Examples examples =
                stages.time("inputs", () -> Examples.of(transactions, last, searched, days, plan.searchRows()))) {
            List<Search.Trial> trials =
                    stages.time("search", () -> new Search(examples, searched, settings()).run(plan.candidates()));
            Search.Trial best = trials.get(0);
            FinalModel model = stages.time("fit", () -> fit(examples, last, best));
            judge(examples, last, trials, model, stages);
        }
    }

    private NativeMemory memory(Days days, Fold last, List<Fold> searched) {
        long searchRows = searched.stream()
                .mapToLong(fold -> Examples.mostSampled(days.training(fold), days.frauds(fold), plan.searchRows()))
                .max()
                .orElse(0);
        return NativeMemory.of(plan.candidates(), days.training(last), searchRows, settings().atOnce);
    }

    private Search.Settings settings() {
        int cores = spark.sparkContext().defaultParallelism();
        int atOnce = (int) arguments.whole("parallel", Math.max(1, cores), 1, 256);
        long minutes = arguments.whole("budget-minutes", 24 * 60, 1, 24 * 60);
        return new Search.Settings(atOnce, cores, plan.seed(), System.nanoTime() + minutes * 60_000_000_000L);
    }

    private FinalModel fit(Examples examples, Fold last, Search.Trial best) {
        Calibration calibration = new Calibration();
        best.folds.forEach(fold -> calibration.add(fold.outcomes, fold.scores));
        ProbabilisticClassificationModel<Vector, ?> classifier = Learner.learn(
                best.candidate,
                examples.training(last),
                plan.seed(),
                spark.sparkContext().defaultParallelism());
        return new FinalModel(
                classifier,
                calibration.map(spark),
                calibration.threshold(plan.maxFalsePositiveRate()),
                examples.training(last));
    }

    private void judge(Examples examples, Fold last, List<Search.Trial> trials, FinalModel model, Stages stages)
            throws IOException {
        SparkModel store = new SparkModel(spark, arguments.text("work", System.getProperty("java.io.tmpdir")));
        Map<String, Double> metrics = new LinkedHashMap<>();
        long[] trained = Examples.counts(examples.training(last));
        metrics.put("train_rows", (double) trained[0]);
        metrics.put("train_frauds", (double) trained[1]);
        metrics.put("folds_average_precision", trials.get(0).averagePrecision());
        metrics.put("threshold", model.threshold());
        try (TestRows test = stages.time("test rows", () -> new TestRows(examples, last))) {
            Evaluation judged = stages.time(
                    "judge", () -> Evaluation.of(model.pipeline(), model.threshold(), test, plan.costs(), plan.seed()));
            metrics.putAll(judged.metrics());
            Map<String, Double> gains = new LinkedHashMap<>();
            String champion = stages.time("champion", () -> compare(store, test, judged, metrics, gains));
            metrics.putAll(gains);
            Map<String, Object> params = params(last, trials);
            stages.time("trials", () -> {
                Trials.log(client, trials);
                return trials;
            });
            Map<String, byte[]> plots =
                    stages.time("plots", () -> Plots.of(judged, model.threshold(), model.classifier()));
            String location = client.artifactUri();
            for (Map.Entry<String, byte[]> plot : plots.entrySet()) {
                client.upload(location, "plots/" + plot.getKey(), () -> new ByteArrayInputStream(plot.getValue()));
            }
            byte[] card = ModelCard.of(arguments.text("model"), last, judged, model.threshold(), params, gains, plots);
            client.upload(location, "model_card.html", () -> new ByteArrayInputStream(card));
            int files = stages.time(
                    "store",
                    () -> store.store(
                            model, client, location + "/model", test.inputs().limit(SAMPLE_ROWS), metrics));
            stages.addTo(metrics);
            client.log(params, metrics, Collections.singletonMap("mayfly.champion.version", champion));
            String version = client.register(arguments.text("model"), location + "/model")
                    .map(TrackingClient.Version::number)
                    .orElse("(not registered yet)");
            System.err.println("trained " + arguments.text("model") + " version " + version + " (" + files + " files, "
                    + (client.isOffline() ? "kept" : "read back") + " and scored): " + trials.get(0).candidate + ", "
                    + judged.figures());
            System.err.println("time: " + stages);
        } finally {
            store.cleanUp();
        }
    }

    /**
     * Adds the champion's figures on the same rows, and the gains over it; returns its version, {@code none}, or that
     * nobody knows since the server does not answer.
     */
    private String compare(
            SparkModel store, TestRows test, Evaluation judged, Map<String, Double> metrics, Map<String, Double> gains)
            throws IOException {
        Optional<Optional<TrackingClient.Version>> champion =
                client.ask(() -> client.byAlias(arguments.text("model"), "champion"));
        if (champion.isPresent() && !champion.get().isPresent()) {
            return "none";
        }
        Optional<PipelineModel> model = champion.isPresent()
                ? client.ask(() -> store.read(client, champion.get().get().source()))
                : Optional.empty();
        if (!model.isPresent()) {
            return "unknown: the tracking server did not answer";
        }
        Evaluation its = Evaluation.of(model.get(), FinalModel.threshold(model.get()), test, plan.costs(), plan.seed());
        its.figures().forEach((name, figure) -> metrics.put("champion_" + name, figure.value()));
        gains.putAll(judged.gainsOver(its, arguments.share("confidence", 0.975), plan.seed()));
        return champion.get().get().number();
    }

    private Map<String, Object> params(Fold last, List<Search.Trial> trials) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("learner", trials.get(0).candidate.learner().title());
        trials.get(0).candidate.values().forEach((name, value) -> params.put(name, Candidate.number(value)));
        params.put("candidates", trials.size());
        params.put("folds", trials.get(0).folds.size());
        params.put("seed", plan.seed());
        params.put("inputs", String.join(",", Features.names()));
        params.put("first_training_day", Fold.day(last.firstTrainingDay()));
        params.put("last_training_day", Fold.day(last.firstDelayDay() - 1));
        params.put("first_test_day", Fold.day(last.firstTestDay()));
        params.put("last_test_day", Fold.day(last.endOfTest() - 1));
        params.put("max_false_positive_rate", plan.maxFalsePositiveRate());
        params.put("costs", plan.costs());
        params.put("confidence", arguments.share("confidence", 0.975));
        params.put("spark", spark.version());
        params.put("input", arguments.text("input"));
        return params;
    }

    /** How long each part took. */
    private static final class Stages {

        private final List<String> names = new ArrayList<>();
        private final List<Double> seconds = new ArrayList<>();

        interface Work<T> {
            T run() throws IOException;
        }

        <T> T time(String name, Work<T> work) throws IOException {
            long before = System.nanoTime();
            T done = work.run();
            names.add(name);
            seconds.add((System.nanoTime() - before) / 1e9);
            return done;
        }

        void addTo(Map<String, Double> metrics) {
            for (int n = 0; n < names.size(); n++) {
                metrics.put("seconds_" + names.get(n).replace(' ', '_'), seconds.get(n));
            }
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            for (int n = 0; n < names.size(); n++) {
                text.append(String.format("%s%s %.1f s", n == 0 ? "" : ", ", names.get(n), seconds.get(n)));
            }
            return text.toString();
        }
    }
}
