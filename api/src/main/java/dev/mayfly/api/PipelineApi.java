package dev.mayfly.api;

import static dev.mayfly.api.ErrorKind.INVALID_PIPELINE;
import static dev.mayfly.api.ErrorKind.MISSING;
import static dev.mayfly.api.ErrorKind.WRONG_STATE;
import static dev.mayfly.api.Right.AUTHOR;
import static dev.mayfly.api.Right.OPERATOR;
import static dev.mayfly.api.Right.VIEWER;
import static dev.mayfly.api.Target.Thing.PIPELINE;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/pipelines}: what is retrained, when, and its slices. */
public final class PipelineApi {

    /** A pipeline by its name. */
    public record ByName(String name) {}

    /** A YAML text to store. */
    public record Apply(
            @Doc("The file's name, for messages") @Nullable String file,

            @Doc("Whether runs that have not begun get this text, too") @Nullable
            Boolean moveQueued,

            @Doc("The files that the text names by paths from where it is, each as a SHA-256, two blanks and the path;"
                    + " they must be stored already")
            @Nullable
            List<String> files,

            String text) {}

    /** A YAML text. */
    public record Text(
            @Doc("The file's name, for messages") @Nullable String file, String text) {}

    /** What has to be sent with a text. */
    public record Files(
            @Doc("Files, by paths from where the text is") List<String> files,
            @Doc("Python environments to be built") List<Environment> environments) {}

    /** A Python environment to be built, of packages, requirements or a lock. */
    public record Environment(
            @Doc("The path by which the text's files name it")
            String path,

            @Doc("The version of Python; any if it is not given") @Nullable
            String version,

            List<String> packages,
            @Doc("A path from where the text is") @Nullable String requirements,
            @Doc("A path from where the text is") @Nullable String lock) {}

    /** A file for a text that will name it. */
    public record Attach(
            @Doc("That its bytes must have, in hexadecimal digits")
            String digest,

            @Doc("The file's own name, which it keeps") String name) {}

    /** A file that is stored. */
    public record Attached(String digest, String name) {}

    /** What became of it. */
    public record Applied(
            String name,
            @Doc("SHA-256 of the text") String hash,
            @Doc("created, changed or unchanged") String change,
            @Doc("What is allowed but may be a mistake") List<String> warnings,

            @Doc("Queued runs that have the new text now") List<String> moved,

            @Doc("Queued runs that keep their earlier text") List<Kept> kept) {}

    /** A queued run that keeps its earlier text. */
    public record Kept(
            @Doc("Its id") String run, @Doc("Why") String reason) {}

    /** A pipeline with its newest revision. */
    public record Pipeline(
            String name,
            String description,
            @JsonUnwrapped Revision revision,
            boolean paused,
            @JsonUnwrapped Trigger trigger,
            @Doc("Their values unless a run sets others") Map<String, String> parameters,
            @Doc("Their names, in the order of the text") List<String> tasks,
            @JsonUnwrapped Health health) {}

    /** What needs somebody's attention. */
    public record Health(
            @Doc("Runs that are due and can't be opened, the oldest first; they are tried again")
            List<NotOpened> notOpened,

            @Doc(
                    "What else is wrong, in words: slices that are given up, rewritten files, a schedule that fails, a text that can't be read")
            List<String> warnings) {}

    /** A run that a schedule or another pipeline asked for, and that can't be opened. */
    public record NotOpened(
            @Doc("Which run, in words") String run,
            @Doc("When it was tried first") Instant since,
            @Doc("Why it failed the last time") String reason,
            Instant nextTry) {}

    /** The text of a pipeline. */
    public record Revision(
            @Doc("SHA-256 of the text") String hash,
            @Doc("Where the text came from") String file,
            Instant applied,

            @Doc("The text, where one pipeline is asked for") @Nullable
            String yaml) {}

    /** What opens a pipeline's runs. */
    public record Trigger(
            @Nullable String cron,
            @Doc("The time zone of cron") @Nullable String zone,

            @Doc("The pipeline whose success opens a run") @Nullable
            String after,

            @Nullable Instant nextDue) {}

