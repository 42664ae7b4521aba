package dev.mayfly.api;

import static dev.mayfly.api.ErrorKind.MISSING;
import static dev.mayfly.api.ErrorKind.WRONG_STATE;
import static dev.mayfly.api.Right.OPERATOR;
import static dev.mayfly.api.Right.VIEWER;
import static dev.mayfly.api.Target.Thing.RUN;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/runs}: runs of pipelines, their tasks and logs. */
public final class RunApi {

    private static final Set<String> FINAL_STATES = Set.of("succeeded", "failed", "cancelled");

    /** Which runs. */
    public record Which(
            @Doc("Only runs of this pipeline") @Nullable String pipeline,

            @Doc("1 to 9999; 50 if it is not given") @Nullable
            Integer limit) {

        public Which {
            Limits.check(limit);
        }
    }

    /** A run by its id or the beginning of it. */
    public record ById(@Doc("An id, or its beginning") String run) {}

    /** A run. */
    public record Run(
            String id,
            String pipeline,

            @Doc("queued, running, finishing, succeeded, failed or cancelled")
            String state,

            @Nullable String reason,
            @JsonUnwrapped Times times,
            List<Task> tasks,
            @Doc("Where one run is asked for") @Nullable Origin origin,
            @Doc("Where one run is asked for") @Nullable List<ClusterApi.Cluster> clusters) {

        /** Whether it is over: its result stands, and its clusters are proved deleted. */
        public boolean isFinal() {
            return FINAL_STATES.contains(state);
        }

        public boolean succeeded() {
            return state.equals("succeeded");
        }
    }

    /** What a run is a run of. */
    public record Origin(
            @Doc("manual, schedule, backfill, upstream or again")
            String trigger,

            @Doc("Who opened it, the due time, or the run after which it was opened") @Nullable
            String cause,

            Instant intervalStart,
            Instant intervalEnd,
            @Doc("The pipeline's revision") String pipelineHash,
            Map<String, String> parameters,
            PipelineApi.@Nullable Slice slice) {}

    /** A step of a run. */
    public record Task(
            String name,
            String state,
            @Nullable String reason,
            @Doc("Tasks upstream of it") List<String> needs,
            List<Attempt> attempts) {}

    /** One try of a task. */
    public record Attempt(
            @Doc("From 1") int number,
            String state,
            @Nullable String reason,
            @JsonUnwrapped Times times,

            @Doc("The tracking run that was made for it") @Nullable
            String trackingRun,

            @Doc("The tracking runs that its job made itself")
            List<String> ownRuns,

            @Nullable Map<String, Double> metrics,
            ModelApi.@Nullable Promotion promotion) {}

    /** To stop a run. */
    public record Cancel(
            String run,
            @Doc("Why, for the record") @Nullable String reason) {}

    /** Whether it was stopped. */
    public record Cancelled(
            @Doc("false if its work was over already, or it was asked before")
            boolean cancelled,

            @Doc("The run's state") String state) {}

    /** To run tasks of a finished run again. */
    public record Retry(
            String run,

            @Doc("Tasks that run again although they succeeded, with everything downstream of them") @Nullable
            List<String> from,

            @Doc("Whether another run does all of its work with the newest text and packages") @Nullable
            Boolean latest) {}

    /** What a retry did. */
    public record Retried(
            @Doc("The run that does the work: the same one, or with latest another one")
            String run,

            @Doc("What that one has that is different: the text, or a package")
            List<String> changes) {}

    /** Which logs there are. */
    public record Logs(List<LogName> logs) {}

    /** A log of an attempt. */
    public record LogName(
            String task,
            int attempt,
            @Doc("driver, or an executor's name") String log) {}

    /** A piece of a log. */
    public record ReadLog(
            String run,
            String task,
            int attempt,
            String log,
            @Doc("Where to begin, in bytes") @Nullable Long offset) {}

    private static final String PATH = "/api/v1/runs";

    public static final Route<Which, List<Run>> LIST = Route.get(
            PATH, "The newest runs, newest first", VIEWER.scoped(), Input.query(Which.class), Output.listOf(Run.class));

    public static final Route<ById, Run> SHOW = Route.get(
            PATH + "/{run}",
            "A run with its origin, attempts, metrics and clusters",
            VIEWER.of(RUN.in("run")),
            Input.query(ById.class),
            Output.of(Run.class),
            MISSING);

    public static final Route<Cancel, Cancelled> CANCEL = Route.post(
            PATH + "/{run}/cancel",
            "Stops a run; its clusters are deleted before it ends",
            OPERATOR.of(RUN.in("run")),
            Input.query(Cancel.class),
            Output.of(Cancelled.class),
            MISSING);

    public static final Route<Retry, Retried> RETRY = Route.post(
            PATH + "/{run}/retry",
            "Retries a finished run: tasks that did not succeed run again, with the same text and packages",
            OPERATOR.of(RUN.in("run")),
            Input.query(Retry.class),
            Output.of(Retried.class),
            MISSING,
            WRONG_STATE);

    public static final Route<ById, Logs> LOGS = Route.get(
            PATH + "/{run}/logs",
            "Which logs a run has",
            VIEWER.of(RUN.in("run")),
            Input.query(ById.class),
            Output.of(Logs.class),
            MISSING);

    public static final Route<ReadLog, byte[]> LOG = Route.get(
            PATH + "/{run}/logs/{task}/{attempt}/{log}",
            "A log from an offset, at most 1 MB; empty at its end",
            VIEWER.of(RUN.in("run")),
            Input.query(ReadLog.class),
            Output.bytes("text/plain; charset=utf-8"),
            MISSING);

    public static final List<Route<?, ?>> ROUTES = List.of(LIST, SHOW, CANCEL, RETRY, LOGS, LOG);

    private RunApi() {}
}
