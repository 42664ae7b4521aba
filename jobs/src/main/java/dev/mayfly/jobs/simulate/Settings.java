package dev.mayfly.jobs.simulate;

import java.time.LocalDate;

/** What is simulated. The same settings give the same transactions, byte by byte. Immutable. */
public final class Settings {

    /** Terminals per customer in the handbook: 10,000 to 5,000. */
    private static final int TERMINALS_PER_CUSTOMER = 2;

    final int customers;
    final int terminals;
    final int days;
    final LocalDate start;
    final double radius;
    final long seed;

    public Settings(int customers, int days, long seed) {
        this(customers, customers * TERMINALS_PER_CUSTOMER, days, LocalDate.of(2018, 4, 1), 5.0, seed);
    }

    /**
     * The full set.
     *
     * @param radius the greatest distance of a customer's terminals, on a square of side 100
     */
    public Settings(int customers, int terminals, int days, LocalDate start, double radius, long seed) {
        if (customers < 3 || terminals < 2 || days < 1) {
            throw new IllegalArgumentException("customers " + customers + ", terminals " + terminals + ", days " + days
                    + " (expected: at least 3, 2 and 1)");
        }
        this.customers = customers;
        this.terminals = terminals;
        this.days = days;
        this.start = start;
        this.radius = radius;
        this.seed = seed;
    }
}
