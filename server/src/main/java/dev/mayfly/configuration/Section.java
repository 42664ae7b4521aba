package dev.mayfly.configuration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The values below a key. Every read records the key, its description and the source of its value. Every method throws
 * {@link InvalidConfiguration} if a value has the wrong form.
 */
public final class Section {

    private final Configuration configuration;
    private final String above;
    private final Map<?, ?> yaml;

    Section(Configuration configuration, String above, Map<?, ?> yaml) {
        this.configuration = configuration;
        this.above = above;
        this.yaml = yaml;
    }

    /**
     * A value that may be missing.
     *
     * @param form parses the text; throws {@link IllegalArgumentException} if the text has another form
     */
    public <T> Optional<T> value(String key, String description, Function<String, T> form) {
        Optional<Found> found = find(key);
        note(
                key,
                found.map(Found::text).orElse(""),
                found.map(Found::source).orElse(Setting.Source.DEFAULT),
                description);
        return found.map(some -> read(key, some, form));
    }

    /** A value, or {@code otherwise} if it is missing. */
    public <T> T value(String key, String otherwise, String description, Function<String, T> form) {
        Found found = find(key).orElse(new Found(otherwise, Setting.Source.DEFAULT));
        note(key, found.text(), found.source(), description);
        return read(key, found, form);
    }

    public Optional<String> text(String key, String description) {
        return value(key, description, Function.identity());
    }

    public String text(String key, String otherwise, String description) {
        return value(key, otherwise, description, Function.identity());
    }

    /** A whole number, 0 or more. */
    public Optional<Long> whole(String key, String description) {
        return value(key, description, text -> {
            if (!text.matches("[0-9]{1,12}")) {
                throw new IllegalArgumentException(text + " (expected: a whole number)");
            }
            return Long.valueOf(text);
        });
    }

    /** A value that must be there. */
    public String required(String key, String description) {
        return text(key, description)
                .orElseThrow(() -> new InvalidConfiguration(configuration.place(above + key, Setting.Source.FILE)
                        + " is missing (expected: " + description + ")"));
    }

    /** The secret that a reference such as {@code env:NAME} leads to; the file never contains the secret itself. */
    public Optional<String> secret(String key, String description) {
        Optional<Found> found = find(key);
        note(key, found.isPresent() ? "***" : "", found.map(Found::source).orElse(Setting.Source.DEFAULT), description);
        return found.map(some -> configuration.follow(configuration.place(above + key, some.source()), some.text()));
    }

    /** A value that is not shown, because it may contain a password, as the URL of a database does. */
    public Optional<String> hidden(String key, String description) {
        Optional<Found> found = find(key);
        note(key, found.isPresent() ? "***" : "", found.map(Found::source).orElse(Setting.Source.DEFAULT), description);
        return found.map(Found::text);
    }

    /** A list of texts; in a variable or option they are separated by commas. */
    public List<String> texts(String key, String description) {
        Optional<Found> told = told(key);
        List<String> texts = new ArrayList<>();
        if (told.isPresent()) {
            Arrays.stream(told.get().text().split(",", -1))
                    .map(String::strip)
                    .filter(text -> !text.isEmpty())
                    .forEach(texts::add);
        } else {
            Object value = yaml.get(key);
            if (value instanceof List<?> list) {
                list.forEach(item -> texts.add(String.valueOf(item)));
            } else if (value != null) {
                throw wrong(key, value, "a list");
            }
        }
        Setting.Source source =
                told.map(Found::source).orElse(texts.isEmpty() ? Setting.Source.DEFAULT : Setting.Source.FILE);
        note(key, String.join(", ", texts), source, description);
        return texts;
    }

    /** The values below a key. */
    public Section section(String key) {
        Object inner = yaml.get(key);
        if (inner != null && !(inner instanceof Map)) {
            throw wrong(key, inner, "keys with values");
        }
        return new Section(configuration, above + key + ".", inner instanceof Map<?, ?> map ? map : Map.of());
    }

    /** The sections below a key, by names that people choose. */
    public Map<String, Section> sections(String key) {
        Section section = section(key);
        Map<String, Section> sections = new LinkedHashMap<>();
        section.yaml
                .keySet()
                .forEach(name -> sections.put(String.valueOf(name), section.section(String.valueOf(name))));
        return sections;
    }

    /** Whether a key has any value. */
    public boolean has(String key) {
        return yaml.get(key) != null || told(key).isPresent();
    }

    /** Whether the file sets nothing below this key. */
    public boolean isEmpty() {
        return yaml.isEmpty();
    }

    private record Found(String text, Setting.Source source) {}

    private Optional<Found> find(String key) {
        return told(key).or(() -> Optional.ofNullable(yaml.get(key)).map(value -> fromFile(key, value)));
    }

    private Optional<Found> told(String key) {
        String whole = above + key;
        return configuration
                .option(whole)
                .map(text -> new Found(text, Setting.Source.OPTION))
                .or(() -> configuration.environment(whole).map(text -> new Found(text, Setting.Source.VARIABLE)));
    }

    private Found fromFile(String key, Object value) {
        if (value instanceof Map || value instanceof List) {
            throw wrong(key, value, "one value");
        }
        return new Found(String.valueOf(value), Setting.Source.FILE);
    }

    private void note(String key, String value, Setting.Source source, String description) {
        configuration.record(new Setting(above + key, value, source, description));
    }

    private <T> T read(String key, Found found, Function<String, T> form) {
        try {
            return form.apply(found.text());
        } catch (IllegalArgumentException e) {
            throw new InvalidConfiguration(configuration.place(above + key, found.source()) + ": " + e.getMessage(), e);
        }
    }

    private InvalidConfiguration wrong(String key, Object value, String expected) {
        return new InvalidConfiguration(configuration.place(above + key, Setting.Source.FILE) + ": a "
                + Configuration.kind(value) + " (expected: " + expected + ")");
    }
}
