package dev.mayfly.jobs.train;

import dev.mayfly.jobs.Arguments;
import dev.mayfly.jobs.SparkJob;
import dev.mayfly.jobs.learner.Candidate;
import dev.mayfly.jobs.learner.Learner;
import dev.mayfly.jobs.measure.Estimate;
import dev.mayfly.jobs.measure.Measures;
import dev.mayfly.jobs.measure.Predictions;
import dev.mayfly.jobs.tracking.Reporting;
import dev.mayfly.jobs.tracking.TrackingClient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Measures what retraining would have gained: trains one candidate for each of the last {@code weeks} test windows, as
 * of that time, and judges it there. Prints a line for each window, then their mean. It also logs the figures if there
 * is a tracking run.
 */
public final class Backtest {

    private static final List<String> SHOWN = Arrays.asList(
            "auc_roc",
            "average_precision",
            "card_precision_100",
            "recall_at_fpr_5",
            "recall_at_fpr_1",
            "recall_at_fpr_0_1");

    private Backtest() {}

    public static void main(String[] commandLine) {
        Arguments arguments = new Arguments(SparkJob.expanded(commandLine), TrainOptions.names("weeks"));
        SparkJob.main(spark -> Reporting.run(
                arguments.text("input"),
                spark.sparkContext().hadoopConfiguration(),
                client -> run(spark, arguments, client)));
    }

    private static void run(SparkSession spark, Arguments arguments, Optional<TrackingClient> client) {
        TrainOptions plan = new TrainOptions(arguments);
        Dataset<Row> transactions = plan.transactions(spark);
        int weeks = (int) arguments.whole("weeks", 4, 1, 520);
        List<Fold> folds = plan.backtested(plan.days(transactions), weeks);
        Candidate candidate = plan.candidates().get(0);
        Map<String, double[]> figures = new LinkedHashMap<>();
        SHOWN.forEach(name -> figures.put(name, new double[weeks]));
        System.out.println(candidate);
        try (Examples examples = Examples.of(transactions, folds)) {
            for (int week = 0; week < weeks; week++) {
                judged(
                        examples,
                        folds.get(week),
                        candidate,
                        plan,
                        spark.sparkContext().defaultParallelism(),
                        week,
                        figures);
            }
        }
        System.out.println("mean of " + weeks + " test windows:" + words(figures, -1));
        client.ifPresent(tracking -> log(tracking, candidate, figures));
    }

    private static void judged(
            Examples examples,
            Fold fold,
            Candidate candidate,
            TrainOptions plan,
            int cores,
            int week,
            Map<String, double[]> figures) {
        Transformer model = Learner.learn(candidate, examples.training(fold), plan.seed(), cores);
        try (TestRows test = new TestRows(examples, fold)) {
            double[] scores = test.scores(model);
            Map<String, Estimate> found = new Measures(
                            test.outcomes(), new Predictions(scores, scores, Double.POSITIVE_INFINITY), plan.costs())
                    .figures(0, 0);
            figures.forEach((name, values) ->
                    values[week] = found.containsKey(name) ? found.get(name).value() : Double.NaN);
            System.out.println(fold + ", " + test.outcomes().rows() + " rows, "
                    + test.outcomes().frauds() + " frauds:" + words(figures, week));
        }
    }

    /** The figures of a week, or their means. */
    private static String words(Map<String, double[]> figures, int week) {
        StringBuilder words = new StringBuilder();
        figures.forEach((name, values) ->
                words.append(String.format(Locale.ROOT, " %s %.4f", name, week < 0 ? mean(values) : values[week])));
        return words.toString();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    private static void log(TrackingClient tracking, Candidate candidate, Map<String, double[]> figures) {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("learner", candidate.learner().title());
        candidate.values().forEach((name, value) -> params.put(name, Candidate.number(value)));
        Map<String, Double> means = new LinkedHashMap<>();
        figures.forEach((name, values) -> means.put(name, mean(values)));
        tracking.log(params, means, Collections.emptyMap());
        for (String name : new ArrayList<>(figures.keySet())) {
            tracking.logCurve(name + "_by_week", figures.getOrDefault(name, new double[0]));
        }
    }
}