    /** To open runs by hand. */
    public record Open(
            String name,

            @Doc("Parameters that differ from the pipeline's own") @Nullable
            Map<String, String> parameters,

            @Doc("One run for each slice that waits, not only the next") @Nullable
            Boolean allSlices,

            @Doc(
                    "A date, or the time at which a data interval begins, in the schedule's zone; the last complete one if absent")
            @Nullable
            String interval) {}

    /** To open a schedule's runs of the past. */
    public record Backfill(
            String name,

            @Doc("A date or a local time in the schedule's zone, or a time with its offset")
            String from,

            @Doc("A date or a local time in the schedule's zone, or a time with its offset; not in the future")
            String to,

            @Doc("Which data intervals that had a run are done again: failed or all; none if absent") @Nullable
            String again,

            @Doc("Parameters that differ from the pipeline's own") @Nullable
            Map<String, String> parameters) {}

    /** The runs that were opened. */
    public record Opened(
            @Doc("Their ids") List<String> runs,

            @Doc("Input files that were not taken, each with the reason")
            List<String> leftOut) {}

    /** What a backfill did. */
    public record Backfilled(
            @Doc("The ids of the runs that were opened") List<String> runs,

            @Doc("How many data intervals had a run and got no other, by the state of their last run")
            Map<String, Integer> had) {}

    /** To stop a pipeline's trigger. */
    public record Pause(
            String name,

            @Doc("Whether runs that are queued now may still begin; otherwise they wait until the pipeline is resumed")
            @Nullable
            Boolean keepQueued) {}

    /** What was deleted. */
    public record Deleted(@Doc("Its name") String deleted) {}

    /** Files of an input that are processed together, once. */
    public record Slice(
            @Doc("The pattern of its files") String input,
            int number,

            @Doc("new, claimed, done, failed, given_up or skipped")
            String state,

            @Doc("How many runs of it failed") int failures,
            @Doc("How many files") int files,
            String first,
            String last,
            @Doc("The run that claimed it") @Nullable String run) {}

    /** A slice with its files. */
    public record SliceDetails(@JsonUnwrapped Slice slice, List<SliceFile> list) {}

    /** A file of a slice. */
    public record SliceFile(
            String path,

            @Doc("Its size when a run took it") @Nullable Long bytes,

            @Doc("When it had been written last when a run took it") @Nullable
            Instant modified,

            @Doc("What has become of it since, in words; absent if nothing") @Nullable
            String change) {}

    /** A slice by its number. */
    public record SliceByNumber(
            String name,
            int number,

            @Doc("The pattern, if the pipeline had several") @Nullable
            String input) {}

    private static final String PATH = "/api/v1/pipelines";

    public static final Route<Input.Nothing, byte[]> SCHEMA = Route.get(
            "/api/v1/pipeline-schema",
            "The JSON schema of pipelines, for editors",
            VIEWER.anywhere(),
            Input.NOTHING,
            Output.bytes("application/schema+json"));

    public static final Route<Input.Nothing, List<Pipeline>> LIST =
            Route.get(PATH, "All pipelines, by name", VIEWER.scoped(), Input.NOTHING, Output.listOf(Pipeline.class));

    public static final Route<Apply, Applied> APPLY = Route.post(
            PATH,
            "Stores a pipeline or a new revision of it; runs keep the revision they were opened with",
            AUTHOR.scoped(),
            Input.text(Apply.class, "application/yaml"),
            Output.of(Applied.class),
            INVALID_PIPELINE);

    public static final Route<Text, Files> FILES = Route.post(
            PATH + "/files",
            "What has to be sent before a text: files that it names by paths from where it is, environments",
            AUTHOR.anywhere(),
            Input.text(Text.class, "application/yaml"),
            Output.of(Files.class),
            INVALID_PIPELINE);

