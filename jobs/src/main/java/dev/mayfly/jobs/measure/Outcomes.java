package dev.mayfly.jobs.measure;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What happened on the rows of a test, independent of any model: fraud or not, whose card, which day, which scenario of
 * fraud, how much. Immutable once built; about 30 bytes a row.
 */
public final class Outcomes {

    private final boolean[] fraud;
    private final int[] customer;
    private final int[] day;
    private final byte[] scenario;
    private final double[] amount;
    private final int customers;
    private final int days;

    private Outcomes(Builder builder) {
        int rows = builder.rows;
        this.fraud = Arrays.copyOf(builder.fraud, rows);
        this.customer = Arrays.copyOf(builder.customer, rows);
        this.day = Arrays.copyOf(builder.day, rows);
        this.scenario = Arrays.copyOf(builder.scenario, rows);
        this.amount = Arrays.copyOf(builder.amount, rows);
        this.customers = builder.customers.size();
        this.days = densely(this.day);
    }

    /** Numbers days from 0 in their order; returns how many there are. */
    private static int densely(int[] day) {
        int[] distinct = Arrays.stream(day).distinct().sorted().toArray();
        for (int row = 0; row < day.length; row++) {
            day[row] = Arrays.binarySearch(distinct, day[row]);
        }
        return distinct.length;
    }

    /** Takes rows one after another. */
    public static final class Builder {

        private final Map<Long, Integer> customers = new HashMap<>();
        private boolean[] fraud = new boolean[1024];
        private int[] customer = new int[1024];
        private int[] day = new int[1024];
        private byte[] scenario = new byte[1024];
        private double[] amount = new double[1024];
        private int rows;

        /**
         * Adds a row.
         *
         * @param day any number that grows from day to day
         * @param scenario the kind of fraud, from 1; 0 if genuine or not known
         * @param amount in the currency of the transactions
         */
        public Builder row(boolean fraud, long customer, long day, int scenario, double amount) {
            if (rows == this.day.length) {
                int more = rows + (rows >> 1);
                this.fraud = Arrays.copyOf(this.fraud, more);
                this.customer = Arrays.copyOf(this.customer, more);
                this.day = Arrays.copyOf(this.day, more);
                this.scenario = Arrays.copyOf(this.scenario, more);
                this.amount = Arrays.copyOf(this.amount, more);
            }
            this.fraud[rows] = fraud;
            this.customer[rows] = customers.computeIfAbsent(customer, next -> customers.size());
            this.day[rows] = Math.toIntExact(day);
            this.scenario[rows] = (byte) scenario;
            this.amount[rows] = amount;
            rows++;
            return this;
        }

        public Outcomes build() {
            return new Outcomes(this);
        }
    }

    public int rows() {
        return fraud.length;
    }

    public int frauds() {
        int frauds = 0;
        for (boolean one : fraud) {
            frauds += one ? 1 : 0;
        }
        return frauds;
    }

    /** Customers are numbered from 0. */
    int customers() {
        return customers;
    }

    int days() {
        return days;
    }

    public boolean isFraud(int row) {
        return fraud[row];
    }

    int customer(int row) {
        return customer[row];
    }

    /** The number of the row's day among the days there are, from 0. */
    int day(int row) {
        return day[row];
    }

    int scenario(int row) {
        return scenario[row];
    }

    double amount(int row) {
        return amount[row];
    }
}
