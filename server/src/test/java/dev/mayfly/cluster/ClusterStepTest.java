package dev.mayfly.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.cluster.ClusterProvider.Sighting;
import dev.mayfly.engine.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ClusterStepTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration CREATE_TIMEOUT = Duration.ofMinutes(2);
    private static final Optional<Sighting> NOTHING = Optional.empty();
    private static final Optional<Sighting> RUNNING = Optional.of(new Sighting(Sighting.State.RUNNING, ""));
    private static final Optional<Sighting> BROKEN = Optional.of(new Sighting(Sighting.State.BROKEN, "no quota"));
    private static final Optional<Sighting> PROVISIONING = Optional.of(new Sighting(Sighting.State.PROVISIONING, ""));

    @Test
    void theIntentIsWrittenBeforeTheProviderIsCalled() {
        ClusterStep step = step(ClusterState.RESERVED, true, NOTHING);

        assertThat(step.state()).isEqualTo(ClusterState.CREATING);
        assertThat(step.call()).isEqualTo(ClusterStep.Call.CREATE);
        assertThat(step.life().created()).isEqualTo(NOW);
    }

    @Test
    void aCreateWhoseAnswerWasLostIsCalledAgainOrAdopted() {
        assertThat(step(ClusterState.CREATING, true, NOTHING).call()).isEqualTo(ClusterStep.Call.CREATE);
        assertThat(step(ClusterState.CREATING, true, PROVISIONING).call()).isEqualTo(ClusterStep.Call.NONE);
        assertThat(step(ClusterState.CREATING, true, RUNNING).state()).isEqualTo(ClusterState.RUNNING);
    }

    @Test
    void aFailedCreateIsDeletedNotForgotten() {
        ClusterStep step = step(ClusterState.CREATING, true, BROKEN);

        assertThat(step.state()).isEqualTo(ClusterState.DELETING);
        assertThat(step.reason()).isEqualTo("create failed: no quota");
        assertThat(step.call()).isEqualTo(ClusterStep.Call.DELETE);
    }

    @Test
    void whatIsNoLongerWantedIsDeletedInEveryState() {
        for (ClusterState state :
                new ClusterState[] {ClusterState.RESERVED, ClusterState.CREATING, ClusterState.RUNNING}) {
            assertThat(step(state, false, NOTHING).state()).as(state.name()).isEqualTo(ClusterState.DELETING);
            assertThat(step(state, false, RUNNING).call()).as(state.name()).isEqualTo(ClusterStep.Call.DELETE);
        }
    }

    @Test
    void onlyAbsenceAfterTheDeletionProvesIt() {
        assertThat(step(ClusterState.DELETING, false, RUNNING).state()).isEqualTo(ClusterState.DELETING);
        assertThat(step(ClusterState.DELETING, false, BROKEN).call()).isEqualTo(ClusterStep.Call.DELETE);
        ClusterStep proved = step(ClusterState.DELETING, false, NOTHING);
        assertThat(proved.state()).isEqualTo(ClusterState.DELETED);
        assertThat(proved.life().proved()).isEqualTo(NOW);
    }

    @Test
    void aClusterThatVanishedOrGotTooOldIsDeletedWithTheReason() {
        assertThat(step(ClusterState.RUNNING, true, NOTHING).reason()).isEqualTo("the cluster vanished");
        Cluster old = cluster(ClusterState.RUNNING, true, NOW.minus(Duration.ofHours(2)));
        assertThat(ClusterStep.next(old, RUNNING, NOW, CREATE_TIMEOUT).reason())
                .isEqualTo("the cluster got older than its max_age of 60 min");
        Cluster slow = cluster(ClusterState.CREATING, true, NOW.minus(Duration.ofMinutes(3)));
        assertThat(ClusterStep.next(slow, PROVISIONING, NOW, CREATE_TIMEOUT).reason())
                .isEqualTo("create took longer than 120 s");
    }

    private static ClusterStep step(ClusterState state, boolean wanted, Optional<Sighting> seen) {
        return ClusterStep.next(cluster(state, wanted, NOW.minusSeconds(10)), seen, NOW, CREATE_TIMEOUT);
    }

    private static Cluster cluster(ClusterState state, boolean wanted, Instant created) {
        ClusterSpec.Node node =
                new ClusterSpec.Node(1, DataSize.parse("1 GB"), DataSize.parse("10 GB"), ClusterSpec.DiskType.SSD);
        return new Cluster(
                new Cluster.Id(UUID.randomUUID(), "mayfly-test-1"),
                new RunId(UUID.randomUUID()),
                new ClusterSpec("local", node, 1, node, Duration.ofHours(1)),
                1,
                new Cluster.Status(state, wanted, ""),
                new Cluster.Life(created, created, null, null, null));
    }
}
