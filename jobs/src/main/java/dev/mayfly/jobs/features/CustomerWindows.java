package dev.mayfly.jobs.features;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Number and mean amount of a customer's transactions in (t−w, t], the row itself included. Not thread-safe. */
final class CustomerWindows implements Walk.Windows {

    private static final int FORGET_FROM = 4_096;

    private final Columns columns;
    private final Past past = new Past();
    private final int[] starts = new int[Features.WINDOW_DAYS.length];
    private boolean isOpen;
    private long customer;

    private CustomerWindows(Columns columns) {
        this.columns = columns;
    }

    /** Where the needed columns stand. */
    static final class Columns implements Walk.Factory {

        private static final long serialVersionUID = 1;

        private final int customer;
        private final int seconds;
        private final int amount;

        Columns(StructType schema) {
            this.customer = schema.fieldIndex("customer_id");
            this.seconds = schema.fieldIndex("tx_seconds");
            this.amount = schema.fieldIndex("tx_amount");
        }

        @Override
        public Walk.Windows open() {
            return new CustomerWindows(this);
        }
    }

    @Override
    public double[] next(Row row) {
        long nextCustomer = row.getLong(columns.customer);
        if (!isOpen || nextCustomer != customer) {
            past.clear();
            java.util.Arrays.fill(starts, 0);
            customer = nextCustomer;
            isOpen = true;
        }
        long now = row.getLong(columns.seconds);
        past.add(now, Math.round(row.getDouble(columns.amount) * 100));
        double[] values = new double[2 * starts.length];
        for (int window = 0; window < starts.length; window++) {
            starts[window] = past.after(starts[window], now - Features.WINDOW_DAYS[window] * Features.DAY_SECONDS);
            double number = past.size() - starts[window];
            values[2 * window] = number;
            values[2 * window + 1] = past.sum(starts[window], past.size()) / 100.0 / number;
        }
        forget();
        return values;
    }

    private void forget() {
        int oldest = starts[starts.length - 1];
        if (oldest >= FORGET_FROM && oldest > past.size() / 2) {
            past.forget(oldest);
            for (int window = 0; window < starts.length; window++) {
                starts[window] -= oldest;
            }
        }
    }
}
