package dev.mayfly.tracking;

import org.jspecify.annotations.Nullable;

/** Data that runs read; its name and digest tell it from others of its experiment. Schema and profile are JSON, or absent. */
public record Dataset(
        String name,
        String digest,
        String sourceType,
        String source,
        @Nullable String schema,
        @Nullable String profile) {

    public Dataset {
        longest("name", name, 500);
        longest("digest", digest, 36);
        longest("source", source, 65_535);
        longest("schema", schema, 1_048_575);
        longest("profile", profile, 16_777_215);
    }

    private static void longest(String what, @Nullable String value, int most) {
        if (value != null && value.length() > most) {
            throw Refused.invalid("'" + what + "' of dataset exceeds the maximum length: " + value.length()
                    + " characters (expected: at most " + most + ")");
        }
    }
}
