package dev.mayfly.jobs.measure;

import java.util.Random;

/**
 * A test week of invented customers, and two models' scores of it: most of what they see is the same, each adds an error of its
 * own. A quarter of the frauds look like genuine rows. Most frauds hit anybody, at a terminal; some come together, on a stolen card.
 */
final class Sample {

    private static final double OWN_ERROR = 0.25;

    final Outcomes outcomes;
    final double[] champion;
    final double[] challenger;

    /**
     * A week.
     *
     * @param customers each with about 8 transactions, of which one in 50 is a fraud; one card in 100 is stolen
     * @param handicap how much larger the champion's own error is
     */
    Sample(Random random, int customers, double handicap) {
        Outcomes.Builder builder = new Outcomes.Builder();
        double[][] scores = new double[2][customers * 16];
        int rows = 0;
        for (int customer = 0; customer < customers; customer++) {
            boolean isStolen = random.nextInt(100) == 0;
            for (int n = 1 + random.nextInt(15); n > 0; n--) {
                boolean isFraud = random.nextInt(isStolen ? 3 : 50) == 0;
                boolean isSeen = random.nextInt(4) > 0;
                double seen = random.nextGaussian() + (isFraud && isSeen ? 3.6 : 0);
                builder.row(isFraud, customer, random.nextInt(7), isFraud ? 1 + random.nextInt(3) : 0, 50);
                scores[0][rows] = seen + (OWN_ERROR + handicap) * random.nextGaussian();
                scores[1][rows] = seen + OWN_ERROR * random.nextGaussian();
                rows++;
            }
        }
        this.outcomes = builder.build();
        this.champion = java.util.Arrays.copyOf(scores[0], rows);
        this.challenger = java.util.Arrays.copyOf(scores[1], rows);
    }
}
