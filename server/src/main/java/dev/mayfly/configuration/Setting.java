package dev.mayfly.configuration;

/**
 * A value that was read.
 *
 * @param key its place in the file, such as {@code yandex.folder}
 * @param value {@code ***} for a secret; empty if there is none
 * @param description for people, one sentence
 */
public record Setting(String key, String value, Source source, String description) {

    /** Where a value came from. */
    public enum Source {
        DEFAULT,
        FILE,
        VARIABLE,
        OPTION
    }

    /** The variable that sets the same key. */
    public String variable() {
        return Configuration.variable(key);
    }
}
