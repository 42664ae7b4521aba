package dev.mayfly.slice;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file of a slice, as it was when a run took it.
 *
 * @param bytes its size; null if it was recorded by an earlier version
 * @param modified when it was last written; null if it was recorded by an earlier version
 * @param rewritten when it was first seen to have changed since; null if it has not
 */
public record InputFile(
        String path,
        @Nullable Long bytes,
        @Nullable Instant modified,
        @Nullable Instant rewritten) {

    /**
     * What has become of it since it was recorded, in words; empty if nothing.
     *
     * @param now as it is now; empty if it is not there
     */
    public Optional<String> changeTo(Optional<InputFile> now) {
        if (now.isEmpty()) {
            return Optional.of("gone");
        }
        if (!now.get().differsFrom(this)) {
            return Optional.empty();
        }
        return Optional.of("rewritten: now " + now.get().bytes + " bytes of " + now.get().modified);
    }

    /** Whether its size or time differs from what was recorded of it. */
    boolean differsFrom(InputFile recorded) {
        return recorded.bytes != null
                && (!recorded.bytes.equals(bytes) || !Objects.equals(recorded.modified, modified));
    }
}
