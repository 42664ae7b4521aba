package dev.mayfly.page;

import dev.mayfly.api.Right;
import dev.mayfly.capacity.Resources;
import dev.mayfly.capacity.Unit;
import dev.mayfly.cluster.Cluster;
import dev.mayfly.cluster.Clusters;
import dev.mayfly.cluster.ProviderUnavailable;
import dev.mayfly.page.picture.Gauge;
import dev.mayfly.page.picture.Lanes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The cloud's side: the lives of clusters, and how much of what there is they take. */
public final class ClusterPages {

    private static final int MOST = 50;

    private final Clusters clusters;

    ClusterPages(Clusters clusters) {
        this.clusters = clusters;
    }

    /** A cluster, and its life on a scale of its own. */
    public record Row(Cluster cluster, Lanes life) {}

    /** Clusters, newest first. */
    public record All(List<Row> rows) {}

    /** How much of a unit is taken and asked for. */
    public record Line(Unit unit, long held, long asked, long limit, boolean isLimited, Gauge gauge) {

        public String amount(long value) {
            return unit.amount(value);
        }
    }

    /** A pool of a provider. */
    public record Pool(Clusters.Pool pool, List<Line> lines) {}

    /** All pools; {@code problem} says why they can't be told, if they can't. */
    public record Capacity(List<Pool> pools, String problem) {}

    void bind(PageRoutes routes) {
        routes.show(
                "/clusters",
                "The newest clusters",
                Right.VIEWER.anywhere(),
                "clusters",
                (actor, view, request) -> new All(clusters.newest(MOST).stream()
                        .map(cluster -> new Row(cluster, Lanes.of(List.of(lane(view, cluster)), view.now())))
                        .toList()));
        routes.show(
                "/capacity",
                "What clusters take, and what waits",
                Right.VIEWER.anywhere(),
                "capacity",
                (actor, view, request) -> capacity());
    }

    private Capacity capacity() {
        try {
            return new Capacity(
                    clusters.pools().stream().map(ClusterPages::pool).toList(), "");
        } catch (ProviderUnavailable e) {
            return new Capacity(List.of(), String.valueOf(e.getMessage()));
        }
    }

    private static Pool pool(Clusters.Pool pool) {
        Resources asked = pool.waiting().stream()
                .map(admission -> admission.claim().demand())
                .reduce(Resources.NONE, Resources::plus);
        List<Line> lines = new ArrayList<>();
        for (Unit unit : Unit.values()) {
            boolean isLimited = pool.limit().amounts().containsKey(unit);
            long held = pool.held().of(unit);
            long wanted = asked.of(unit);
            long limit = pool.limit().of(unit);
            if (isLimited || held > 0 || wanted > 0) {
                lines.add(new Line(
                        unit,
                        held,
                        wanted,
                        limit,
                        isLimited,
                        Gauge.of(held, wanted, isLimited ? limit : held + wanted)));
            }
        }
        return new Pool(pool, lines);
    }

    /** The life of a cluster: what it waited for, its creation, its work, its deletion and the proof of that. */
    static Lanes.Row lane(View view, Cluster cluster) {
        Cluster.Timestamps life = cluster.timestamps();
        List<Lanes.Span> spans = new ArrayList<>();
        span(spans, view.t("lane.waits"), "queue", life.requested(), or(life.reserved(), life.proved()));
        span(
                spans,
                view.t("lane.created"),
                "creating",
                life.reserved(),
                or(life.ready(), or(life.deleteCalled(), life.proved())));
        span(spans, view.t("lane.works"), "running", life.ready(), or(life.deleteCalled(), life.proved()));
        span(spans, view.t("lane.deleted"), "deleting", life.deleteCalled(), life.proved());
        return new Lanes.Row(view.t("lane.cluster"), spans);
    }

    private static void span(
            List<Lanes.Span> spans, String label, String look, @Nullable Instant from, @Nullable Instant to) {
        if (from != null) {
            spans.add(new Lanes.Span(label, look, from, to));
        }
    }

    private static @Nullable Instant or(@Nullable Instant one, @Nullable Instant other) {
        return one == null ? other : one;
    }
}
