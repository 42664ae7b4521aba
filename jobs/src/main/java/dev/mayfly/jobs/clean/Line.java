package dev.mayfly.jobs.clean;

import java.time.DateTimeException;
import java.time.LocalDate;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** One line of a raw file, read field by field; what can't be read is null, and the first rule that is broken is the reason. */
final class Line {

    /** The typed fields, the line itself, and why it is rejected, or null. */
    static final StructType SCHEMA = new StructType()
            .add("transaction_id", DataTypes.LongType)
            .add("tx_seconds", DataTypes.LongType)
            .add("customer_id", DataTypes.LongType)
            .add("raw_terminal", DataTypes.LongType)
            .add("tx_amount", DataTypes.DoubleType)
            .add("tx_fraud", DataTypes.IntegerType)
            .add("tx_fraud_scenario", DataTypes.IntegerType)
            .add("value", DataTypes.StringType)
            .add("reason", DataTypes.StringType);

    private static final int FIELDS = 9;
    private static final int MOST_DIGITS = 18;
    private static final int MOST_DIGITS_OF_AMOUNT = 12;
    private static final int MOST_DECIMALS = 6;
    private static final long DAY_SECONDS = 86_400;
    private static final int TIME_LENGTH = "yyyy-MM-dd HH:mm:ss".length();

    private Line() {}

    static Row typed(String line) {
        String[] fields = line.split(",", -1);
        Long id = whole(field(fields, 0));
        Long seconds = seconds(field(fields, 1));
        Long customer = whole(field(fields, 2));
        Long terminal = whole(field(fields, 3));
        Double amount = amount(field(fields, 4));
        Integer fraud = small(whole(field(fields, 7)));
        Integer scenario = small(whole(field(fields, 8)));
        String reason = fields.length != FIELDS
                ? "field_count"
                : id == null || id < 0
                        ? "transaction_id"
                        : seconds == null ? "time" : reason(customer, terminal, amount, fraud, scenario);
        return RowFactory.create(id, seconds, customer, terminal, amount, fraud, scenario, line, reason);
    }

    private static @Nullable String reason(
            @Nullable Long customer,
            @Nullable Long terminal,
            @Nullable Double amount,
            @Nullable Integer fraud,
            @Nullable Integer scenario) {
        if (customer == null) {
            return "customer_id";
        }
        if (customer < 0) {
            return "customer_unknown";
        }
        if (terminal == null || terminal < 0) {
            return "terminal_id";
        }
        if (amount == null) {
            return "amount";
        }
        boolean isConsistent = fraud != null
                && scenario != null
                && ((fraud == 0 && scenario == 0) || (fraud == 1 && scenario >= 1 && scenario <= 3));
        return isConsistent ? null : "label";
    }

    private static String field(String[] fields, int index) {
        return index < fields.length ? withoutBlanks(fields[index]) : "";
    }

    private static String withoutBlanks(String text) {
        int from = 0;
        int end = text.length();
        while (from < end && text.charAt(from) == ' ') {
            from++;
        }
        while (end > from && text.charAt(end - 1) == ' ') {
            end--;
        }
        return text.substring(from, end);
    }

    private static @Nullable Long whole(String text) {
        int digits = text.startsWith("-") ? 1 : 0;
        return areDigits(text, digits, text.length(), MOST_DIGITS) ? (Long) Long.parseLong(text) : null;
    }

    /** What does not fit is no label. */
    private static @Nullable Integer small(@Nullable Long whole) {
        return whole == null || whole != whole.intValue() ? null : (Integer) whole.intValue();
    }

    private static @Nullable Double amount(String text) {
        int point = text.indexOf('.');
        boolean isAmount = point < 0
                ? areDigits(text, 0, text.length(), MOST_DIGITS_OF_AMOUNT)
                : areDigits(text, 0, point, MOST_DIGITS_OF_AMOUNT)
                        && areDigits(text, point + 1, text.length(), MOST_DECIMALS);
        return isAmount ? (Double) Double.parseDouble(text) : null;
    }

    /** From 1 to so many digits and nothing else. */
    private static boolean areDigits(String text, int from, int end, int most) {
        for (int n = from; n < end; n++) {
            if (text.charAt(n) < '0' || text.charAt(n) > '9') {
                return false;
            }
        }
        return end > from && end - from <= most;
    }

    /** Seconds since 1970 of {@code yyyy-MM-dd HH:mm:ss} in UTC; 24:00:00 is the next midnight. */
    private static @Nullable Long seconds(String text) {
        boolean isTime = text.length() == TIME_LENGTH
                && areDigits(text, 0, 4, 4)
                && text.charAt(4) == '-'
                && areDigits(text, 5, 7, 2)
                && text.charAt(7) == '-'
                && areDigits(text, 8, 10, 2)
                && text.charAt(10) == ' '
                && areDigits(text, 11, 13, 2)
                && text.charAt(13) == ':'
                && areDigits(text, 14, 16, 2)
                && text.charAt(16) == ':'
                && areDigits(text, 17, 19, 2);
        if (!isTime) {
            return null;
        }
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        boolean isMidnight = hour == 24 && minute == 0 && second == 0;
        if (!isMidnight && (hour > 23 || minute > 59 || second > 59)) {
            return null;
        }
        try {
            long day = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10))
                    .toEpochDay();
            return day * DAY_SECONDS + hour * 3_600L + minute * 60L + second;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static int number(String text, int from, int end) {
        int number = 0;
        for (int n = from; n < end; n++) {
            number = 10 * number + text.charAt(n) - '0';
        }
        return number;
    }
}
