package dev.mayfly.api;

import static dev.mayfly.api.ErrorKind.MISSING;
import static dev.mayfly.api.Right.ADMIN;
import static dev.mayfly.api.Right.VIEWER;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/clusters}: what was made in a cloud, and the proof that it is gone. */
public final class ClusterApi {

    /** How many clusters. */
    public record Which(
            @Doc("1 to 9999; 50 if it is not given") @Nullable
            Integer limit) {

        public Which {
            Limits.check(limit);
        }
    }

    /** A cluster. */
    public record Cluster(
            String name,
            @Doc("The run that uses it, or used it last") String run,
            String provider,

            @Doc("waiting, reserved, creating, running, deleting or deleted")
            String state,

            @Doc("Why it failed, or what it waits for") String reason,
            @JsonUnwrapped Workers machines,
            @Doc("Whether it is kept warm for the next run") boolean idle,
            Life life) {}

    /** Its machines beside the driver's. */
    public record Workers(
            @Doc("How many") int workers,
            @Doc("What each is") String worker) {}

    /** When things happened to a cluster. */
    public record Life(
            Instant requested,
            @Nullable Instant reserved,
            @Nullable Instant created,
            @Nullable Instant ready,
            @Nullable Instant idle,
            @Doc("Its deletion was called for") @Nullable Instant deleted,

            @Doc("It was found absent when asked again after the deletion") @Nullable
            Instant proved) {}

    /** A cluster that bears this installation's label although no row needs it. */
    public record Orphan(String name, String provider, String providerId, Instant created, String reason) {}

    /** A cluster by its name. */
    public record ByName(String name) {}

    /** What is being deleted. */
    public record Deleting(@Doc("Its name") String deleting) {}

    private static final String PATH = "/api/v1/clusters";

    public static final Route<Which, List<Cluster>> LIST = Route.get(
            PATH,
            "The newest clusters, newest first",
            VIEWER.everywhere(),
            Input.query(Which.class),
            Output.listOf(Cluster.class));

    public static final Route<Input.Nothing, List<Orphan>> ORPHANS = Route.get(
            PATH + "/orphans",
            "Clusters that exist and bear this installation's label although no row needs them",
            VIEWER.everywhere(),
            Input.NOTHING,
            Output.listOf(Orphan.class));

    public static final Route<ByName, Deleting> DELETE = Route.delete(
            PATH + "/{name}",
            "Deletes a cluster, even one without a row; its running jobs are lost",
            ADMIN.everywhere(),
            Input.query(ByName.class),
            Output.of(Deleting.class),
            MISSING);

    public static final List<Route<?, ?>> ROUTES = List.of(LIST, ORPHANS, DELETE);

    private ClusterApi() {}
}
