package dev.mayfly.jobs.measure;

/** Counts of rows above a threshold, and of all rows. Immutable. */
final class Alerts {

    private final double caught;
    private final double falseAlarms;
    private final double frauds;
    private final double genuine;

    Alerts(double caught, double falseAlarms, double frauds, double genuine) {
        this.caught = caught;
        this.falseAlarms = falseAlarms;
        this.frauds = frauds;
        this.genuine = genuine;
    }

    /** The share of frauds that are caught; NaN if there are none. */
    double recall() {
        return caught / frauds;
    }

    /** The share of alerts that are frauds; NaN if there are none. */
    double precision() {
        return caught / (caught + falseAlarms);
    }

    double falsePositiveRate() {
        return falseAlarms / genuine;
    }

    double perThousand() {
        return 1000 * (caught + falseAlarms) / (frauds + genuine);
    }

    double frauds() {
        return frauds;
    }
}
