package dev.mayfly.api;

/**
 * What a route takes. Components of {@code type} that the path names are read from the path; {@code place} says where the others are.
 *
 * @param type a record, except for {@link Place#FREE}
 * @param media the media type of the body; empty without one
 */
public record Input<Q>(Class<Q> type, Place place, String media) {

    /** Where those fields of a request are that are not in the path. */
    public enum Place {
        /** All in the query string. */
        QUERY,
        /** All in a JSON object. */
        JSON,
        /** The component called {@code text} is the body; the others are in the query string. */
        TEXT,
        /** All in the query string; the body is a file's bytes. */
        BYTES,
        /** The protocol's own way: MLflow's messages, and bytes. */
        FREE
    }

    /** A request without fields. */
    public record Nothing() {}

    public static final Input<Nothing> NOTHING = query(Nothing.class);

    public static <Q> Input<Q> query(Class<Q> type) {
        return new Input<>(type, Place.QUERY, "");
    }

    public static <Q> Input<Q> json(Class<Q> type) {
        return new Input<>(type, Place.JSON, "application/json");
    }

    public static <Q> Input<Q> text(Class<Q> type, String media) {
        return new Input<>(type, Place.TEXT, media);
    }

    public static <Q> Input<Q> bytes(Class<Q> type, String media) {
        return new Input<>(type, Place.BYTES, media);
    }

    public static <Q> Input<Q> free(Class<Q> type, String media) {
        return new Input<>(type, Place.FREE, media);
    }
}
