package dev.mayfly.jobs.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The figures behind plots: pairs of x and y. Immutable. */
public final class Curves {

    private final Outcomes outcomes;
    private final Predictions predictions;
    private final int[] order;

    public Curves(Outcomes outcomes, Predictions predictions) {
        this.outcomes = outcomes;
        this.predictions = predictions;
        this.order = new Ranking(outcomes, predictions.scores()).order();
    }

    /** A line through points. */
    public static final class Curve {

        private final double[] x;
        private final double[] y;

        public Curve(double[] x, double[] y) {
            this.x = x;
            this.y = y;
        }

        Curve(List<double[]> points) {
            this(
                    points.stream().mapToDouble(point -> point[0]).toArray(),
                    points.stream().mapToDouble(point -> point[1]).toArray());
        }

        /** Returns y at {@code steps} equally spaced x from 0 to 1: that of the first point at or after each x. */
        public double[] at(int steps) {
            double[] values = new double[steps];
            int point = 0;
            for (int step = 0; step < steps; step++) {
                while (point < x.length - 1 && x[point] < (double) step / (steps - 1)) {
                    point++;
                }
                values[step] = y[point];
            }
            return values;
        }

        public double[] x() {
            return x.clone();
        }

        public double[] y() {
            return y.clone();
        }
    }

    /** Recall over false-positive rate. */
    public Curve roc() {
        return walk((caught, alarms, frauds, genuine) -> new double[] {alarms / genuine, caught / frauds});
    }

    /** Precision over recall. */
    public Curve precisionRecall() {
        return walk((caught, alarms, frauds, genuine) -> new double[] {caught / frauds, caught / (caught + alarms)});
    }

    private interface Point {
        double[] at(double caught, double alarms, double frauds, double genuine);
    }

    /** A point after each group of equal scores that holds a fraud, and at both ends; at most a few hundred. */
    private Curve walk(Point point) {
        double frauds = outcomes.frauds();
        double genuine = outcomes.rows() - frauds;
        List<double[]> points = new ArrayList<>();
        double caught = 0;
        double alarms = 0;
        double[] scores = predictions.scores();
        for (int from = 0; from < order.length; ) {
            double before = caught;
            double score = scores[order[from]];
            for (; from < order.length && scores[order[from]] == score; from++) {
                caught += outcomes.isFraud(order[from]) ? 1 : 0;
                alarms += outcomes.isFraud(order[from]) ? 0 : 1;
            }
            if (caught > before || from == order.length) {
                points.add(point.at(caught, alarms, frauds, genuine));
            }
        }
        return new Curve(thinned(points));
    }

    private static List<double[]> thinned(List<double[]> points) {
        int most = 500;
        List<double[]> some = new ArrayList<>();
        for (int n = 0; n < most && points.size() > most; n++) {
            some.add(points.get((int) ((long) n * (points.size() - 1) / (most - 1))));
        }
        return points.size() > most ? some : points;
    }

    /**
     * The share of frauds over the mean probability, in groups of rows by rising probability that should have equally
     * many frauds.
     */
    public Curve calibration(int groups) {
        double[] probabilities = predictions.probabilities();
        Integer[] rows = new Integer[order.length];
        Arrays.setAll(rows, row -> row);
        Arrays.sort(rows, (a, b) -> Double.compare(probabilities[a], probabilities[b]));
        double enough = Arrays.stream(probabilities).sum() / groups;
        List<double[]> points = new ArrayList<>();
        double expected = 0;
        double happened = 0;
        int from = 0;
        for (int n = 0; n < rows.length; n++) {
            expected += probabilities[rows[n]];
            happened += outcomes.isFraud(rows[n]) ? 1 : 0;
            boolean isTied = n + 1 < rows.length && probabilities[rows[n + 1]] == probabilities[rows[n]];
            if (!isTied && (expected >= enough || n + 1 == rows.length)) {
                points.add(new double[] {expected / (n + 1 - from), happened / (n + 1 - from)});
                expected = 0;
                happened = 0;
                from = n + 1;
            }
        }
        return new Curve(points);
    }

    /** Recall over alerts in 1,000 rows, by threshold: how much is caught over how much people review. */
    public Curve recallByAlerts() {
        double rows = outcomes.rows();
        return walk(
                (caught, alarms, frauds, genuine) -> new double[] {1000 * (caught + alarms) / rows, caught / frauds});
    }

    /** Cost of 1,000 rows over alerts in 1,000 rows, by threshold. */
    public Curve costByAlerts(Costs costs) {
        double missed = 0;
        for (int row = 0; row < outcomes.rows(); row++) {
            missed += costs.of(false, outcomes.isFraud(row), outcomes.amount(row));
        }
        List<double[]> points = new ArrayList<>();
        double cost = missed;
        for (int n = 0; n < order.length; n++) {
            points.add(new double[] {1000.0 * n / order.length, 1000 * cost / order.length});
            int row = order[n];
            cost += costs.of(true, outcomes.isFraud(row), outcomes.amount(row))
                    - costs.of(false, outcomes.isFraud(row), outcomes.amount(row));
        }
        return new Curve(thinned(points.subList(0, Math.min(points.size(), Math.max(1, order.length / 5)))));
    }

    /** The shares of frauds, or of genuine rows, by score in equal bins from 0 to 1: the middle of the bin, the share. */
    public Curve distribution(boolean frauds, int bins) {
        double[] counts = new double[bins];
        double all = 0;
        for (int row = 0; row < outcomes.rows(); row++) {
            if (outcomes.isFraud(row) == frauds) {
                counts[(int) Math.max(0, Math.min(bins - 1, predictions.scores()[row] * bins))]++;
                all++;
            }
        }
        double[] x = new double[bins];
        double[] y = new double[bins];
        for (int bin = 0; bin < bins; bin++) {
            x[bin] = (bin + 0.5) / bins;
            y[bin] = counts[bin] / all;
        }
        return new Curve(x, y);
    }
}
