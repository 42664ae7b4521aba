package dev.mayfly.jobs.measure;

/**
 * One model's predictions for the rows of a test: scores to rank by, calibrated probabilities, and the score above
 * which it alerts.
 */
public final class Predictions {

    private final double[] scores;
    private final double[] probabilities;
    private final double threshold;

    /**
     * A model's predictions for each row, in the order of the {@link Outcomes}.
     *
     * @param probabilities from 0 to 1, calibrated
     */
    public Predictions(double[] scores, double[] probabilities, double threshold) {
        if (scores.length != probabilities.length) {
            throw new IllegalArgumentException(
                    "probabilities: " + probabilities.length + " (expected: " + scores.length + ", one a score)");
        }
        this.scores = scores;
        this.probabilities = probabilities;
        this.threshold = threshold;
    }

    public double[] scores() {
        return scores;
    }

    double[] probabilities() {
        return probabilities;
    }

    double threshold() {
        return threshold;
    }
}
