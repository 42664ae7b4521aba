package dev.mayfly.web;

import dev.mayfly.access.Actor;
import dev.mayfly.api.ClusterApi;
import dev.mayfly.cluster.Cluster;
import dev.mayfly.cluster.ClusterSpec;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.cluster.OrphanedClusters;
import dev.mayfly.problem.Refused;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/clusters}. */
final class ClusterRoutes {

    private static final int MOST = 50;

    private final Clusters clusters;

    ClusterRoutes(Clusters clusters) {
        this.clusters = clusters;
    }

    void bind(JsonRoutes routes) {
        routes.bind(
                ClusterApi.LIST,
                (actor, request) -> clusters.newest(request.limit() == null ? MOST : request.limit()).stream()
                        .map(cluster -> answer(cluster, null))
                        .toList());
        routes.bind(
                ClusterApi.ORPHANS,
                (actor, request) -> clusters.orphaned().orphans().stream()
                        .map(ClusterRoutes::answer)
                        .toList());
        routes.bind(ClusterApi.DELETE, (actor, request) -> delete(actor, request.name()));
    }

    private ClusterApi.Deleting delete(Actor actor, String name) {
        if (!clusters.delete(actor, name)) {
            throw Refused.missing(
                    "cluster '" + name + "' (expected: one that is not deleted yet, of this installation)");
        }
        return new ClusterApi.Deleting(name);
    }

    /**
     * Answers with a cluster.
     *
     * @param trouble why it can't be reconciled at the moment, in words; null if it can
     */
    static ClusterApi.Cluster answer(Cluster cluster, @Nullable String trouble) {
        ClusterSpec.Node worker = cluster.spec().worker();
        String reason = cluster.status().failure().reason();
        return new ClusterApi.Cluster(
                cluster.name(),
                cluster.run().toString(),
                cluster.spec().provider(),
                WebRoutes.lower(cluster.state()),
                trouble != null ? trouble : reason.isEmpty() ? cluster.status().waitReason() : reason,
                new ClusterApi.Workers(cluster.spec().workers(), worker.cores() + " cores, " + worker.memory()),
                cluster.isIdle(),
                life(cluster.timestamps()));
    }

    private static ClusterApi.Life life(Cluster.Timestamps life) {
        return new ClusterApi.Life(
                life.requested(),
                life.reserved(),
                life.created(),
                life.ready(),
                life.idle(),
                life.deleteCalled(),
                life.proved());
    }

    private static ClusterApi.Orphan answer(OrphanedClusters.Orphan orphan) {
        return new ClusterApi.Orphan(
                orphan.ref().name(), orphan.provider(), orphan.ref().providerId(), orphan.created(), orphan.reason());
    }
}
