package dev.mayfly.search;

import java.util.List;

/** A filter that has been read. */
sealed interface Condition {

    record All(List<Condition> parts) implements Condition {}

    record Any(List<Condition> parts) implements Condition {}

    record Not(Condition part) implements Condition {}

    record Comparison(Field field, Operator operator, Value value) implements Condition {}
}
