package dev.mayfly.page.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PicturesTest {

    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

    /** Whatever the tasks: boxes do not overlap, lie inside, and every line goes to the right. */
    @Test
    void aGraphHasItsBoxesApartAndItsLinesForward() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            List<Graph.Item> items = new ArrayList<>();
            int count = 1 + random.nextInt(40);
            for (int n = 0; n < count; n++) {
                List<String> needs = new ArrayList<>();
                for (int m = 0; m < n; m++) {
                    if (random.nextInt(6) == 0) {
                        needs.add("t" + m);
                    }
                }
                items.add(new Graph.Item("t" + n, needs));
            }
            Graph graph = Graph.of(items);
            Map<String, Graph.Node> nodes = new HashMap<>();
            graph.nodes().forEach(node -> nodes.put(node.name(), node));
            assertThat(nodes).as("seed %d", seed).hasSize(count);
            for (Graph.Node one : graph.nodes()) {
                assertThat(one.x()).isBetween(0, graph.width() - Graph.NODE_WIDTH);
                assertThat(one.y()).as("seed %d", seed).isBetween(0, graph.height() - Graph.NODE_HEIGHT);
                for (Graph.Node other : graph.nodes()) {
                    boolean isApart = one.name().equals(other.name())
                            || Math.abs(one.x() - other.x()) >= Graph.NODE_WIDTH
                            || Math.abs(one.y() - other.y()) >= Graph.NODE_HEIGHT;
                    assertThat(isApart)
                            .as("seed %d: %s and %s", seed, one, other)
                            .isTrue();
                }
            }
            for (Graph.Edge edge : graph.edges()) {
                assertThat(Objects.requireNonNull(nodes.get(edge.from())).x() + Graph.NODE_WIDTH)
                        .as("seed %d: %s", seed, edge)
                        .isLessThan(Objects.requireNonNull(nodes.get(edge.to())).x());
            }
            assertThat(graph.edges())
                    .hasSize(
                            items.stream().mapToInt(item -> item.needs().size()).sum());
        }
    }

    @Test
    void lanesHaveOneScaleAndWhatGoesOnLastsUntilNow() {
        Lanes lanes = Lanes.of(
                List.of(
                        new Lanes.Row("queue", List.of(span(0, 50))),
                        new Lanes.Row("task", List.of(span(50, 50), new Lanes.Span("on", "running", at(75), null)))),
                at(100));

        assertThat(lanes.begin()).isEqualTo(at(0));
        assertThat(lanes.end()).isEqualTo(at(100));
        assertThat(lanes.lanes().get(0).bars())
                .extracting(Lanes.Bar::x, Lanes.Bar::width)
                .containsExactly(tuple(0, 500));
        Lanes.Bar brief = lanes.lanes().get(1).bars().get(0);
        assertThat(brief.width()).as("wide enough to be seen").isEqualTo(4);
        Lanes.Bar open = lanes.lanes().get(1).bars().get(1);
        assertThat(open.x() + open.width()).isEqualTo(Lanes.UNITS);
        assertThat(open.length()).isEqualTo(Duration.ofSeconds(25));
        assertThat(Lanes.of(List.of(), NOW).lanes()).isEmpty();
    }

    @Test
    void theHigherTheBarTheLongerTheRun() {
        Bars bars = Bars.of(List.of(bar("a", 10), bar("b", 60), bar("c", 30)));
        assertThat(bars.bars().get(1).height()).isEqualTo(Bars.HEIGHT);
        assertThat(bars.bars().get(2).height())
                .isBetween(bars.bars().get(0).height(), bars.bars().get(1).height());
        assertThat(bars.bars())
                .allSatisfy(one -> assertThat(one.y() + one.height()).isEqualTo(Bars.HEIGHT));
    }

    @Test
    void anIntervalStandsOnTheSideOfNothingGainedWhereItIs() {
        Interval gain = Interval.of("ap", 0.02, 0.01, 0.03);
        assertThat(gain.zero()).isLessThan(gain.from());
        assertThat(gain.from()).isLessThan(gain.dot());
        assertThat(gain.dot()).isLessThan(gain.to());
        Interval doubtful = Interval.of("ap", 0.01, -0.01, 0.03);
        assertThat(doubtful.zero()).isBetween(doubtful.from(), doubtful.to());
        Interval nothing = Interval.of("ap", 0, 0, 0);
        assertThat(nothing.dot()).isEqualTo(nothing.zero());
        assertThat(Interval.isDrawn(Double.NaN, 0, 1)).isFalse();
        assertThat(Interval.isDrawn(0, Double.NEGATIVE_INFINITY, 1)).isFalse();
    }

    @Test
    void aCurveLeavesOutWhatIsNoNumberAndALargerOneIsHigher() {
        Curve curve = Curve.of(
                List.of(
                        new Curve.Item(1, 0.5, "one"),
                        new Curve.Item(2, Double.NaN, "none"),
                        new Curve.Item(3, 0.9, "three")),
                100,
                50);
        assertThat(curve.points()).hasSize(2);
        assertThat(curve.points().get(1).y()).isLessThan(curve.points().get(0).y());
        assertThat(curve.line()).doesNotContain("NaN");
        assertThat(Curve.of(List.of(), 100, 50).line()).isEmpty();
    }

    @Test
    void curvesHaveOneScaleAndEqualRatiosAreEqualHeightsOnALogarithmicOne() {
        List<Curves.Row> rows = List.of(
                new Curves.Row("a", List.of(new Curve.Item(0, 1, ""), new Curve.Item(1, 10, ""))),
                new Curves.Row("b", List.of(new Curve.Item(0, -1, ""), new Curve.Item(2, 100, ""))),
                new Curves.Row("none", List.of()));
        Curves logarithmic = Curves.of(rows, 212, 212, true);
        assertThat(logarithmic.least()).isEqualTo(1);
        assertThat(logarithmic.lines())
                .extracting(Curves.Line::points)
                .containsExactly("6.0,206.0 106.0,106.0", "206.0,6.0", "");
        Curves linear = Curves.of(rows, 212, 212, false);
        assertThat(linear.least()).isEqualTo(-1);
        assertThat(linear.lines().get(1).points()).isEqualTo("6.0,206.0 206.0,6.0");
    }

    @Test
    void aGaugeShowsWhatIsTakenAskedForAndAllowed() {
        assertThat(Gauge.of(40, 0, 200)).isEqualTo(new Gauge(60, 0, Gauge.UNITS));
        Gauge more = Gauge.of(150, 150, 200);
        assertThat(more.taken() + more.asked()).isEqualTo(Gauge.UNITS);
        assertThat(more.limit()).isEqualTo(200);
        assertThat(Gauge.of(0, 0, 0)).isEqualTo(new Gauge(0, 0, 0));
    }

    private static Bars.Item bar(String id, int seconds) {
        return new Bars.Item(id, "succeeded", Duration.ofSeconds(seconds), id);
    }

    private static Lanes.Span span(int from, int to) {
        return new Lanes.Span("some", "queue", at(from), at(to));
    }

    private static Instant at(int seconds) {
        return NOW.plusSeconds(seconds);
    }
}
