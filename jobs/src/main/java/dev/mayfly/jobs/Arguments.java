package dev.mayfly.jobs;

import java.util.LinkedHashMap;
import java.util.Map;

/** The arguments of a job, as {@code --name value} pairs. Every message names the argument, its value and what was expected. */
public final class Arguments {

    private final Map<String, String> values = new LinkedHashMap<>();

    /**
     * Reads arguments.
     *
     * @param known the names there are, without the dashes
     * @throws IllegalArgumentException if a name is unknown, occurs twice or has no value
     */
    public Arguments(String[] arguments, String... known) {
        for (int n = 0; n < arguments.length; n += 2) {
            String name = arguments[n].startsWith("--") ? arguments[n].substring(2) : "";
            boolean isKnown = java.util.Arrays.asList(known).contains(name);
            if (!isKnown) {
                throw new IllegalArgumentException(
                        "argument " + arguments[n] + " (expected: one of --" + String.join(", --", known) + ")");
            }
            if (n + 1 == arguments.length) {
                throw new IllegalArgumentException("argument --" + name + " (expected: a value after it)");
            }
            if (values.put(name, arguments[n + 1]) != null) {
                throw new IllegalArgumentException("argument --" + name + " occurs twice (expected: once)");
            }
        }
    }

    public String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("argument --" + name + " is missing (expected: a value)");
        }
        return value;
    }

    public String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    public long whole(String name, long otherwise, long least, long most) {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        if (text.matches("[-+]?[0-9]{1,18}")) {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return value;
            }
        }
        throw new IllegalArgumentException(
                "argument --" + name + ": " + text + " (expected: a whole number from " + least + " to " + most + ")");
    }

    /** Whether it was given. */
    public boolean has(String name) {
        return values.containsKey(name);
    }

    /** A number of at least 0. */
    public double amount(String name, double otherwise) {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        if (text.matches("[0-9]{1,12}(\\.[0-9]{1,9})?")) {
            return Double.parseDouble(text);
        }
        throw new IllegalArgumentException("argument --" + name + ": " + text + " (expected: a number of at least 0)");
    }

    /** A share between 0 and 1. */
    public double share(String name, double otherwise) {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            double value = Double.parseDouble(text);
            if (value >= 0 && value <= 1) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw notAShare(name, text, e);
        }
        throw notAShare(name, text, null);
    }

    private static IllegalArgumentException notAShare(
            String name, String text, @org.jspecify.annotations.Nullable Exception cause) {
        return new IllegalArgumentException(
                "argument --" + name + ": " + text + " (expected: a number from 0 to 1)", cause);
    }
}
