package dev.mayfly.jobs.train;

/** One scored transaction. Immutable. */
final class Scored {

    final double score;
    final boolean fraud;
    final long customer;
    final long day;

    Scored(double score, boolean fraud, long customer, long day) {
        this.score = score;
        this.fraud = fraud;
        this.customer = customer;
        this.day = day;
    }
}
