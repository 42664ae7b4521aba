package dev.mayfly.tracking;

import java.util.List;

/** A deleted experiment, run or logged model that may be purged; {@code artifactUri} is where its files are. */
public record Deleted(Kind kind, String id, String artifactUri) {

    /** Whether the files there are its own: an experiment's place holds those of others. */
    public boolean ownsFiles() {
        return kind != Kind.EXPERIMENT && List.of(artifactUri.split("/", -1)).contains(id);
    }

    /** The kind of what is deleted. */
    public enum Kind {
        EXPERIMENT("experiment"),
        RUN("tracking run"),
        LOGGED_MODEL("logged model");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** What people call it. */
        public String words() {
            return words;
        }
    }
}
