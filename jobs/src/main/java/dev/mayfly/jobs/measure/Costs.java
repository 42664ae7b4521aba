package dev.mayfly.jobs.measure;

/**
 * What mistakes cost: reviewing an alert costs {@code perAlert}; a missed fraud costs a share of its amount. Immutable.
 */
public final class Costs {

    private final double perAlert;
    private final double shareLost;

    /**
     * Unit costs.
     *
     * @param perAlert in the currency of the transactions
     * @param shareLost of the amount of a missed fraud, from 0 to 1
     */
    public Costs(double perAlert, double shareLost) {
        this.perAlert = perAlert;
        this.shareLost = shareLost;
    }

    double of(boolean alert, boolean fraud, double amount) {
        return alert ? perAlert : fraud ? shareLost * amount : 0;
    }

    @Override
    public String toString() {
        return perAlert + " an alert, " + 100 * shareLost + " % of the amount of a missed fraud";
    }
}
