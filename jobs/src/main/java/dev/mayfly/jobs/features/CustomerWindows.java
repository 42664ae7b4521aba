package dev.mayfly.jobs.features;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Number and mean amount of a customer's transactions in (t−w, t], the row itself included. Not thread-safe. */
final class CustomerWindows implements Walk.Windows {

    private final Columns columns;
    private final Past past = new Past(Features.windowSeconds());
    private boolean isOpen;
    private long customer;

    private CustomerWindows(Columns columns) {
        this.columns = columns;
    }

    /** The positions of the needed columns. */
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
            customer = nextCustomer;
            isOpen = true;
        }
        long now = row.getLong(columns.seconds);
        past.add(now, Math.round(row.getDouble(columns.amount) * 100));
        past.moveTo(now);
        double[] values = new double[2 * Features.WINDOW_DAYS.length];
        for (int window = 0; window < Features.WINDOW_DAYS.length; window++) {
            values[2 * window] = past.number(window);
            values[2 * window + 1] = past.sum(window) / 100.0 / past.number(window);
        }
        return values;
    }
}
