package dev.mayfly.tracking;

import java.util.UUID;

/** The identity of a tracking run: 32 hexadecimal digits. */
public record TrackingRunId(String value) {

    public static TrackingRunId random() {
        return new TrackingRunId(UUID.randomUUID().toString().replace("-", ""));
    }

    @Override
    public String toString() {
        return value;
    }
}
