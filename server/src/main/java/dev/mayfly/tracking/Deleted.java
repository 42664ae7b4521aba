package dev.mayfly.tracking;

/** Something that is deleted and may be purged; {@code artifactUri} is where its files are. */
public record Deleted(Kind kind, String id, String artifactUri) {

    /** What it is. */
    public enum Kind {
        EXPERIMENT,
        RUN,
        LOGGED_MODEL
    }
}
