package dev.mayfly.task;

import dev.mayfly.engine.RunId;
import dev.mayfly.pipeline.DataInterval;
import dev.mayfly.pipeline.Template;
import dev.mayfly.slice.Slice;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a run executes: the pipeline's revision by its hash, the data interval, the parameters as they were said,
 * and the slice that it processes.
 */
public record PipelineRun(
        RunId id,
        String pipeline,
        String hash,
        Trigger trigger,
        DataInterval interval,
        Map<String, String> parameters,
        Optional<Slice> slice) {

    public PipelineRun {
        parameters = Map.copyOf(parameters);
    }

    /**
     * Returns the values that templates of the pipeline may refer to, by name: {@code parameters.NAME}, {@code run.id},
     * {@code interval.date} and so on.
     *
     * @param data what <code>${data}</code> in parameters means
     */
    public Map<String, String> values(String data) {
        Map<String, String> values = new HashMap<>(Template.parameters(parameters, data));
        values.put("run.id", id.toString());
        values.put("pipeline.name", pipeline);
        values.putAll(interval.values());
        slice.ifPresent(some -> {
            values.put("slice.number", Integer.toString(some.number()));
            values.put("slice.files", String.join(",", some.files()));
        });
        return values;
    }

    /** What opened the run; {@code cause} is the due time of a scheduled run, or the upstream run that succeeded. */
    public record Trigger(Kind kind, @Nullable String cause) {

        public enum Kind {
            MANUAL,
            SCHEDULE,
            BACKFILL,
            UPSTREAM,
            /** Another run's work is done again with the newest text and packages; the cause is that run. */
            AGAIN
        }
    }
}
