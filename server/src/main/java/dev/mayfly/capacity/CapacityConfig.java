package dev.mayfly.capacity;

import dev.mayfly.configuration.Section;
import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The limits of pools, by provider. Unless configured, the limit of the pool {@code local} is this machine's memory.
 */
public record CapacityConfig(Map<String, Resources> pools) {

    private static final String LOCAL = "local";

    public CapacityConfig {
        pools = Map.copyOf(pools);
    }

    public static CapacityConfig read(Section root) {
        Map<String, Resources> pools = new HashMap<>();
        pools.put(LOCAL, Resources.of(Unit.MEMORY, memoryOfThisMachine()));
        root.sections("pools").forEach((name, pool) -> pools.put(name, amounts(pool)));
        return new CapacityConfig(pools);
    }

    /** Amounts in real units; an absent one means no limit. */
    private static Resources amounts(Section section) {
        Map<Unit, Long> amounts = new EnumMap<>(Unit.class);
        put(amounts, Unit.CORES, section.whole("cores", "virtual CPUs"));
        put(amounts, Unit.MEMORY, section.value("memory", "memory, such as 64 GB", CapacityConfig::bytes));
        put(amounts, Unit.SSD, section.value("ssd", "network SSD, such as 200 GB", CapacityConfig::bytes));
        put(amounts, Unit.HDD, section.value("hdd", "network HDD, such as 1 TB", CapacityConfig::bytes));
        put(amounts, Unit.INSTANCES, section.whole("instances", "virtual machines"));
        put(
                amounts,
                Unit.OPERATIONS,
                section.whole("operations", "creations and deletions of clusters at the same time"));
        return new Resources(amounts);
    }

    private static void put(Map<Unit, Long> amounts, Unit unit, Optional<Long> amount) {
        amount.ifPresent(some -> amounts.put(unit, some));
    }

    private static Long bytes(String text) {
        return DataSize.parse(text).bytes();
    }

    private static long memoryOfThisMachine() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Long.MAX_VALUE;
    }

    public Capacity capacity() {
        return new Capacity(pools);
    }
}
