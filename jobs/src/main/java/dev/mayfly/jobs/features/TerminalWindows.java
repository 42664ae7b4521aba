package dev.mayfly.jobs.features;

import java.util.Arrays;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Number of a terminal's transactions in (t−D−w, t−D], and the share of frauds among them, 0 if there are none. Not thread-safe. */
final class TerminalWindows implements Walk.Windows {

    private static final int FORGET_FROM = 4_096;

    private final Columns columns;
    private final Past past = new Past();
    private final int[] starts = new int[Features.WINDOW_DAYS.length];
    private int end;
    private boolean isOpen;
    private long terminal;

    private TerminalWindows(Columns columns) {
        this.columns = columns;
    }

    /** Where the needed columns stand. */
    static final class Columns implements Walk.Factory {

        private static final long serialVersionUID = 1;

        private final int terminal;
        private final int seconds;
        private final int fraud;

        Columns(StructType schema) {
            this.terminal = schema.fieldIndex("terminal_id");
            this.seconds = schema.fieldIndex("tx_seconds");
            this.fraud = schema.fieldIndex("tx_fraud");
        }

        @Override
        public Walk.Windows open() {
            return new TerminalWindows(this);
        }
    }

    @Override
    public double[] next(Row row) {
        double[] values = new double[2 * starts.length];
        if (row.isNullAt(columns.terminal)) {
            return values;
        }
        long nextTerminal = row.getLong(columns.terminal);
        if (!isOpen || nextTerminal != terminal) {
            past.clear();
            Arrays.fill(starts, 0);
            end = 0;
            terminal = nextTerminal;
            isOpen = true;
        }
        long now = row.getLong(columns.seconds);
        past.add(now, row.getInt(columns.fraud));
        long known = now - Features.DELAY_SECONDS;
        end = past.after(end, known);
        for (int window = 0; window < starts.length; window++) {
            starts[window] = past.after(starts[window], known - Features.WINDOW_DAYS[window] * Features.DAY_SECONDS);
            double number = end - starts[window];
            values[2 * window] = number;
            values[2 * window + 1] = number == 0 ? 0 : past.sum(starts[window], end) / number;
        }
        forget();
        return values;
    }

    private void forget() {
        int oldest = starts[starts.length - 1];
        if (oldest >= FORGET_FROM && oldest > past.size() / 2) {
            past.forget(oldest);
            end -= oldest;
            for (int window = 0; window < starts.length; window++) {
                starts[window] -= oldest;
            }
        }
    }
}
