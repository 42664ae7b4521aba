package dev.mayfly.capacity;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongBinaryOperator;
import java.util.stream.Collectors;

/** Amounts of units. An absent unit means 0 in a demand or a use, and no limit in a limit. */
public record Resources(Map<Unit, Long> amounts) {

    public static final Resources NONE = new Resources(Map.of());

    public Resources {
        EnumMap<Unit, Long> copy = new EnumMap<>(Unit.class);
        copy.putAll(amounts);
        amounts = Collections.unmodifiableMap(copy);
    }

    public static Resources of(Unit unit, long amount) {
        return new Resources(Map.of(unit, amount));
    }

    public long of(Unit unit) {
        return amounts.getOrDefault(unit, 0L);
    }

    public Resources with(Unit unit, long amount) {
        Map<Unit, Long> changed = new EnumMap<>(Unit.class);
        changed.putAll(amounts);
        changed.put(unit, amount);
        return new Resources(changed);
    }

    public Resources plus(Resources other) {
        return combined(other, Long::sum);
    }

    public Resources times(int count) {
        Map<Unit, Long> product = new EnumMap<>(Unit.class);
        amounts.forEach((unit, amount) -> product.put(unit, amount * count));
        return new Resources(product);
    }

    /** The difference per unit; never less than 0. */
    Resources minus(Resources other) {
        Map<Unit, Long> rest = new EnumMap<>(Unit.class);
        amounts.forEach((unit, amount) -> rest.put(unit, Math.max(0, amount - other.of(unit))));
        return new Resources(rest);
    }

    /** Combines two limits: the smaller amount of each unit. */
    Resources min(Resources other) {
        return combined(other, Math::min);
    }

    /** Whether a limit allows all of this. */
    public boolean fitsIn(Resources limit) {
        return exceeding(limit).isEmpty();
    }

    /** The units in which this demand exceeds a limit. */
    List<Unit> exceeding(Resources limit) {
        return amounts.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .filter(entry -> entry.getValue() > limit.amounts.getOrDefault(entry.getKey(), Long.MAX_VALUE))
                .map(Map.Entry::getKey)
                .toList();
    }

    private Resources combined(Resources other, LongBinaryOperator operator) {
        Map<Unit, Long> result = new EnumMap<>(Unit.class);
        result.putAll(amounts);
        other.amounts.forEach((unit, amount) -> result.merge(unit, amount, operator::applyAsLong));
        return new Resources(result);
    }

    @Override
    public String toString() {
        return amounts.entrySet().stream()
                .map(entry -> entry.getKey().amount(entry.getValue()) + " "
                        + entry.getKey().words())
                .collect(Collectors.joining(", "));
    }
}
