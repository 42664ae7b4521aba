package dev.mayfly.jobs.simulate;

import java.util.Arrays;

/**
 * A table of transactions in columns, ordered by time; the row number is the transaction id. Amounts are in cents, times in
 * seconds since the start of the first day. Not thread-safe.
 */
public final class Transactions {

    int[] seconds = new int[1024];
    int[] customers = new int[1024];
    int[] terminals = new int[1024];
    long[] cents = new long[1024];
    byte[] scenarios = new byte[0];
    private int size;

    void add(int second, int customer, int terminal, long amount) {
        if (size == seconds.length) {
            int capacity = size * 2;
            seconds = Arrays.copyOf(seconds, capacity);
            customers = Arrays.copyOf(customers, capacity);
            terminals = Arrays.copyOf(terminals, capacity);
            cents = Arrays.copyOf(cents, capacity);
        }
        seconds[size] = second;
        customers[size] = customer;
        terminals[size] = terminal;
        cents[size] = amount;
        size++;
    }

    /** Orders by time, rows of one second as they were added, and clears all labels. */
    void sortByTime() {
        long[] order = new long[size];
        for (int n = 0; n < size; n++) {
            order[n] = ((long) seconds[n] << 32) | n;
        }
        Arrays.sort(order);
        int[] sortedSeconds = new int[size];
        int[] sortedCustomers = new int[size];
        int[] sortedTerminals = new int[size];
        long[] sortedCents = new long[size];
        for (int n = 0; n < size; n++) {
            int from = (int) order[n];
            sortedSeconds[n] = seconds[from];
            sortedCustomers[n] = customers[from];
            sortedTerminals[n] = terminals[from];
            sortedCents[n] = cents[from];
        }
        seconds = sortedSeconds;
        customers = sortedCustomers;
        terminals = sortedTerminals;
        cents = sortedCents;
        scenarios = new byte[size];
    }

    public int size() {
        return size;
    }

    public int second(int row) {
        return seconds[row];
    }

    public int day(int row) {
        return seconds[row] / 86_400;
    }

    public int customer(int row) {
        return customers[row];
    }

    public int terminal(int row) {
        return terminals[row];
    }

    public long cents(int row) {
        return cents[row];
    }

    /** 0: no fraud; 1 to 3: fraud of that scenario. */
    public int scenario(int row) {
        return scenarios[row];
    }

    /** The rows of each value of a column, in order of time: {@code rows[n]} are those with value n. */
    static int[][] rowsBy(int[] column, int size, int values) {
        int[] counts = new int[values];
        for (int n = 0; n < size; n++) {
            counts[column[n]]++;
        }
        int[][] rows = new int[values][];
        for (int value = 0; value < values; value++) {
            rows[value] = new int[counts[value]];
        }
        int[] filled = new int[values];
        for (int n = 0; n < size; n++) {
            rows[column[n]][filled[column[n]]++] = n;
        }
        return rows;
    }
}
