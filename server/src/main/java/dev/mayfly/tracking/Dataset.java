package dev.mayfly.tracking;

import dev.mayfly.problem.PlainName;
import dev.mayfly.problem.TextLimit;
import org.jspecify.annotations.Nullable;

/**
 * Data that runs read; its name and digest identify it within its experiment. Schema and profile are JSON, or absent.
 */
public record Dataset(
        String name,
        String digest,
        String sourceType,
        String source,
        @Nullable String schema,
        @Nullable String profile) {

    public Dataset {
        new TextLimit("name", 500).check(name);
        PlainName.check("dataset", name);
        new TextLimit("digest", 36).check(digest);
        new TextLimit("source", 65_535).check(source);
        new TextLimit("schema", 1_048_575).check(schema == null ? "" : schema);
        new TextLimit("profile", 16_777_215).check(profile == null ? "" : profile);
    }
}
