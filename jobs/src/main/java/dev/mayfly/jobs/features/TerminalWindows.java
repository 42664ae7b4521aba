package dev.mayfly.jobs.features;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Number of a terminal's transactions in (t−D−w, t−D], and the share of frauds among them, 0 if there are none. Not thread-safe. */
final class TerminalWindows implements Walk.Windows {

    private final Columns columns;
    private final Past past = new Past(Features.windowSeconds());
    private boolean isOpen;
    private long terminal;

    private TerminalWindows(Columns columns) {
        this.columns = columns;
    }

    /** The positions of the needed columns. */
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
        double[] values = new double[2 * Features.WINDOW_DAYS.length];
        if (row.isNullAt(columns.terminal)) {
            return values;
        }
        long nextTerminal = row.getLong(columns.terminal);
        if (!isOpen || nextTerminal != terminal) {
            past.clear();
            terminal = nextTerminal;
            isOpen = true;
        }
        long now = row.getLong(columns.seconds);
        past.add(now, row.getInt(columns.fraud));
        past.moveTo(now - Features.DELAY_SECONDS);
        for (int window = 0; window < Features.WINDOW_DAYS.length; window++) {
            int number = past.number(window);
            values[2 * window] = number;
            values[2 * window + 1] = number == 0 ? 0 : (double) past.sum(window) / number;
        }
        return values;
    }
}
