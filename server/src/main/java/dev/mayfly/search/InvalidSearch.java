package dev.mayfly.search;

/** A filter, order or page token that is none. The message says what is wrong where, and what was expected. */
public final class InvalidSearch extends RuntimeException {

    InvalidSearch(String message) {
        super(message);
    }
}
