package dev.mayfly.jobs.simulate;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * Writes transactions as daily gzip CSV files, with a header line of the production kind: it begins with {@code #} and its
 * names are split by bars, whereas the rows are split by commas.
 */
final class DailyFiles {

    private static final String HEADER = "# tranaction_id | tx_datetime | customer_id | terminal_id | tx_amount |"
            + " tx_time_seconds | tx_time_days | tx_fraud | tx_fraud_scenario\n";
    private static final int DAY = 86_400;

    private final Settings settings;
    private final double dirtShare;
    private final double placeholderShare;
    private final Map<Dirt, Integer> dirt = new EnumMap<>(Dirt.class);
    private long lines;

    DailyFiles(Settings settings, double dirtShare, double placeholderShare) {
        this.settings = settings;
        this.dirtShare = dirtShare;
        this.placeholderShare = placeholderShare;
    }

    void write(Transactions transactions, Path folder) throws IOException {
        int row = 0;
        for (int day = 0; day < settings.days; day++) {
            LocalDate date = settings.start.plusDays(day);
            Path file = folder.resolve(date + ".csv.gz");
            try (Writer out = new BufferedWriter(new OutputStreamWriter(
                    new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.UTF_8))) {
                out.write(HEADER);
                while (row < transactions.size() && transactions.day(row) == day) {
                    writeRow(transactions, row, date, out);
                    row++;
                }
            }
        }
    }

    /** Returns how many rows got which dirt. */
    Map<Dirt, Integer> dirt() {
        return dirt;
    }

    /** Returns how many data lines were written, duplicates included. */
    long lines() {
        return lines;
    }

    private void writeRow(Transactions transactions, int row, LocalDate date, Writer out) throws IOException {
        Dirt kind = Dirt.of(settings.seed, row, dirtShare, placeholderShare);
        dirt.merge(kind, 1, Integer::sum);
        String line = line(transactions, row, date, kind);
        for (int n = 0; n < (kind == Dirt.DUPLICATE ? 2 : 1); n++) {
            out.write(line);
            lines++;
        }
    }

    private static String line(Transactions transactions, int row, LocalDate date, Dirt kind) {
        int day = transactions.day(row);
        int seconds = kind == Dirt.MIDNIGHT ? (day + 1) * DAY : transactions.second(row);
        int time = seconds - day * DAY;
        long cents = transactions.cents(row);
        String customer = kind == Dirt.NO_CUSTOMER ? "-999999" : Integer.toString(transactions.customer(row));
        StringBuilder line = new StringBuilder(96);
        line.append(row).append(',').append(date).append(' ');
        two(line, time / 3600).append(':');
        two(line, time / 60 % 60).append(':');
        two(line, time % 60).append(',').append(customer).append(',');
        line.append(terminal(transactions.terminal(row), kind)).append(',');
        two(line.append(cents / 100).append('.'), (int) (cents % 100)).append(',');
        line.append(seconds).append(',').append(day).append(',');
        line.append(transactions.scenario(row) > 0 ? 1 : 0).append(',');
        return line.append(transactions.scenario(row)).append('\n').toString();
    }

    /** Terminals count from 1 in the files, since 0 means an unknown one there. */
    private static String terminal(int terminal, Dirt kind) {
        switch (kind) {
            case TERMINAL_ERR:
                return "Err";
            case TERMINAL_EMPTY:
                return "";
            case TERMINAL_PLACEHOLDER:
                return "0";
            default:
                return Integer.toString(terminal + 1);
        }
    }

    private static StringBuilder two(StringBuilder line, int value) {
        return value < 10 ? line.append('0').append(value) : line.append(value);
    }
}