    public static final Route<Attach, Attached> ATTACH = new Route<>(
            Method.PUT,
            PATH + "/files/{digest}/{name}",
            "Stores a file for a text that will name it",
            AUTHOR.anywhere(),
            Input.bytes(Attach.class, "application/octet-stream"),
            Output.of(Attached.class),
            Set.of());

    public static final Route<ByName, Pipeline> SHOW = Route.get(
            PATH + "/{name}",
            "A pipeline with its text",
            VIEWER.of(PIPELINE.in("name")),
            Input.query(ByName.class),
            Output.of(Pipeline.class),
            MISSING);

    public static final Route<ByName, Deleted> DELETE = Route.delete(
            PATH + "/{name}",
            "Deletes a pipeline without active runs; its finished runs stay on record",
            AUTHOR.of(PIPELINE.in("name")),
            Input.query(ByName.class),
            Output.of(Deleted.class),
            MISSING,
            WRONG_STATE);

    public static final Route<Pause, Pipeline> PAUSE = Route.post(
            PATH + "/{name}/pause",
            "Stops a pipeline's schedule and holds its queued runs; active runs go on",
            OPERATOR.of(PIPELINE.in("name")),
            Input.query(Pause.class),
            Output.of(Pipeline.class),
            MISSING);

    public static final Route<ByName, Pipeline> RESUME = Route.post(
            PATH + "/{name}/resume",
            "Starts a pipeline's schedule again, and lets its held runs go",
            OPERATOR.of(PIPELINE.in("name")),
            Input.query(ByName.class),
            Output.of(Pipeline.class),
            MISSING);

    public static final Route<Open, Opened> OPEN = Route.post(
            PATH + "/{name}/runs",
            "Opens a run by hand; of a pipeline with slices: for the next slice that waits",
            OPERATOR.of(PIPELINE.in("name")),
            Input.json(Open.class),
            Output.of(Opened.class),
            MISSING);

    public static final Route<Backfill, Backfilled> BACKFILL = Route.post(
            PATH + "/{name}/backfill",
            "Opens the runs of a schedule whose data intervals lie within a span of time",
            OPERATOR.of(PIPELINE.in("name")),
            Input.json(Backfill.class),
            Output.of(Backfilled.class),
            MISSING);

    public static final Route<ByName, List<Slice>> SLICES = Route.get(
            PATH + "/{name}/slices",
            "A pipeline's slices, by number",
            VIEWER.of(PIPELINE.in("name")),
            Input.query(ByName.class),
            Output.listOf(Slice.class),
            MISSING);

    public static final Route<SliceByNumber, SliceDetails> SHOW_SLICE = Route.get(
            PATH + "/{name}/slices/{number}",
            "A slice with its files, and what has become of them",
            VIEWER.of(PIPELINE.in("name")),
            Input.query(SliceByNumber.class),
            Output.of(SliceDetails.class),
            MISSING);

    public static final Route<SliceByNumber, Slice> RETRY_SLICE = Route.post(
            PATH + "/{name}/slices/{number}/retry",
            "Has the next run process a failed or skipped slice again",
            OPERATOR.of(PIPELINE.in("name")),
            Input.query(SliceByNumber.class),
            Output.of(Slice.class),
            MISSING,
            WRONG_STATE);

    public static final Route<SliceByNumber, Slice> SKIP_SLICE = Route.post(
            PATH + "/{name}/slices/{number}/skip",
            "Leaves a slice out",
            OPERATOR.of(PIPELINE.in("name")),
            Input.query(SliceByNumber.class),
            Output.of(Slice.class),
            MISSING,
            WRONG_STATE);

    public static final List<Route<?, ?>> ROUTES = List.of(
            SCHEMA,
            LIST,
            APPLY,
            FILES,
            ATTACH,
            SHOW,
            DELETE,
            PAUSE,
            RESUME,
            OPEN,
            BACKFILL,
            SLICES,
            SHOW_SLICE,
            RETRY_SLICE,
            SKIP_SLICE);

    private PipelineApi() {}
}
