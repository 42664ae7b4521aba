package dev.mayfly.jobs.features;

import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Walks through the sorted rows of a partition, and gives each row the values of the windows that end at it. */
final class Walk implements Iterator<Row> {

    private final Iterator<Row> rows;
    private final Windows windows;

    /** The windows of one customer or terminal after another. */
    interface Windows {

        /** The values for the next row. */
        double[] next(Row row);
    }

    /** Opens windows on the worker. */
    interface Factory extends Serializable {
        Windows open();
    }

    Walk(Iterator<Row> rows, Windows windows) {
        this.rows = rows;
        this.windows = windows;
    }

    @Override
    public boolean hasNext() {
        return rows.hasNext();
    }

    @Override
    public Row next() {
        Row row = rows.next();
        double[] values = windows.next(row);
        Object[] all = new Object[row.size() + values.length];
        for (int n = 0; n < row.size(); n++) {
            all[n] = row.get(n);
        }
        for (int n = 0; n < values.length; n++) {
            all[row.size() + n] = values[n];
        }
        return RowFactory.create(all);
    }
}
