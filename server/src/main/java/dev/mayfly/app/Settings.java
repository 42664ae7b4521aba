package dev.mayfly.app;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mayfly.capacity.Capacity;
import dev.mayfly.capacity.DataSize;
import dev.mayfly.capacity.Resources;
import dev.mayfly.capacity.Unit;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The configuration file: what of an installation is too much for variables. Absent keys mean their defaults; an unknown key or
 * a value that is none keeps the server from starting.
 *
 * @param pools how much there is for clusters, by provider
 */
record Settings(@Nullable Map<String, Pool> pools) {

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    /** The limits of a pool; what is absent is without limit. */
    record Pool(
            @Nullable Long cores,
            @Nullable String memory,
            @Nullable String ssd,
            @Nullable String hdd,
            @Nullable Long instances,
            @Nullable Long operations) {

        Resources resources() {
            Map<Unit, Long> amounts = new EnumMap<>(Unit.class);
            put(amounts, Unit.CORES, cores);
            put(amounts, Unit.MEMORY, bytes(memory));
            put(amounts, Unit.SSD, bytes(ssd));
            put(amounts, Unit.HDD, bytes(hdd));
            put(amounts, Unit.INSTANCES, instances);
            put(amounts, Unit.OPERATIONS, operations);
            return new Resources(amounts);
        }

        private static void put(Map<Unit, Long> amounts, Unit unit, @Nullable Long amount) {
            if (amount != null) {
                amounts.put(unit, amount);
            }
        }

        private static @Nullable Long bytes(@Nullable String size) {
            return size == null ? null : Long.valueOf(DataSize.parse(size).bytes());
        }
    }

    static Settings none() {
        return new Settings(null);
    }

    /** Throws {@link IllegalArgumentException} that says what is wrong where. */
    static Settings read(Path file) {
        try {
            Object yaml = new Load(
                            LoadSettings.builder().setLabel(file.toString()).build())
                    .loadFromString(Files.readString(file));
            Settings settings = JSON.convertValue(yaml == null ? new LinkedHashMap<>() : yaml, Settings.class);
            settings.capacity();
            return settings;
        } catch (IOException e) {
            throw new IllegalArgumentException("configuration file " + file + " can't be read: " + e.getMessage(), e);
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException("configuration file " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("configuration file " + file + ": " + words(e), e);
        }
    }

    /** The pools; that of local clusters has by default the memory of this machine. */
    Capacity capacity() {
        Map<String, Resources> limits = new HashMap<>();
        limits.put("local", Resources.of(Unit.MEMORY, memoryOfThisMachine()));
        if (pools != null) {
            pools.forEach((name, pool) -> limits.put(name, pool.resources()));
        }
        return new Capacity(limits);
    }

    private static long memoryOfThisMachine() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Long.MAX_VALUE;
    }

    private static String words(IllegalArgumentException failure) {
        if (failure.getCause() instanceof UnrecognizedPropertyException unknown) {
            return "unknown key '" + place(unknown) + "' (expected: one of "
                    + new TreeSet<>(unknown.getKnownPropertyIds()) + ")";
        }
        if (failure.getCause() instanceof JsonMappingException wrong) {
            return "'" + place(wrong) + "': " + wrong.getOriginalMessage();
        }
        return String.valueOf(failure.getMessage());
    }

    private static String place(JsonMappingException failure) {
        return failure.getPath().stream()
                .map(JsonMappingException.Reference::getFieldName)
                .collect(Collectors.joining("."));
    }
}
