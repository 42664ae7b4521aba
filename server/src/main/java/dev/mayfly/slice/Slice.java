package dev.mayfly.slice;

import dev.mayfly.engine.RunId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some files of a pipeline's input that one run processes.
 *
 * @param input the pattern that the files were found by
 * @param run the run that has it or had it last
 */
public record Slice(
        String pipeline,
        String input,
        int number,
        List<String> files,
        State state,
        @Nullable RunId run) {

    public Slice {
        files = List.copyOf(files);
    }

    /** Where it stands. A failed slice is claimed again after the new ones; a skipped one only when it is made new by hand. */
    public enum State {
        NEW,
        CLAIMED,
        DONE,
        FAILED,
        SKIPPED
    }
}
