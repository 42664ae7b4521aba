package dev.mayfly.api;

import java.util.List;
import java.util.Locale;

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
    /** Changes pipelines and pushes packages, which means: runs code of their own. */
    AUTHOR("change pipelines and packages"),
    /** Does what can't be undone for others: purges, imports, deletes clusters. */
    ADMIN("administer");

    private final String words;

    Right(String words) {
        this.words = words;
    }

    public boolean includes(Right other) {
        return compareTo(other) >= 0;
    }

    /** Asks for this right for each thing that a request names. */
    public Permission of(Target... targets) {
        return new Permission(this, Permission.Reach.NAMED, List.of(targets));
    }

    /** Asks for this right for anything. */
    public Permission anywhere() {
        return new Permission(this, Permission.Reach.ANY, List.of());
    }

    /** Asks for this right for what the route's own code finds. */
    public Permission scoped() {
        return new Permission(this, Permission.Reach.SCOPED, List.of());
    }

    /** Asks for this right for everything. */
    public Permission everywhere() {
        return new Permission(this, Permission.Reach.ALL, List.of());
    }

    /** Its name in answers and on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it allows, as a verb. */
    public String words() {
        return words;
    }
}
