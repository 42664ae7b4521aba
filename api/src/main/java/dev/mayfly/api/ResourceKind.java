package dev.mayfly.api;

import java.util.Locale;

/** What rights are granted for, by name. Runs, versions, slices, clusters and files belong to one of these. */
public enum ResourceKind {
    EXPERIMENT,
    MODEL,
    PIPELINE,
    PACKAGE;

    /** Its name in answers and on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
