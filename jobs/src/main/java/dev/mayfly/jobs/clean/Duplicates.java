package dev.mayfly.jobs.clean;

import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * Rejects repeated lines among lines of {@link Line#SCHEMA} that come in order of their ids. Of the lines with the same
 * id that break no other rule, it keeps the first in order of their texts. It holds the lines of one id at a time.
 */
final class Duplicates implements Iterator<Row> {

    private static final int ID = Line.SCHEMA.fieldIndex("transaction_id");
    private static final int VALUE = Line.SCHEMA.fieldIndex("value");
    private static final int REASON = Line.SCHEMA.fieldIndex("reason");

    private final Iterator<Row> sorted;
    private final Count seen;
    private final Queue<Row> judged = new ArrayDeque<>();
    private @Nullable Row ahead;

    Duplicates(Iterator<Row> sorted, Count seen) {
        this.sorted = sorted;
        this.seen = seen;
    }

    @Override
    public boolean hasNext() {
        return !judged.isEmpty() || ahead != null || sorted.hasNext();
    }

    @Override
    public Row next() {
        if (judged.isEmpty()) {
            judge();
        }
        Row next = judged.remove();
        seen.add(next);
        return next;
    }

    /** Reads one line that is rejected already, or all lines of the next id. */
    private void judge() {
        Row first = ahead == null ? sorted.next() : ahead;
        ahead = null;
        if (!first.isNullAt(REASON)) {
            judged.add(first);
            return;
        }
        Long id = first.getLong(ID);
        List<Row> same = new ArrayList<>();
        same.add(first);
        while (ahead == null && sorted.hasNext()) {
            Row next = sorted.next();
            if (!id.equals(next.get(ID))) {
                ahead = next;
            } else if (next.isNullAt(REASON)) {
                same.add(next);
            } else {
                judged.add(next);
            }
        }
        same.sort(Comparator.comparing(line -> line.getString(VALUE)));
        Row kept = same.get(0);
        judged.add(with(kept, null, null));
        for (Row again : same.subList(1, same.size())) {
            String text = again.getString(VALUE);
            judged.add(with(again, text, text.equals(kept.getString(VALUE)) ? "duplicate" : "conflicting_duplicate"));
        }
    }

    private static Row with(Row line, @Nullable String value, @Nullable String reason) {
        Object[] fields = new Object[line.length()];
        for (int n = 0; n < fields.length; n++) {
            fields[n] = line.get(n);
        }
        fields[VALUE] = value;
        fields[REASON] = reason;
        return RowFactory.create(fields);
    }

    /** Counts the lines that all instances have seen; exact once the first action on them is over. */
    static final class Count implements Serializable {

        private static final long serialVersionUID = 1;

        private final LongAccumulator lines;
        private final LongAccumulator rejected;

        Count(SparkContext spark) {
            lines = spark.longAccumulator("rows_in");
            rejected = spark.longAccumulator("rows_rejected");
        }

        private void add(Row line) {
            lines.add(1);
            if (!line.isNullAt(REASON)) {
                rejected.add(1);
            }
        }

        long lines() {
            return lines.value();
        }

        long rejected() {
            return rejected.value();
        }
    }
}
