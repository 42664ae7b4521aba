package dev.mayfly.jobs.clean;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Finds groups of lines that are rejected far more often than all others, however small their part in all lines is: a
 * format that only frauds have loses the frauds.
 *
 * <p>A group stands out if it is rejected more than {@value #TIMES} times as often as the lines outside it, and if that would come by chance
 * in less than one of {@value #CHANCES} such groups, by the likelihood ratio of two shares against one (the G-test; Wilks, 1938): a
 * few frauds of which none is rejected say little about the others.
 */
final class Concentration {

    static final int TIMES = 3;
    private static final double CHANCES = 1e9;

    private Concentration() {}

    /** Returns what stands out, in words with figures; empty if nothing does. */
    static List<String> found(Map<String, Map<String, Groups.Count>> groups) {
        List<String> found = new ArrayList<>();
        groups.forEach((kind, ofKind) -> {
            Groups.Count all = new Groups.Count();
            ofKind.values().forEach(all::add);
            ofKind.forEach((group, count) -> {
                Groups.Count others = new Groups.Count(all.lines() - count.lines(), all.rejected() - count.rejected());
                if (others.lines() > 0 && standsOut(count, others)) {
                    found.add(String.format(
                            Locale.ROOT,
                            "%s %s: %,d of %,d lines rejected (%.2f %%; of all others %.2f %%)",
                            kind,
                            group,
                            count.rejected(),
                            count.lines(),
                            100.0 * count.rejected() / count.lines(),
                            100.0 * others.rejected() / others.lines()));
                }
            });
        });
        return found;
    }

    private static boolean standsOut(Groups.Count group, Groups.Count others) {
        double share = (double) group.rejected() / group.lines();
        double ofOthers = (double) others.rejected() / others.lines();
        double ofAll = (double) (group.rejected() + others.rejected()) / (group.lines() + others.lines());
        return share > TIMES * ofOthers
                && group.lines() * divergence(share, ofAll) + others.lines() * divergence(ofOthers, ofAll)
                        > Math.log(CHANCES);
    }

    /** The Kullback-Leibler divergence of two shares, in nats. */
    private static double divergence(double share, double expected) {
        double taken = share == 0 ? 0 : share * Math.log(share / expected);
        double left = share == 1 ? 0 : (1 - share) * Math.log((1 - share) / (1 - expected));
        return taken + left;
    }
}
