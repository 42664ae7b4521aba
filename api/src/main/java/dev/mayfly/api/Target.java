package dev.mayfly.api;

import java.util.List;

/**
 * Where a request names things that it acts on. Immutable.
 *
 * @param thing what is named there
 * @param fields names of the same field, of which the first that a request has counts; {@code list/field} is the field of each element of
 *     a list
 * @param isOptional whether a request may lack it
 * @param isOnlyRead whether the right to read is enough, whatever the route does with other things
 */
public record Target(Thing thing, List<String> fields, boolean isOptional, boolean isOnlyRead) {

    public Target {
        fields = List.copyOf(fields);
    }

    /** What a request can name, and so what the right for it depends on. */
    public enum Thing {
        EXPERIMENT,
        EXPERIMENT_ID,
        TRACKING_RUN,
        LOGGED_MODEL,
        /** A path in the store of artifacts. */
        ARTIFACT,
        /** What a model version is made of, or a place for artifacts: in this store or elsewhere, a run's, a model's or a version's. */
        SOURCE,
        MODEL,
        PIPELINE,
        PACKAGE,
        /** A run of a pipeline. */
        RUN;

        public Target in(String... fields) {
            return new Target(this, List.of(fields), false, false);
        }

        public Target mayBeIn(String... fields) {
            return new Target(this, List.of(fields), true, false);
        }

        public Target mayBeReadIn(String... fields) {
            return new Target(this, List.of(fields), true, true);
        }
    }
}
