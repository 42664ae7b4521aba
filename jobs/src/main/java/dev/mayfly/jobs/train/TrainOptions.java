package dev.mayfly.jobs.train;

import dev.mayfly.jobs.Arguments;
import dev.mayfly.jobs.learner.Candidate;
import dev.mayfly.jobs.learner.Learner;
import dev.mayfly.jobs.learner.Parameter;
import dev.mayfly.jobs.measure.Costs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The options of a training by its arguments: its days, its candidates, and how they are judged. Immutable. */
final class TrainOptions {

    private final Arguments arguments;
    private final List<Learner> learners;
    private final List<Candidate> candidates;

    TrainOptions(Arguments arguments) {
        this.arguments = arguments;
        this.learners = Arrays.stream(arguments.text("learner", "xgboost").split(",", -1))
                .map(Learner::named)
                .collect(Collectors.toList());
        this.candidates = drawn();
    }

    /** The names of the arguments: those given and those of all learners' parameters, with dashes. */
    static String[] names(String... others) {
        Set<String> names = new LinkedHashSet<>(Arrays.asList(
                "input",
                "learner",
                "trials",
                "grid",
                "folds",
                "search-rows",
                "seed",
                "train-days",
                "delay-days",
                "test-days",
                "max-false-positive-rate",
                "cost-per-alert",
                "share-lost"));
        names.addAll(Arrays.asList(others));
        for (Learner learner : Learner.values()) {
            learner.parameters().forEach(parameter -> names.add(dashed(parameter.name())));
        }
        return names.toArray(new String[0]);
    }

    private static String dashed(String name) {
        return name.replace('_', '-');
    }

    /**
     * Returns the folds of a backtest, earliest first: their test windows follow each other, and the last is the latest
     * that fits into the data.
     *
     * @throws IllegalArgumentException if the data begins too late
     */
    List<Fold> backtested(Days days, int weeks) {
        Fold last = Fold.last(days.first(), days.last(), windows());
        List<Fold> folds = new ArrayList<>();
        for (int before = weeks - 1; before >= 0; before--) {
            folds.add(last.earlier((long) before * last.testDays()));
        }
        if (folds.get(0).firstTrainingDay() < days.first()) {
            throw new IllegalArgumentException("the data begins on " + Fold.day(days.first()) + " (expected: by "
                    + Fold.day(folds.get(0).firstTrainingDay()) + " for " + weeks
                    + " test windows; try fewer --weeks or --train-days)");
        }
        return folds;
    }

    /**
     * Returns the folds of a training: the last that fits into the days, then those that a search learns from, latest
     * first.
     */
    List<Fold> folds(Days days) {
        List<Fold> folds = new ArrayList<>();
        folds.add(Fold.last(days.first(), days.last(), windows()));
        folds.addAll(searched(folds.get(0), days.first()));
        return folds;
    }

    private Fold.Windows windows() {
        return new Fold.Windows(
                (int) arguments.whole("train-days", 7, 1, 365), (int) arguments.whole("delay-days", 7, 0, 365), (int)
                        arguments.whole("test-days", 7, 1, 365));
    }

    Dataset<Row> transactions(SparkSession spark) {
        return spark.read().parquet(arguments.text("input") + "/clean");
    }

    Days days(Dataset<Row> transactions) {
        return Days.of(transactions, arguments.text("input"));
    }

    /** About how many rows of a fold a candidate is trained on in the search, if the fold has more. */
    long searchRows() {
        return arguments.whole("search-rows", 1_000_000, 1_000, Integer.MAX_VALUE);
    }

    /** Returns the grid if one is given; otherwise as many candidates as trials: the default one, then random ones. */
    List<Candidate> candidates() {
        return candidates;
    }

    private List<Candidate> drawn() {
        Map<String, Double> given = new LinkedHashMap<>();
        for (Learner learner : learners) {
            for (Parameter parameter : learner.parameters()) {
                String name = dashed(parameter.name());
                if (arguments.has(name)) {
                    given.put(parameter.name(), arguments.amount(name, 0));
                }
            }
        }
        if (arguments.has("grid")) {
            return grid(given);
        }
        int trials = (int) arguments.whole("trials", learners.size(), learners.size(), 1_000);
        return Candidate.random(learners, given, trials, seed());
    }

    private List<Candidate> grid(Map<String, Double> given) {
        Map<String, double[]> axes = new LinkedHashMap<>();
        given.forEach((name, value) -> axes.put(name, new double[] {value}));
        for (String axis : arguments.text("grid").trim().split("[; ]+", -1)) {
            if (!axis.matches("[a-z0-9_]+=[0-9.]+(,[0-9.]+)*")) {
                throw new IllegalArgumentException("argument --grid: " + axis
                        + " (expected: parameters with their values, such as 'depth=4,6 step=0.05,0.1')");
            }
            String[] parts = axis.split("=", -1);
            axes.put(
                    parts[0],
                    Arrays.stream(parts[1].split(",", -1))
                            .mapToDouble(Double::parseDouble)
                            .toArray());
        }
        List<Candidate> all = new ArrayList<>();
        learners.forEach(learner -> all.addAll(Candidate.grid(learner, axes)));
        return all;
    }

    private int folds() {
        return (int) arguments.whole("folds", 2, 1, 52);
    }

    long seed() {
        return arguments.whole("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    double maxFalsePositiveRate() {
        return arguments.share("max-false-positive-rate", 0.05);
    }

    Costs costs() {
        return new Costs(arguments.amount("cost-per-alert", 5), arguments.share("share-lost", 1));
    }

    /**
     * Returns the earlier folds for a final one, latest first: each is a test window before the other, and all their
     * labels are known when the final one is trained. If their number is not given, and the data begins too late for
     * two, one is enough.
     *
     * @throws IllegalArgumentException if the data begins too late
     */
    private List<Fold> searched(Fold last, long firstDay) {
        List<Fold> folds = new ArrayList<>();
        for (int n = 0; n < folds(); n++) {
            Fold fold = last.latestKnown().earlier((long) n * last.testDays());
            if (fold.firstTrainingDay() < firstDay && (n == 0 || arguments.has("folds"))) {
                throw new IllegalArgumentException("the data begins on " + Fold.day(firstDay) + " (expected: by "
                        + Fold.day(fold.firstTrainingDay()) + ", so that candidates can be tried on " + (n + 1)
                        + " earlier weeks; try fewer --train-days or --folds)");
            }
            if (fold.firstTrainingDay() >= firstDay) {
                folds.add(fold);
            }
        }
        return folds;
    }
}
