package dev.mayfly.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.cluster.Cluster.Failure;
import dev.mayfly.engine.RunId;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link ClusterStore} keeps. */
abstract class ClusterStoreContract {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    abstract ClusterStore store();

    /** A run that is RUNNING, or one that is not. */
    abstract RunId run(boolean isRunning);

    private Cluster waiting() {
        return ofRun(TestClusters.waiting(NOW), run(true));
    }

    @Test
    void whatWasSavedIsReadAgain() {
        Cluster waiting = waiting();
        assertThat(store().insert(waiting, 1)).isTrue();
        assertThat(store().find(waiting.id().value())).contains(waiting);
        assertThat(store().named(waiting.name())).contains(waiting);

        Cluster deleting = ClusterStep.delete(
                        waiting.withProviderId("c9q1"),
                        new Failure(Failure.Kind.OUT_OF_CAPACITY, "no SSD"),
                        NOW.plusSeconds(1))
                .after();
        Cluster noted = deleting.with(deleting.status().waitingFor("the delete was refused"));
        assertThat(store().save(waiting, noted)).isTrue();
        assertThat(store().find(waiting.id().value())).contains(noted.nextGeneration());
    }

    @Test
    void aStaleValueIsNotSavedAndWhatIsProvedIsFinished() {
        Cluster waiting = waiting();
        store().insert(waiting, 1);
        Cluster unwanted = TestClusters.unwanted(waiting);
        assertThat(store().save(waiting, unwanted)).isTrue();
        assertThat(store().save(waiting, waiting)).isFalse();

        Cluster proved = unwanted.nextGeneration().with(waiting.timestamps().provedAt(NOW));
        assertThat(store().save(unwanted.nextGeneration(), proved)).isTrue();
        assertThat(store().unfinished()).isEmpty();
    }

    @Test
    void aRunHasOneClusterOfEachOrdinal() {
        Cluster first = waiting();
        Cluster second = ofRun(TestClusters.waiting(NOW), first.run());

        assertThat(store().insert(first, 1)).isTrue();
        assertThat(store().insert(second, 1)).isFalse();
        assertThat(store().find(second.id().value())).isEmpty();
        assertThat(store().insert(second, 2)).isTrue();

        assertThat(store().ofRun(first.run())).containsExactly(first, second);
        assertThat(store().live("local")).containsExactlyInAnyOrder(first, second);
        assertThat(store().live("other")).isEmpty();
        assertThat(store().newest(1)).hasSize(1);
    }

    @Test
    void aRunThatIsNotRunningGetsNone() {
        Cluster late = ofRun(TestClusters.waiting(NOW), run(false));
        Cluster idle = ofRun(TestClusters.idle(NOW), run(true));
        store().insert(idle, 1);

        assertThat(store().insert(late, 1)).isFalse();
        assertThat(store().find(late.id().value())).isEmpty();
        assertThat(store().handOver(idle, idle.handedTo(late.run()), 1)).isFalse();
        assertThat(store().find(idle.id().value())).contains(idle);
    }

    @Test
    void anIdleClusterIsHandedToOneRunAndStaysLinkedToTheOther() {
        Cluster idle = ofRun(TestClusters.idle(NOW), run(true));
        store().insert(idle, 1);
        RunId next = run(true);
        RunId late = run(true);

        assertThat(store().handOver(idle, idle.handedTo(next), 1)).isTrue();
        assertThat(store().handOver(idle, idle.handedTo(late), 1)).isFalse();

        assertThat(store().ofRun(next))
                .singleElement()
                .satisfies(cluster -> assertThat(cluster.run()).isEqualTo(next));
        assertThat(store().ofRun(idle.run()))
                .singleElement()
                .satisfies(cluster -> assertThat(cluster.run()).isEqualTo(next));
        assertThat(store().ofRun(late)).isEmpty();
    }

    @Test
    void thoseWhoLetClustersInDoSoOneAfterTheOther() {
        List<Cluster> waiting = IntStream.range(0, 8).mapToObj(n -> waiting()).toList();
        waiting.forEach(cluster -> store().insert(cluster, 1));
        AtomicInteger admitted = new AtomicInteger();

        IntStream.range(0, 4)
                .mapToObj(n -> CompletableFuture.runAsync(
                        () -> admitted.addAndGet(store().admit("local", ClusterStoreContract::atMostThree)
                                .size())))
                .toList()
                .forEach(CompletableFuture::join);

        assertThat(admitted).hasValue(3);
        assertThat(store().live("local"))
                .filteredOn(cluster -> cluster.state() == ClusterState.RESERVED)
                .hasSize(3);
    }

    private static List<Cluster> atMostThree(List<Cluster> live) {
        long held = live.stream().filter(cluster -> cluster.state().holdsRoom()).count();
        AtomicInteger left = new AtomicInteger((int) (3 - held));
        return live.stream()
                .map(cluster -> cluster.state() == ClusterState.WAITING && left.getAndDecrement() > 0
                        ? cluster.with(cluster.status().moved(ClusterState.RESERVED))
                        : cluster)
                .toList();
    }

    private static Cluster ofRun(Cluster cluster, RunId run) {
        return new Cluster(
                cluster.id(),
                run,
                cluster.spec(),
                cluster.demand(),
                cluster.generation(),
                cluster.status(),
                cluster.timestamps());
    }
}
