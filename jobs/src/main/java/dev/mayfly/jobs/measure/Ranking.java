package dev.mayfly.jobs.measure;

import java.util.Arrays;

/**
 * Rows in order of their scores, and how well that order finds frauds: no bins, no interpolation. Definitions as in the
 * Fraud Detection Handbook and scikit-learn; rows of equal score share one threshold. Every figure is for weighted
 * customers, so that an interval is computed by the same code as the figure itself. Immutable.
 */
final class Ranking {

    private final Outcomes outcomes;
    private final double[] scores;
    /** Rows, highest score first. */
    private final int[] order;
    /** For each day the highest row of each of its customers, highest first. */
    private final int[][] cards;
    /** For each of these whether its customer had a fraud that day. */
    private final boolean[][] hits;

    Ranking(Outcomes outcomes, double[] scores) {
        if (scores.length != outcomes.rows()) {
            throw new IllegalArgumentException(
                    "scores: " + scores.length + " (expected: " + outcomes.rows() + ", one a row)");
        }
        this.outcomes = outcomes;
        this.scores = scores;
        this.order = highestFirst(scores);
        this.cards = new int[outcomes.days()][];
        this.hits = new boolean[outcomes.days()][];
        rankCards();
    }

    /** Of equal scores the earlier row comes first. Without an object for each row: there may be millions. */
    private static int[] highestFirst(double[] scores) {
        double[] ascending = scores.clone();
        Arrays.sort(ascending);
        int distinct = 0;
        int[] next = new int[ascending.length];
        for (int n = 0; n < ascending.length; n++) {
            distinct += n > 0 && Double.compare(ascending[n], ascending[distinct - 1]) == 0 ? 0 : 1;
            ascending[distinct - 1] = ascending[n];
            next[distinct - 1] = ascending.length - 1 - n;
        }
        int[] order = new int[scores.length];
        for (int row = 0; row < scores.length; row++) {
            order[next[Arrays.binarySearch(ascending, 0, distinct, scores[row])]++] = row;
        }
        return order;
    }

    private void rankCards() {
        int[] sizes = new int[outcomes.days()];
        for (int day = 0; day < outcomes.days(); day++) {
            cards[day] = new int[outcomes.customers()];
        }
        int[][] place = new int[outcomes.days()][outcomes.customers()];
        for (int row : order) {
            int day = outcomes.day(row);
            int customer = outcomes.customer(row);
            if (place[day][customer] == 0) {
                cards[day][sizes[day]++] = row;
                place[day][customer] = sizes[day];
            }
        }
        for (int day = 0; day < outcomes.days(); day++) {
            cards[day] = Arrays.copyOf(cards[day], sizes[day]);
            hits[day] = new boolean[sizes[day]];
        }
        for (int row = 0; row < outcomes.rows(); row++) {
            if (outcomes.isFraud(row)) {
                hits[outcomes.day(row)][place[outcomes.day(row)][outcomes.customer(row)] - 1] = true;
            }
        }
    }

    /**
     * The area under the ROC curve: the chance that a fraud scores higher than a genuine row, ties counting half. NaN if
     * there are no frauds or only frauds.
     */
    double aucRoc(Weights weights) {
        double area = 0;
        double frauds = 0;
        double genuine = 0;
        for (int from = 0; from < order.length; ) {
            double tiedFrauds = 0;
            double tiedGenuine = 0;
            double score = scores[order[from]];
            for (; from < order.length && scores[order[from]] == score; from++) {
                int times = weights.of(outcomes.customer(order[from]));
                if (outcomes.isFraud(order[from])) {
                    tiedFrauds += times;
                } else {
                    tiedGenuine += times;
                }
            }
            area += tiedGenuine * (frauds + tiedFrauds / 2);
            frauds += tiedFrauds;
            genuine += tiedGenuine;
        }
        return area / (frauds * genuine);
    }

    /** Average precision: the sum over thresholds of (recall gained) times (precision there). NaN without frauds. */
    double averagePrecision(Weights weights) {
        return averagePrecision(weights, Segment.ALL);
    }

