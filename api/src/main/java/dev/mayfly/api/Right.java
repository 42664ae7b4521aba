package dev.mayfly.api;

/** What a caller must be allowed to do, in rising order: each right includes those before it. */
public enum Right {
    /** Anybody, without a name. */
    PUBLIC("anybody"),
    /** Reads everything. */
    VIEWER("read"),
    /** Logs to tracking and registers models, as jobs and notebooks do. */
    EDITOR("log and register"),
    /** Runs, cancels, retries, backfills and promotes. */
    OPERATOR("operate"),
    /** Changes pipelines, which means: runs code of their own. */
    AUTHOR("change pipelines"),
    /** Does what can't be undone for others: purges, imports, deletes clusters. */
    ADMIN("administer");

    private final String words;

    Right(String words) {
        this.words = words;
    }

    public boolean includes(Right other) {
        return compareTo(other) >= 0;
    }

    /** What it allows, as a verb. */
    public String words() {
        return words;
    }
}
