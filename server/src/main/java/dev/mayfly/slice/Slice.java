package dev.mayfly.slice;

import dev.mayfly.engine.RunId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some files of a pipeline's input that one run processes.
 *
 * @param input the pattern that the files were found by
 * @param failures how many runs of it have failed since it was last moved by hand
 * @param run the run that has it or had it last
 */
public record Slice(
        String pipeline,
        String input,
        int number,
        List<String> files,
        State state,
        int failures,
        @Nullable RunId run) {

    public Slice {
        files = List.copyOf(files);
    }

    /**
     * The state of a slice. Runs claim failed slices after the new ones; one that is given up or skipped only after
     * somebody makes it new.
     */
    public enum State {
        NEW,
        CLAIMED,
        DONE,
        FAILED,
        GIVEN_UP,
        SKIPPED
    }
}