    double averagePrecision(Weights weights, Segment segment) {
        double sum = 0;
        double seen = 0;
        double caught = 0;
        for (int from = 0; from < order.length; ) {
            double tied = 0;
            double score = scores[order[from]];
            for (; from < order.length && scores[order[from]] == score; from++) {
                if (segment.has(order[from])) {
                    int times = weights.of(outcomes.customer(order[from]));
                    seen += times;
                    tied += outcomes.isFraud(order[from]) ? times : 0;
                }
            }
            caught += tied;
            sum += tied == 0 ? 0 : tied * caught / seen;
        }
        return sum / caught;
    }

    /**
     * Card precision at k, the mean over days: of the k customers with the highest scores of a day, the share that had
     * a fraud that day; customers caught on an earlier day are left out. A customer who counts twice takes two of the k
     * places.
     */
    double cardPrecision(int k, Weights weights) {
        boolean[] caught = new boolean[outcomes.customers()];
        double sum = 0;
        for (int day = 0; day < cards.length; day++) {
            int places = k;
            int found = 0;
            for (int card = 0; card < cards[day].length && places > 0; card++) {
                int customer = outcomes.customer(cards[day][card]);
                int times = Math.min(places, weights.of(customer));
                if (times > 0 && !caught[customer]) {
                    places -= times;
                    found += hits[day][card] ? times : 0;
                    caught[customer] = hits[day][card];
                }
            }
            sum += (double) found / k;
        }
        return sum / cards.length;
    }

    /**
     * The lowest threshold above which at most the given share of the genuine rows score; half-way between two scores,
     * so that no rounding moves a row across it. Infinite if even the highest score is too much.
     */
    double thresholdFor(double maxFalsePositiveRate) {
        double allowed = maxFalsePositiveRate * (outcomes.rows() - outcomes.frauds());
        double falsePositives = 0;
        double above = Double.POSITIVE_INFINITY;
        for (int from = 0; from < order.length; ) {
            double score = scores[order[from]];
            for (; from < order.length && scores[order[from]] == score; from++) {
                falsePositives += outcomes.isFraud(order[from]) ? 0 : 1;
            }
            if (falsePositives > allowed) {
                return Double.isInfinite(above) ? above : score + (above - score) / 2;
            }
            above = score;
        }
        return above == Double.POSITIVE_INFINITY ? above : Math.nextDown(above);
    }

    /** Returns what is caught at the threshold above which at most the given share of the genuine rows score. */
    Alerts alertsAt(double maxFalsePositiveRate, Weights weights) {
        double allFrauds = 0;
        double allGenuine = 0;
        for (int row : order) {
            int times = weights.of(outcomes.customer(row));
            allFrauds += outcomes.isFraud(row) ? times : 0;
            allGenuine += outcomes.isFraud(row) ? 0 : times;
        }
        double caught = 0;
        double alarms = 0;
        for (int from = 0; from < order.length; ) {
            double tiedFrauds = 0;
            double tiedGenuine = 0;
            double score = scores[order[from]];
            for (; from < order.length && scores[order[from]] == score; from++) {
                int times = weights.of(outcomes.customer(order[from]));
                tiedFrauds += outcomes.isFraud(order[from]) ? times : 0;
                tiedGenuine += outcomes.isFraud(order[from]) ? 0 : times;
            }
            if (alarms + tiedGenuine > maxFalsePositiveRate * allGenuine) {
                break;
            }
            caught += tiedFrauds;
            alarms += tiedGenuine;
        }
        return new Alerts(caught, alarms, allFrauds, allGenuine);
    }

    /** Returns what is caught above a threshold among the rows of a segment. */
    Alerts alertsAbove(double threshold, Weights weights, Segment segment) {
        double caught = 0;
        double alarms = 0;
        double frauds = 0;
        double genuine = 0;
        for (int row = 0; row < scores.length; row++) {
            if (segment.has(row)) {
                int times = weights.of(outcomes.customer(row));
                boolean alert = scores[row] > threshold;
                if (outcomes.isFraud(row)) {
                    frauds += times;
                    caught += alert ? times : 0;
                } else {
                    genuine += times;
                    alarms += alert ? times : 0;
                }
            }
        }
        return new Alerts(caught, alarms, frauds, genuine);
    }

    /** Rows, highest score first. */
    int[] order() {
        return order.clone();
    }
}
