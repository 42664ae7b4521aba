package dev.mayfly.search;

import java.util.List;

/** What a field is compared with. */
sealed interface Value {

    record Text(String text) implements Value {}

    record Numeral(String literal) implements Value {}

    record Texts(List<String> texts) implements Value {}

    /** The value of {@code IS NULL} and {@code IS NOT NULL}. */
    record Nothing() implements Value {}
}
