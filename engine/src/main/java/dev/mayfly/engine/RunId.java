package dev.mayfly.engine;

import java.util.UUID;

/** The identity of a run. */
public record RunId(UUID value) {

    public static RunId of(String text) {
        return new RunId(UUID.fromString(text));
    }

    /** The first eight hexadecimal digits, which people see and type. */
    public String shortForm() {
        return value.toString().substring(0, 8);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
