package dev.mayfly.jobs.simulate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The simulator. Customers and terminals lie on a square; a customer uses the terminals around; amounts are normal about the
 * customer's mean. Fraud comes in three scenarios, applied one after the other: large amounts (1), compromised terminals for
 * 28 days (2), customers whose card was stolen for 14 days (3), of whose transactions a third is five times as large.
 */
public final class Simulator {

    private static final double SIDE = 100;
    private static final long LARGE_CENTS = 22_000;
    private static final int TERMINAL_DAYS = 28;
    private static final int CUSTOMER_DAYS = 14;
    private static final int DAY = 86_400;

    private final Settings settings;

    public Simulator(Settings settings) {
        this.settings = settings;
    }

    public Transactions run() {
        Transactions transactions = new Transactions();
        double[][] places = terminalPlaces();
        for (int customer = 0; customer < settings.customers; customer++) {
            spend(customer, places, transactions);
        }
        transactions.sortByTime();
        markLargeAmounts(transactions);
        compromiseTerminals(transactions);
        stealCards(transactions);
        return transactions;
    }

    private double[][] terminalPlaces() {
        double[][] places = new double[settings.terminals][];
        for (int n = 0; n < places.length; n++) {
            Randomness random = new Randomness(settings.seed, "terminal", n);
            places[n] = new double[] {random.uniform(0, SIDE), random.uniform(0, SIDE)};
        }
        return places;
    }

    private void spend(int customer, double[][] places, Transactions into) {
        Randomness random = new Randomness(settings.seed, "customer", customer);
        double x = random.uniform(0, SIDE);
        double y = random.uniform(0, SIDE);
        double mean = random.uniform(5, 100);
        double perDay = random.uniform(0, 4);
        int[] around = around(x, y, places);
        for (int day = 0; day < settings.days; day++) {
            int count = random.poisson(perDay);
            for (int n = 0; n < count; n++) {
                int time = (int) random.normal(43_200, 20_000);
                double amount = random.normal(mean, mean / 2);
                if (amount < 0) {
                    amount = random.uniform(0, 2 * mean);
                }
                int pick = around.length == 0 ? 0 : random.below(around.length);
                if (time > 0 && time < DAY && around.length > 0) {
                    into.add(day * DAY + time, customer, around[pick], Math.round(amount * 100));
                }
            }
        }
    }

    private int[] around(double x, double y, double[][] places) {
        List<Integer> near = new ArrayList<>();
        double square = settings.radius * settings.radius;
        for (int n = 0; n < places.length; n++) {
            double dx = places[n][0] - x;
            double dy = places[n][1] - y;
            if (dx * dx + dy * dy < square) {
                near.add(n);
            }
        }
        return near.stream().mapToInt(Integer::intValue).toArray();
    }

    private static void markLargeAmounts(Transactions transactions) {
        for (int row = 0; row < transactions.size(); row++) {
            if (transactions.cents[row] > LARGE_CENTS) {
                transactions.scenarios[row] = 1;
            }
        }
    }

    private void compromiseTerminals(Transactions transactions) {
        int[][] rows = Transactions.rowsBy(transactions.terminals, transactions.size(), settings.terminals);
        for (int day = 0; day < settings.days - 1; day++) {
            for (int terminal : draw("compromise", day, 2, settings.terminals)) {
                for (int row : rows[terminal]) {
                    if (within(transactions.day(row), day, TERMINAL_DAYS)) {
                        transactions.scenarios[row] = 2;
                    }
                }
            }
        }
    }

    private void stealCards(Transactions transactions) {
        int[][] rows = Transactions.rowsBy(transactions.customers, transactions.size(), settings.customers);
        for (int day = 0; day < settings.days - 1; day++) {
            List<Integer> pool = new ArrayList<>();
            for (int customer : draw("steal", day, 3, settings.customers)) {
                for (int row : rows[customer]) {
                    if (within(transactions.day(row), day, CUSTOMER_DAYS)) {
                        pool.add(row);
                    }
                }
            }
            Randomness random = new Randomness(settings.seed, "stolen", day);
            int frauds = pool.size() / 3;
            for (int n = 0; n < frauds; n++) {
                int other = n + random.below(pool.size() - n);
                int row = pool.set(other, pool.get(n));
                transactions.cents[row] *= 5;
                transactions.scenarios[row] = 3;
            }
        }
    }

    private Set<Integer> draw(String kind, int day, int count, int outOf) {
        Randomness random = new Randomness(settings.seed, kind, day);
        Set<Integer> drawn = new HashSet<>();
        while (drawn.size() < count) {
            drawn.add(random.below(outOf));
        }
        return drawn;
    }

    private static boolean within(int day, int from, int days) {
        return day >= from && day < from + days;
    }
}
