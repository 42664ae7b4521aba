package dev.mayfly.api;

import java.io.IOException;
import java.util.List;

/**
 * What a route answers.
 *
 * @param type what is written; of a list: what is in it
 * @param decoder reads it on the client's side
 */
public record Output<A>(Class<?> type, Form form, String media, Decoder<A> decoder) {

    /** How an answer is written. */
    public enum Form {
        /** One JSON object. */
        OBJECT,
        /** A JSON array. */
        LIST,
        /** Bytes of a media type. */
        BYTES
    }

    /** Reads an answer. */
    public interface Decoder<A> {
        A decode(byte[] answer) throws IOException;
    }

    public static <A> Output<A> of(Class<A> type) {
        return new Output<>(type, Form.OBJECT, "application/json", answer -> Json.LENIENT.readValue(answer, type));
    }

    public static <A> Output<List<A>> listOf(Class<A> type) {
        return new Output<>(
                type,
                Form.LIST,
                "application/json",
                answer -> Json.LENIENT.readerForListOf(type).readValue(answer));
    }

    public static Output<byte[]> bytes(String media) {
        return new Output<>(byte[].class, Form.BYTES, media, answer -> answer);
    }
}
