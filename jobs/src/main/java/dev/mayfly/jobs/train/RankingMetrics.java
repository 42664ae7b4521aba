package dev.mayfly.jobs.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How well scores rank frauds, exactly: no bins, no interpolation. Definitions as in the Fraud Detection Handbook and
 * scikit-learn. Rows of equal score stand at one threshold.
 */
final class RankingMetrics {

    private RankingMetrics() {}

    /**
     * The area under the ROC curve: the chance that a fraud scores higher than a genuine row, ties counting half. NaN if
     * there are no frauds or only frauds.
     */
    static double aucRoc(List<Scored> rows) {
        double area = 0;
        long genuineBelow = 0;
        long frauds = 0;
        for (List<Scored> tied : byScore(rows, false)) {
            long fraud = tied.stream().filter(row -> row.fraud).count();
            long genuine = tied.size() - fraud;
            area += fraud * (genuineBelow + genuine / 2.0);
            genuineBelow += genuine;
            frauds += fraud;
        }
        return area / ((double) frauds * genuineBelow);
    }

    /** Average precision: the sum over thresholds of (recall gained) times (precision there). NaN without frauds. */
    static double averagePrecision(List<Scored> rows) {
        long frauds = rows.stream().filter(row -> row.fraud).count();
        double sum = 0;
        long seen = 0;
        long caught = 0;
        for (List<Scored> tied : byScore(rows, true)) {
            long fraud = tied.stream().filter(row -> row.fraud).count();
            seen += tied.size();
            caught += fraud;
            sum += (double) fraud / frauds * caught / seen;
        }
        return frauds == 0 ? Double.NaN : sum;
    }

    /**
     * Card precision at k, the mean over days: of the k customers with the highest scores of a day, the share that had a
     * fraud that day; customers caught on an earlier day are out. Ties go to the smaller customer number.
     */
    static double cardPrecision(List<Scored> rows, int k) {
        TreeMap<Long, List<Scored>> days = new TreeMap<>();
        for (Scored row : rows) {
            days.computeIfAbsent(row.day, day -> new ArrayList<>()).add(row);
        }
        Set<Long> caught = new HashSet<>();
        double sum = 0;
        for (List<Scored> day : days.values()) {
            sum += (double) catches(day, k, caught) / k;
        }
        return days.isEmpty() ? Double.NaN : sum / days.size();
    }

    private static int catches(List<Scored> day, int k, Set<Long> caught) {
        Map<Long, Scored> customers = new HashMap<>();
        for (Scored row : day) {
            if (!caught.contains(row.customer)) {
                customers.merge(
                        row.customer,
                        row,
                        (a, b) -> new Scored(Math.max(a.score, b.score), a.fraud || b.fraud, a.customer, a.day));
            }
        }
        List<Scored> ranked = new ArrayList<>(customers.values());
        ranked.sort(Comparator.comparingDouble((Scored row) -> -row.score).thenComparingLong(row -> row.customer));
        int hits = 0;
        for (Scored row : ranked.subList(0, Math.min(k, ranked.size()))) {
            if (row.fraud) {
                hits++;
                caught.add(row.customer);
            }
        }
        return hits;
    }

    /** The lowest threshold at which at most a share of the genuine rows score as high or higher. */
    static double thresholdFor(List<Scored> rows, double maxFalsePositiveRate) {
        long genuine = rows.stream().filter(row -> !row.fraud).count();
        double threshold = Double.POSITIVE_INFINITY;
        long falsePositives = 0;
        for (List<Scored> tied : byScore(rows, true)) {
            falsePositives += tied.stream().filter(row -> !row.fraud).count();
            if (genuine > 0 && (double) falsePositives / genuine > maxFalsePositiveRate) {
                return threshold;
            }
            threshold = tied.get(0).score;
        }
        return threshold;
    }

    /** The share of frauds, or of genuine rows, that score at or above a threshold. NaN if there are none. */
    static double shareAbove(List<Scored> rows, boolean frauds, double threshold) {
        long all = rows.stream().filter(row -> row.fraud == frauds).count();
        long above = rows.stream()
                .filter(row -> row.fraud == frauds && row.score >= threshold)
                .count();
        return all == 0 ? Double.NaN : (double) above / all;
    }

    private static List<List<Scored>> byScore(List<Scored> rows, boolean highestFirst) {
        List<Scored> sorted = new ArrayList<>(rows);
        Comparator<Scored> order = Comparator.comparingDouble(row -> row.score);
        sorted.sort(highestFirst ? order.reversed() : order);
        List<List<Scored>> groups = new ArrayList<>();
        for (int from = 0; from < sorted.size(); ) {
            int to = from + 1;
            while (to < sorted.size() && sorted.get(to).score == sorted.get(from).score) {
                to++;
            }
            groups.add(sorted.subList(from, to));
            from = to;
        }
        return groups;
    }
}
