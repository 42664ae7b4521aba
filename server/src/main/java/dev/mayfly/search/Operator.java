package dev.mayfly.search;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** How a field is compared. */
public enum Operator {
    EQUAL("="),
    NOT_EQUAL("!="),
    LESS("<"),
    AT_MOST("<="),
    MORE(">"),
    AT_LEAST(">="),
    LIKE("LIKE"),
    ILIKE("ILIKE"),
    IN("IN"),
    NOT_IN("NOT IN"),
    IS_NULL("IS NULL"),
    IS_NOT_NULL("IS NOT NULL");

    /** For numbers. */
    public static final Set<Operator> OF_NUMBERS = EnumSet.of(EQUAL, NOT_EQUAL, LESS, AT_MOST, MORE, AT_LEAST);

    /** For numbers that identify something. */
    public static final Set<Operator> OF_IDS = EnumSet.of(EQUAL, NOT_EQUAL, LESS, AT_MOST, MORE, AT_LEAST, IN, NOT_IN);

    /** For texts. */
    public static final Set<Operator> OF_TEXTS = EnumSet.of(EQUAL, NOT_EQUAL, LIKE, ILIKE, IN, NOT_IN);

    /** For texts that may be missing. */
    public static final Set<Operator> OF_KEYED_TEXTS =
            EnumSet.of(EQUAL, NOT_EQUAL, LIKE, ILIKE, IN, NOT_IN, IS_NULL, IS_NOT_NULL);

    private final String word;

    Operator(String word) {
        this.word = word;
    }

    /** Returns the operator as filters and SQL write it. */
    String word() {
        return word;
    }

    static Optional<Operator> of(String word) {
        String upper = word.toUpperCase(Locale.ROOT).replace("<>", "!=").replace("==", "=");
        return Arrays.stream(values())
                .filter(operator -> operator.word.equals(upper))
                .findFirst();
    }
}
