package dev.mayfly.jobs.check;

import java.util.Arrays;

/**
 * How the values of one input are spread over bins, in a reference and now. The edges are quantiles of the reference, so that
 * bins are equally full there as far as ties allow. Immutable.
 */
final class Distribution {

    /** The population stability index is computed over about so many bins. */
    private static final int COARSE = 10;

    private final double[] edges;
    private final long[] reference;
    private final long[] now;

    /**
     * Creates a distribution.
     *
     * @param edges ascending and different; bin 0 is up to the first, the last is above the last
     */
    Distribution(double[] edges, long[] reference, long[] now) {
        this.edges = edges;
        this.reference = reference;
        this.now = now;
    }

    /** The two-sample Kolmogorov-Smirnov distance on the edges: the largest difference of the shares up to an edge; 0 to 1. */
    double ks() {
        double all = Arrays.stream(reference).sum();
        double allNow = Arrays.stream(now).sum();
        double upTo = 0;
        double upToNow = 0;
        double most = 0;
        for (int bin = 0; bin < reference.length; bin++) {
            upTo += reference[bin] / all;
            upToNow += now[bin] / allNow;
            most = Math.max(most, Math.abs(upTo - upToNow));
        }
        return most;
    }

    /** The population stability index: the sum of (p − q) · ln(p / q) over coarse bins, with half a row in each for the empty ones. */
    double psi() {
        Distribution coarse = coarse();
        double bins = coarse.reference.length;
        double all = Arrays.stream(coarse.reference).sum() + bins / 2;
        double allNow = Arrays.stream(coarse.now).sum() + bins / 2;
        double sum = 0;
        for (int bin = 0; bin < bins; bin++) {
            double share = (coarse.reference[bin] + 0.5) / all;
            double shareNow = (coarse.now[bin] + 0.5) / allNow;
            sum += (shareNow - share) * Math.log(shareNow / share);
        }
        return sum;
    }

    /** Returns this distribution in about ten bins, as equally full in the reference as ties allow. */
    Distribution coarse() {
        double all = Arrays.stream(reference).sum();
        double[] coarseEdges = new double[edges.length];
        long[] coarse = new long[reference.length];
        long[] coarseNow = new long[now.length];
        int bin = 0;
        double filled = 0;
        for (int fine = 0; fine < reference.length; fine++) {
            coarse[bin] += reference[fine];
            coarseNow[bin] += now[fine];
            filled += reference[fine];
            if (fine < edges.length && filled >= all / COARSE) {
                coarseEdges[bin++] = edges[fine];
                filled = 0;
            }
        }
        return new Distribution(
                Arrays.copyOf(coarseEdges, bin), Arrays.copyOf(coarse, bin + 1), Arrays.copyOf(coarseNow, bin + 1));
    }

    /** Returns the shares of the bins in the reference, or now. */
    double[] shares(boolean isNow) {
        long[] counts = isNow ? now : reference;
        double all = Arrays.stream(counts).sum();
        return Arrays.stream(counts).mapToDouble(count -> count / all).toArray();
    }

    double[] edges() {
        return edges.clone();
    }
}
