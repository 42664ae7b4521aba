package dev.mayfly.packages;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The order of versions: numbers by their value, {@code 1.10} after {@code 1.9}; {@code dev}, {@code a}, {@code b} and
 * {@code rc} before the version that they lead to, {@code post} and local parts after it. It agrees with PEP 440 for what
 * that allows, and orders any other text as well. Any two different texts differ.
 */
final class VersionOrder implements Comparator<String> {

    static final VersionOrder ORDER = new VersionOrder();

    private static final Pattern PART = Pattern.compile("[0-9]+|[a-z]+|\\+|!");
    private static final int NUMBER = 100;
    private static final int END = 50;

    private VersionOrder() {}

    @Override
    public int compare(String one, String other) {
        List<String> left = parts(one);
        List<String> right = parts(other);
        for (int n = 0; n < Math.max(left.size(), right.size()); n++) {
            int order = compareParts(part(left, n), part(right, n));
            if (order != 0) {
                return order;
            }
        }
        return one.compareTo(other);
    }

    /** Whether it only leads to a version. */
    static boolean isPrerelease(String version) {
        return parts(version).stream().anyMatch(part -> rank(part) < END);
    }

    /** Epoch, numbers of the release without zeros at its end, and the rest. */
    private static List<String> parts(String version) {
        String text = version.toLowerCase(Locale.ROOT).replaceFirst("^v(?=[0-9])", "");
        Matcher matcher = PART.matcher(text.contains("!") ? text : "0!" + text);
        List<String> parts = new ArrayList<>();
        boolean isRelease = true;
        while (matcher.find()) {
            String part = matcher.group();
            boolean isNumber = rank(part) == NUMBER;
            if (isRelease && !isNumber && !part.equals("!")) {
                isRelease = false;
                dropZeros(parts);
            }
            parts.add(part);
        }
        if (isRelease) {
            dropZeros(parts);
        }
        return parts;
    }

    private static void dropZeros(List<String> parts) {
        while (!parts.isEmpty() && isZero(parts.get(parts.size() - 1))) {
            parts.remove(parts.size() - 1);
        }
    }

    private static String part(List<String> parts, int n) {
        return n < parts.size() ? parts.get(n) : "";
    }

    private static int compareParts(String one, String other) {
        int order = Integer.compare(rank(one), rank(other));
        if (order != 0) {
            return order;
        }
        return rank(one) == NUMBER ? compareNumbers(one, other) : one.compareTo(other);
    }

    private static boolean isZero(String number) {
        return number.chars().allMatch(c -> c == '0');
    }

    private static int compareNumbers(String one, String other) {
        String left = one.replaceFirst("^0+", "");
        String right = other.replaceFirst("^0+", "");
        return left.length() != right.length() ? Integer.compare(left.length(), right.length()) : left.compareTo(right);
    }

    private static int rank(String part) {
        return switch (part) {
            case "dev" -> 10;
            case "a", "alpha" -> 20;
            case "b", "beta" -> 30;
            case "c", "rc", "pre", "preview", "snapshot" -> 40;
            case "" -> END;
            case "+" -> 60;
            case "post", "rev", "r" -> 70;
            case "!" -> 80;
            default -> Character.isDigit(part.charAt(0)) ? NUMBER : 90;
        };
    }
}
