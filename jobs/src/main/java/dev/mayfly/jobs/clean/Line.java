package dev.mayfly.jobs.clean;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * One line of a raw file, read field by field; what can't be read is null, and the first rule that is broken is the reason. Numbers
 * may be written in any way that writers of CSV write them: quoted, whole ones with zeros behind a point ({@code 596.0}), amounts with any
 * number of digits or an exponent. An amount is rounded to cents, half a cent upwards; a decimal comma is refused.
 */
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

    private static final int MOST_DIGITS = 18;
    private static final int MOST_DIGITS_OF_AMOUNT = 12;
    private static final int CENTS = 2;
    /** Of an amount: more is no number that anybody means, and would take long to read. */
    private static final int MOST_CHARACTERS = 40;

    private static final double LEAST_AMOUNT = 1e-6;
    private static final double AMOUNTS_END = 1e12;
    private static final Pattern AMOUNT = Pattern.compile("\\+?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?");
    private static final Pattern WITH_COMMA = Pattern.compile("[0-9]+,[0-9]+");
    private static final Pattern LINE_WITH_COMMA = Pattern.compile("([^,]*,){4}[0-9]+,[0-9]+(,[^,]*){4}");
    private static final long DAY_SECONDS = 86_400;
    private static final int TIME_LENGTH = "yyyy-MM-dd HH:mm:ss".length();

    private final String text;
    /** The bounds of the field that was read last, without the blanks around it. */
    private int from;

    private int end;
    /** Where the next field begins; more than the text's length + 1 if a field was missing. */
    private int next;

    private boolean isCommaInAmount;

    private Line(String text) {
        this.text = text;
    }

    static Row typed(String text) {
        Line line = new Line(text);
        Long id = line.whole();
        Long seconds = line.seconds();
        Long customer = line.whole();
        Long terminal = line.whole();
        Double amount = line.amount();
        line.advance();
        line.advance();
        Integer fraud = small(line.whole());
        Integer scenario = small(line.whole());
        String reason = line.next != text.length() + 1
                ? LINE_WITH_COMMA.matcher(text).matches() ? "decimal_comma" : "field_count"
                : line.isCommaInAmount
                        ? "decimal_comma"
                        : id == null || id < 0
                                ? "transaction_id"
                                : seconds == null ? "time" : reason(customer, terminal, amount, fraud, scenario);
        return RowFactory.create(id, seconds, customer, terminal, amount, fraud, scenario, text, reason);
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

    /** Goes on to the next field; to an empty one if there is none. */
    private void advance() {
        int length = text.length();
        if (next > length) {
            next = length + 2;
            from = length;
            end = length;
            return;
        }
        int quote = next < length && text.charAt(next) == '"' ? text.indexOf('"', next + 1) : -1;
        int comma = text.indexOf(',', Math.max(next, quote));
        from = next;
        end = comma < 0 ? length : comma;
        next = end + 1;
        if (quote >= 0 && quote == end - 1) {
            from++;
            end--;
        }
        while (from < end && text.charAt(from) == ' ') {
            from++;
        }
        while (end > from && text.charAt(end - 1) == ' ') {
            end--;
        }
    }

    private @Nullable Long whole() {
        advance();
        boolean isNegative = from < end && text.charAt(from) == '-';
        int digits = isNegative ? from + 1 : from;
        int point = point();
        if (!areDigits(digits, point, MOST_DIGITS) || !areZeros(point + 1, end)) {
            return null;
        }
        long number = 0;
        for (int n = digits; n < point; n++) {
            number = 10 * number + text.charAt(n) - '0';
        }
        return isNegative ? -number : number;
    }

    /** Returns null if the number does not fit: then it is no label. */
    private static @Nullable Integer small(@Nullable Long whole) {
        return whole == null || whole != whole.intValue() ? null : (Integer) whole.intValue();
    }

    private @Nullable Double amount() {
        advance();
        int point = point();
        boolean isPlain =
                areDigits(from, point, MOST_DIGITS_OF_AMOUNT) && (point == end || areDigits(point + 1, end, CENTS));
        String amount = text.substring(from, end);
        if (isPlain) {
            return Double.valueOf(amount);
        }
        isCommaInAmount = WITH_COMMA.matcher(amount).matches();
        return amount.length() <= MOST_CHARACTERS && AMOUNT.matcher(amount).matches() ? rounded(amount) : null;
    }

    private static @Nullable Double rounded(String amount) {
        double value = Double.parseDouble(amount);
        if (value >= AMOUNTS_END) {
            return null;
        }
        return value < LEAST_AMOUNT
                ? 0.0
                : new BigDecimal(amount).setScale(CENTS, RoundingMode.HALF_UP).doubleValue();
    }

    /** Where the field has its decimal point; its end if it has none. */
    private int point() {
        int point = text.indexOf('.', from);
        return point < 0 || point > end ? end : point;
    }

    private boolean areZeros(int first, int behind) {
        for (int n = first; n < behind; n++) {
            if (text.charAt(n) != '0') {
                return false;
            }
        }
        return true;
    }

    /** Whether a range holds 1 to {@code most} digits and nothing else. */
    private boolean areDigits(int first, int behind, int most) {
        for (int n = first; n < behind; n++) {
            if (text.charAt(n) < '0' || text.charAt(n) > '9') {
                return false;
            }
        }
        return behind > first && behind - first <= most;
    }

    /** Seconds since 1970 of {@code yyyy-MM-dd HH:mm:ss} in UTC; 24:00:00 is the next midnight. */
    private @Nullable Long seconds() {
        advance();
        if (end - from != TIME_LENGTH
                || !(areTwoDigits(0)
                        && areTwoDigits(2)
                        && has(4, '-')
                        && areTwoDigits(5)
                        && has(7, '-')
                        && areTwoDigits(8)
                        && has(10, ' ')
                        && areTwoDigits(11)
                        && has(13, ':')
                        && areTwoDigits(14)
                        && has(16, ':')
                        && areTwoDigits(17))) {
            return null;
        }
        int hour = twoDigits(11);
        int minute = twoDigits(14);
        int second = twoDigits(17);
        boolean isMidnight = hour == 24 && minute == 0 && second == 0;
        if (!isMidnight && (hour > 23 || minute > 59 || second > 59)) {
            return null;
        }
        try {
            long day = LocalDate.of(100 * twoDigits(0) + twoDigits(2), twoDigits(5), twoDigits(8))
                    .toEpochDay();
            return day * DAY_SECONDS + hour * 3_600L + minute * 60L + second;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private boolean areTwoDigits(int offset) {
        return areDigits(from + offset, from + offset + 2, 2);
    }

    private boolean has(int offset, char expected) {
        return text.charAt(from + offset) == expected;
    }

    private int twoDigits(int offset) {
        return 10 * (text.charAt(from + offset) - '0') + text.charAt(from + offset + 1) - '0';
    }
}
