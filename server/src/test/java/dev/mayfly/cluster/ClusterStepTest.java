package dev.mayfly.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.cluster.Cluster.Failure;
import dev.mayfly.cluster.ClusterProvider.ReportedCluster;
import dev.mayfly.cluster.ClusterProvider.Timing;
import dev.mayfly.cluster.ClusterStep.Call;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterStepTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Timing PACE = new Timing(Duration.ofSeconds(5), Duration.ofMinutes(2), Duration.ofSeconds(30));
    private static final Optional<ReportedCluster> NOTHING = Optional.empty();
    private static final Optional<ReportedCluster> RUNNING = seen(ReportedCluster.State.RUNNING);
    private static final Optional<ReportedCluster> BROKEN = seen(ReportedCluster.State.BROKEN);
    private static final Optional<ReportedCluster> PROVISIONING = seen(ReportedCluster.State.PROVISIONING);

    @Test
    void nothingIsCalledWhileThereIsNoRoomAndNothingIsDeletedIfItIsNoLongerWanted() {
        assertThat(step(TestClusters.waiting(NOW), NOTHING).call()).isEqualTo(Call.ADMIT);
        ClusterStep left = step(TestClusters.unwanted(TestClusters.waiting(NOW)), NOTHING);
        assertThat(left.after().state()).isEqualTo(ClusterState.DELETED);
        assertThat(left.call()).isEqualTo(Call.NONE);
    }

    @Test
    void theIntentIsWrittenBeforeTheProviderIsCalled() {
        ClusterStep step = step(TestClusters.reserved(NOW), NOTHING);

        assertThat(step.after().state()).isEqualTo(ClusterState.CREATING);
        assertThat(step.call()).isEqualTo(Call.CREATE);
        assertThat(step.after().timestamps().created()).isEqualTo(NOW);
    }

    @Test
    void aCreateWhoseAnswerWasLostIsCalledAgainOrAdopted() {
        Cluster creating = TestClusters.creating(NOW);
        assertThat(step(creating, NOTHING).call()).isEqualTo(Call.CREATE);
        assertThat(step(creating, PROVISIONING).call()).isEqualTo(Call.NONE);
        assertThat(step(creating, RUNNING).after().state()).isEqualTo(ClusterState.RUNNING);
    }

    @Test
    void aFailedCreateIsDeletedNotForgottenAndWantOfRoomIsToldFromIt() {
        ClusterStep step = step(TestClusters.creating(NOW), BROKEN);

        assertThat(step.after().state()).isEqualTo(ClusterState.DELETING);
        assertThat(step.after().status().failure()).isEqualTo(new Failure(Failure.Kind.BROKEN, "create failed: why"));
        assertThat(step.call()).isEqualTo(Call.DELETE);
        assertThat(step(TestClusters.creating(NOW), seen(ReportedCluster.State.OUT_OF_CAPACITY))
                        .after()
                        .status()
                        .failure()
                        .kind())
                .isEqualTo(Failure.Kind.OUT_OF_CAPACITY);
    }

    @Test
    void whatIsNoLongerWantedIsDeletedInEveryState() {
        for (Cluster cluster :
                new Cluster[] {TestClusters.reserved(NOW), TestClusters.creating(NOW), TestClusters.running(NOW)}) {
            ClusterStep step = step(TestClusters.unwanted(cluster), RUNNING);
            assertThat(step.after().state()).isEqualTo(ClusterState.DELETING);
            assertThat(step.call()).isEqualTo(Call.DELETE);
        }
    }

    @Test
    void onlyAbsenceThatLastsProvesTheDeletionOfWhatNeverCameUp() {
        Cluster deleting = ClusterStep.delete(TestClusters.creating(NOW), Failure.NONE, NOW)
                .after();
        assertThat(step(deleting, RUNNING).call()).isEqualTo(Call.DELETE);
        assertThat(step(deleting, BROKEN).call()).isEqualTo(Call.DELETE);
        Cluster absent = step(deleting, NOTHING).after();
        assertThat(absent.state()).isEqualTo(ClusterState.DELETING);
        assertThat(step(absent, NOTHING, NOW.plusSeconds(29)).after().state()).isEqualTo(ClusterState.DELETING);
        Cluster again = step(absent, PROVISIONING).after();
        assertThat(again.timestamps().absent()).as("it landed late").isNull();
        Cluster proved = step(absent, NOTHING, NOW.plusSeconds(31)).after();
        assertThat(proved.state()).isEqualTo(ClusterState.DELETED);
        assertThat(proved.timestamps().proved()).isEqualTo(NOW.plusSeconds(31));
    }

    @Test
    void absenceAtOnceProvesTheDeletionOfWhatWasSeenReady() {
        Cluster deleting =
                ClusterStep.delete(TestClusters.running(NOW), Failure.NONE, NOW).after();
        assertThat(step(deleting, NOTHING).after().state()).isEqualTo(ClusterState.DELETED);
    }

    @Test
    void aClusterThatVanishedOrGotTooOldIsDeletedWithTheReason() {
        assertThat(reason(step(TestClusters.running(NOW), NOTHING))).isEqualTo("the cluster vanished");
        assertThat(reason(step(TestClusters.running(NOW.minus(Duration.ofHours(2))), RUNNING)))
                .isEqualTo("the cluster got older than its max_age of 60 min");
        assertThat(reason(step(TestClusters.creating(NOW.minus(Duration.ofMinutes(3))), PROVISIONING)))
                .isEqualTo("create took longer than 120 s: why");
    }

    @Test
    void anIdleClusterStaysAsLongAsItIsToBeKeptWarm() {
        Cluster idle = TestClusters.idle(NOW);
        assertThat(step(idle, RUNNING).after()).isEqualTo(idle);
        assertThat(step(idle, RUNNING, NOW.plus(Duration.ofMinutes(11))).after().state())
                .isEqualTo(ClusterState.DELETING);
    }

    private static String reason(ClusterStep step) {
        return step.after().status().failure().reason();
    }

    private static ClusterStep step(Cluster cluster, Optional<ReportedCluster> seen) {
        return step(cluster, seen, NOW);
    }

    private static ClusterStep step(Cluster cluster, Optional<ReportedCluster> seen, Instant now) {
        return ClusterStep.next(cluster, seen, now, PACE);
    }

    private static Optional<ReportedCluster> seen(ReportedCluster.State state) {
        return Optional.of(new ReportedCluster(state, "why"));
    }
}
