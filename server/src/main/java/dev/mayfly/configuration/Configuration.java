package dev.mayfly.configuration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * All configured values of a process, each with its source: an option overrides a variable, a variable overrides the
 * file. Remembers which keys were read; at the end {@link #checkAllKnown} refuses all others. For use by one thread, at
 * start.
 */
public final class Configuration {

    private static final String PREFIX = "MAYFLY_";

    private final String file;
    private final Map<?, ?> yaml;
    private final Map<String, String> variables;
    private final Map<String, String> options;
    private final BinaryOperator<String> secrets;
    private final Map<String, Setting> settings = new TreeMap<>();

    private Configuration(
            String file,
            Map<?, ?> yaml,
            Map<String, String> variables,
            Map<String, String> options,
            BinaryOperator<String> secrets) {
        this.file = file;
        this.yaml = yaml;
        this.variables = Map.copyOf(variables);
        this.options = Map.copyOf(options);
        this.secrets = secrets;
    }

    /**
     * Reads a file, if there is one.
     *
     * @param variables of the environment
     * @param options of the command line, by key
     * @param secrets returns the secret, given the place of its reference, for messages, and the reference
     * @throws InvalidConfiguration if the file can't be read, or is not YAML
     */
    public static Configuration read(
            Optional<Path> file,
            Map<String, String> variables,
            Map<String, String> options,
            BinaryOperator<String> secrets) {
        String name = file.map(path -> "configuration file " + path).orElse("configuration");
        return new Configuration(
                name, file.map(Configuration::yaml).orElse(new LinkedHashMap<>()), variables, options, secrets);
    }

    private static Map<?, ?> yaml(Path file) {
        try {
            Object read = new Load(
                            LoadSettings.builder().setLabel(file.toString()).build())
                    .loadFromString(Files.readString(file));
            if (read == null) {
                return Map.of();
            }
            if (read instanceof Map<?, ?> map) {
                return map;
            }
            throw new InvalidConfiguration(
                    "configuration file " + file + ": a " + kind(read) + " (expected: keys with values)");
        } catch (IOException e) {
            throw new InvalidConfiguration("configuration file " + file + " can't be read: " + e.getMessage(), e);
        } catch (YamlEngineException e) {
            throw new InvalidConfiguration("configuration file " + e.getMessage(), e);
        }
    }

    static String kind(Object value) {
        return value instanceof Map ? "map" : value instanceof Collection ? "list" : "text";
    }

    /** The variable that sets the value of a key: {@code MAYFLY_YANDEX_FOLDER} for {@code yandex.folder}. */
    static String variable(String key) {
        return PREFIX + key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    /** The whole configuration. */
    public Section root() {
        return new Section(this, "", yaml);
    }

    /** The values that were read, by key. */
    public List<Setting> settings() {
        return List.copyOf(settings.values());
    }

    /**
     * Refuses unknown keys and variables. To be called when every room has read its values.
     *
     * @param others variables with our prefix that are for other processes
     * @throws InvalidConfiguration if the file or a variable sets a key that no room has read
     */
    public void checkAllKnown(Set<String> others) {
        checkKeys("", yaml);
        Set<String> known =
                settings.values().stream().map(Setting::variable).collect(Collectors.toCollection(TreeSet::new));
        for (String name : new TreeSet<>(variables.keySet())) {
            if (name.startsWith(PREFIX) && !known.contains(name) && !others.contains(name)) {
                throw new InvalidConfiguration("variable " + name + " (expected: one of " + known + ")");
            }
        }
    }

    private void checkKeys(String above, Map<?, ?> values) {
        for (Map.Entry<?, ?> entry : values.entrySet()) {
            String key = above + entry.getKey();
            if (settings.containsKey(key)) {
                continue;
            }
            Set<String> known = settings.keySet().stream()
                    .filter(some -> some.startsWith(above))
                    .map(some -> some.substring(above.length()).split("\\.", 2)[0])
                    .collect(Collectors.toCollection(TreeSet::new));
            if (!known.contains(String.valueOf(entry.getKey()))) {
                throw new InvalidConfiguration(file + ": unknown key '" + key + "' (expected: one of " + known + ")");
            }
            if (entry.getValue() instanceof Map<?, ?> inner) {
                checkKeys(key + ".", inner);
            }
        }
    }

    Optional<String> option(String key) {
        return Optional.ofNullable(options.get(key));
    }

    Optional<String> environment(String key) {
        return Optional.ofNullable(variables.get(variable(key))).filter(value -> !value.isBlank());
    }

    void record(Setting setting) {
        settings.put(setting.key(), setting);
    }

    String follow(String place, String reference) {
        return secrets.apply(place, reference);
    }

    /** The place of a value, as messages name it. */
    String place(String key, Setting.Source source) {
        return switch (source) {
            case OPTION -> "--" + key.replace('_', '-').replace('.', '-');
            case VARIABLE -> variable(key);
            case FILE, DEFAULT -> file + ": '" + key + "'";
        };
    }
}
