package dev.mayfly.jobs.train;

import dev.mayfly.jobs.learner.Candidate;
import dev.mayfly.jobs.learner.Learner;
import dev.mayfly.jobs.measure.Measures;
import dev.mayfly.jobs.measure.Outcomes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Looks for the best candidate by trying them on earlier weeks, as if each had been trained then: all on the latest fold, the better
 * half on the one before, and so on (successive halving; Jamieson and Talwalkar, 2016). Candidates of a fold train at the same
 * time, on the same cached rows; if a fold has very many, on all its frauds and a share of the others ({@link Examples#sampled}).
 */
final class Search {

    private final Examples examples;
    private final List<Fold> folds;
    private final Settings settings;

    /** The settings of a search. */
    static final class Settings {

        final int atOnce;
        final int cores;
        final long seed;
        final long deadlineNanos;

        /**
         * Creates settings.
         *
         * @param atOnce how many candidates train at the same time
         * @param cores of the cluster
         * @param deadlineNanos the time after which a training starts only if it is needed to try one candidate on all
         *     folds
         */
        Settings(int atOnce, int cores, long seed, long deadlineNanos) {
            this.atOnce = atOnce;
            this.cores = cores;
            this.seed = seed;
            this.deadlineNanos = deadlineNanos;
        }
    }

    /** A candidate with its results, fold by fold. */
    static final class Trial {

        final Candidate candidate;
        final List<Tested> folds = new ArrayList<>();

        Trial(Candidate candidate) {
            this.candidate = candidate;
        }

        /** The mean over folds. */
        double averagePrecision() {
            return folds.stream()
                    .mapToDouble(fold -> fold.averagePrecision)
                    .average()
                    .orElse(Double.NaN);
        }
    }

    /** A candidate on one fold. */
    static final class Tested {

        final Fold fold;
        final Outcomes outcomes;
        final double[] scores;
        final double averagePrecision;
        final long started;
        final long ended;

        Tested(Fold fold, Outcomes outcomes, double[] scores, long started) {
            this.fold = fold;
            this.outcomes = outcomes;
            this.scores = scores;
            this.averagePrecision = Measures.averagePrecision(outcomes, scores);
            this.started = started;
            this.ended = System.currentTimeMillis();
        }
    }

    /**
     * A search over folds.
     *
     * @param folds latest first
     */
    Search(Examples examples, List<Fold> folds, Settings settings) {
        this.examples = examples;
        this.folds = folds;
        this.settings = settings;
    }

    /** Returns all trials, the best first; the best was tried on all folds. */
    List<Trial> run(List<Candidate> candidates) {
        List<Trial> trials = candidates.stream().map(Trial::new).collect(Collectors.toList());
        ExecutorService threads = Executors.newFixedThreadPool(settings.atOnce);
        try {
            List<Trial> alive = trials;
            for (Fold fold : folds) {
                try (TestRows test = new TestRows(examples, fold)) {
                    alive = better(onFold(fold, test, alive, threads));
                }
            }
        } finally {
            threads.shutdownNow();
        }
        Comparator<Trial> furthest = Comparator.comparingInt(trial -> -trial.folds.size());
        trials.sort(furthest.thenComparingDouble(trial -> -trial.averagePrecision()));
        return trials;
    }

    private List<Trial> onFold(Fold fold, TestRows test, List<Trial> alive, ExecutorService threads) {
        Dataset<Row> training = examples.sampled(fold);
        int cores = Math.max(1, settings.cores / Math.min(settings.atOnce, alive.size()));
        List<Future<Tested>> running = new ArrayList<>();
        for (Trial trial : alive) {
            boolean isFirst = running.isEmpty();
            running.add(threads.submit(() -> {
                if (!isFirst && System.nanoTime() > settings.deadlineNanos) {
                    return null;
                }
                long started = System.currentTimeMillis();
                ProbabilisticClassificationModel<?, ?> model =
                        Learner.learn(trial.candidate, training, settings.seed, cores);
                Tested tested = new Tested(fold, test.outcomes(), test.scores(model), started);
                System.err.printf(
                        "%s: average precision %.4f on the fold %s, after %.1f s%n",
                        trial.candidate, tested.averagePrecision, fold, (tested.ended - started) / 1000.0);
                return tested;
            }));
        }
        List<Trial> tested = new ArrayList<>();
        for (int n = 0; n < running.size(); n++) {
            Tested result = result(running.get(n));
            if (result != null) {
                alive.get(n).folds.add(result);
                tested.add(alive.get(n));
            }
        }
        return tested;
    }

    private static @org.jspecify.annotations.Nullable Tested result(Future<Tested> running) {
        try {
            return running.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the search was interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a candidate can't be trained: " + e.getCause(), e);
        }
    }

    private static List<Trial> better(List<Trial> trials) {
        return trials.stream()
                .sorted(Comparator.comparingDouble(trial -> -trial.averagePrecision()))
                .limit((trials.size() + 1) / 2)
                .collect(Collectors.toList());
    }
}
