package dev.mayfly.jobs.clean;

import java.time.LocalDate;
import java.util.Iterator;
import org.apache.spark.rdd.InputFileBlockHolder;
import org.apache.spark.sql.Row;
import org.apache.spark.unsafe.types.UTF8String;

/** Types the lines of a partition one by one, and counts them by group. Not thread-safe. */
final class Lines implements Iterator<Row> {

    private static final int SECONDS = Line.SCHEMA.fieldIndex("tx_seconds");
    private static final int FRAUD = Line.SCHEMA.fieldIndex("tx_fraud");
    private static final int SCENARIO = Line.SCHEMA.fieldIndex("tx_fraud_scenario");
    private static final int REASON = Line.SCHEMA.fieldIndex("reason");
    private static final long DAY_SECONDS = 86_400;

    private final Iterator<Row> texts;
    private final Groups groups;
    private final Groups.Partition counts = new Groups.Partition();
    /** The group of the line before is mostly that of the next, too. */
    private UTF8String file = UTF8String.EMPTY_UTF8;

    private Groups.Count ofFile = new Groups.Count();
    private long day = Long.MIN_VALUE;
    private Groups.Count ofDay = new Groups.Count();
    private int fraud = -1;
    private int scenario = -1;
    private Groups.Count ofFraud = new Groups.Count();
    private Groups.Count ofScenario = new Groups.Count();
    private boolean isHandedOver;

    Lines(Iterator<Row> texts, Groups groups) {
        this.texts = texts;
        this.groups = groups;
    }

    @Override
    public boolean hasNext() {
        boolean hasNext = texts.hasNext();
        if (!hasNext && !isHandedOver) {
            groups.add(counts);
            isHandedOver = true;
        }
        return hasNext;
    }

    @Override
    public Row next() {
        Row line = Line.typed(texts.next().getString(0));
        count(line);
        return line;
    }

    private void count(Row line) {
        boolean isRejected = !line.isNullAt(REASON);
        UTF8String now = InputFileBlockHolder.getInputFilePath();
        if (!now.equals(file)) {
            file = now;
            ofFile = counts.of("file", now.toString());
        }
        ofFile.add(isRejected);
        if (!line.isNullAt(SECONDS)) {
            long itsDay = Math.floorDiv(line.getLong(SECONDS), DAY_SECONDS);
            if (itsDay != day) {
                day = itsDay;
                ofDay = counts.of("day", LocalDate.ofEpochDay(itsDay).toString());
            }
            ofDay.add(isRejected);
        }
        if (!line.isNullAt(FRAUD) && !line.isNullAt(SCENARIO)) {
            countLabel(line.getInt(FRAUD), line.getInt(SCENARIO), isRejected);
        }
    }

    private void countLabel(int itsFraud, int itsScenario, boolean isRejected) {
        if (itsFraud < 0 || itsFraud > 1 || itsScenario < 0 || itsScenario > 3) {
            return;
        }
        if (itsFraud != fraud || itsScenario != scenario) {
            fraud = itsFraud;
            scenario = itsScenario;
            ofFraud = counts.of("label", Integer.toString(itsFraud));
            ofScenario = counts.of("scenario", Integer.toString(itsScenario));
        }
        ofFraud.add(isRejected);
        ofScenario.add(isRejected);
    }
}
