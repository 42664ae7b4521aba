package dev.mayfly.capacity;

import java.util.Locale;

/** What clouds limit. Memory and disks are in bytes. */
public enum Unit {
    CORES("cores"),
    MEMORY("memory"),
    SSD("SSD"),
    HDD("HDD"),
    INSTANCES("instances"),
    /** Creations and deletions that are under way, which many clouds limit. */
    OPERATIONS("operations under way");

    private final String words;

    Unit(String words) {
        this.words = words;
    }

    /** The name in configuration and JSON. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean isBytes() {
        return this == MEMORY || this == SSD || this == HDD;
    }

    /** An amount as people write it. */
    public String amount(long value) {
        return isBytes() ? new DataSize(value).toString() : Long.toString(value);
    }

    public String words() {
        return words;
    }
}
