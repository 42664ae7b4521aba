package dev.mayfly.search;

import java.util.List;
import java.util.function.Function;

/** A parsed filter. */
sealed interface Condition {

    /** Applies the function for this kind of condition. */
    <T> T match(Function<All, T> onAll, Function<Any, T> onAny, Function<Not, T> onNot, Function<Comparison, T> onOne);

    record All(List<Condition> parts) implements Condition {

        @Override
        public <T> T match(
                Function<All, T> onAll, Function<Any, T> onAny, Function<Not, T> onNot, Function<Comparison, T> onOne) {
            return onAll.apply(this);
        }
    }

    record Any(List<Condition> parts) implements Condition {

        @Override
        public <T> T match(
                Function<All, T> onAll, Function<Any, T> onAny, Function<Not, T> onNot, Function<Comparison, T> onOne) {
            return onAny.apply(this);
        }
    }

    record Not(Condition part) implements Condition {

        @Override
        public <T> T match(
                Function<All, T> onAll, Function<Any, T> onAny, Function<Not, T> onNot, Function<Comparison, T> onOne) {
            return onNot.apply(this);
        }
    }

    record Comparison(Field field, Operator operator, Value value) implements Condition {

        @Override
        public <T> T match(
                Function<All, T> onAll, Function<Any, T> onAny, Function<Not, T> onNot, Function<Comparison, T> onOne) {
            return onOne.apply(this);
        }
    }
}
