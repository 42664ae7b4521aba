package dev.mayfly.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CapacityTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Resources LIMIT = ssd(200).with(Unit.CORES, 32).with(Unit.OPERATIONS, 2);

    @Test
    void whoFitsIsLetInAndWhoDoesNotIsToldWhy() {
        List<Capacity.Admission> admissions =
                admit(held("a", ssd(120)), waiting("b", ssd(120), 0, 60), waiting("c", ssd(100), 0, 30));

        assertThat(admissions).extracting(Capacity.Admission::granted).containsExactly(false, false);
        assertThat(admissions.get(0).reason()).isEqualTo("waits for SSD: needs 120 GB, 80 GB of 200 GB free");
        assertThat(admissions.get(1).reason()).endsWith("; behind run b");
    }

    @Test
    void aSmallOneGoesAheadOnlyIfThatCostsTheLargeOneNothing() {
        Claim large = waiting("large", ssd(150), 0, 60);

        assertThat(granted(held("a", ssd(100)), large, waiting("small", ssd(20), 0, 30)))
                .isEmpty();
        assertThat(granted(held("a", ssd(100)), large, waiting("hdd", Resources.of(Unit.HDD, 1 << 30), 0, 30)))
                .containsExactly("hdd");
    }

    @Test
    void higherPrioritiesComeFirstUnlessTheOthersHaveWaitedLong() {
        Claim urgent = waiting("urgent", ssd(150), 1, 10);
        Claim old = waiting("old", ssd(150), 0, 60);
        Claim veryOld = waiting("very old", ssd(150), 0, 3 * Capacity.AGING.toSeconds());

        assertThat(granted(old, urgent)).containsExactly("urgent");
        assertThat(granted(veryOld, urgent)).containsExactly("very old");
    }

    @Test
    void operationsUnderWayAreBoundedButDoNotHoldUpTheQueueOfThoseWhoWaitForOtherThings() {
        Resources small = ssd(10).with(Unit.OPERATIONS, 1);

        assertThat(granted(waiting("a", small, 0, 3), waiting("b", small, 0, 2), waiting("c", small, 0, 1)))
                .containsExactly("a", "b");
        assertThat(granted(
                        waiting("large", ssd(300).with(Unit.OPERATIONS, 1), 0, 9),
                        waiting("cores", Resources.of(Unit.CORES, 4).with(Unit.OPERATIONS, 1), 0, 1)))
                .containsExactly("cores");
    }

    @Test
    void whatCanNeverFitIsSaidWithTheFigures() {
        Capacity capacity = new Capacity(Map.of("cloud", LIMIT));
        Optional<Quota> quota = Optional.of(new Quota(ssd(500).with(Unit.CORES, 16), Resources.NONE));

        assertThat(capacity.whyNeverFits("cloud", quota, ssd(250).with(Unit.CORES, 20)))
                .contains(
                        "cores: 20 (expected: at most 16 in pool cloud); SSD: 250 GB (expected: at most 200 GB in pool"
                                + " cloud)");
        assertThat(capacity.whyNeverFits("other", Optional.empty(), ssd(9_999))).isEmpty();
    }

    @Test
    void theSmallerOfConfigurationAndQuotaCountsLessWhatOthersUse() {
        Capacity capacity = new Capacity(Map.of("cloud", LIMIT));
        Quota quota = new Quota(ssd(180), ssd(150));

        assertThat(capacity.limit("cloud", Optional.of(quota), ssd(100)).of(Unit.SSD))
                .isEqualTo(130L << 30);
        assertThat(capacity.limit("cloud", Optional.of(quota), ssd(170)).of(Unit.SSD))
                .as("a figure that lags behind is no use by others")
                .isEqualTo(180L << 30);
    }

    /** Whatever waits: never more is held than there is, and the first in the queue gets in if it can. */
    @Test
    void theLimitHoldsForRandomClaims() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int n = 0; n < 2_000; n++) {
            List<Claim> claims = new ArrayList<>();
            for (int k = 0; k < 8; k++) {
                Resources demand = ssd(1 + random.nextInt(200)).with(Unit.CORES, random.nextInt(20));
                claims.add(waiting("c" + k, demand, random.nextInt(3), random.nextInt(10_000)));
            }

            List<Capacity.Admission> admissions = Capacity.admit(LIMIT, claims, NOW);

            Resources taken = admissions.stream()
                    .filter(Capacity.Admission::granted)
                    .map(turn -> turn.claim().demand())
                    .reduce(Resources.NONE, Resources::plus);
            assertThat(taken.fitsIn(LIMIT)).as("seed %s", seed).isTrue();
            assertThat(admissions.get(0).granted()).as("seed %s", seed).isTrue();
        }
    }

    private static List<Capacity.Admission> admit(Claim... claims) {
        return Capacity.admit(LIMIT, List.of(claims), NOW);
    }

    private static List<String> granted(Claim... claims) {
        return admit(claims).stream()
                .filter(Capacity.Admission::granted)
                .map(turn -> turn.claim().id())
                .toList();
    }

    private static Claim held(String id, Resources demand) {
        return new Claim(id, "run " + id, demand, new Claim.QueuePosition(0, NOW), true);
    }

    private static Claim waiting(String id, Resources demand, int priority, long seconds) {
        return new Claim(
                id,
                "run " + id,
                demand,
                new Claim.QueuePosition(priority, NOW.minus(Duration.ofSeconds(seconds))),
                false);
    }

    private static Resources ssd(long gigabytes) {
        return Resources.of(Unit.SSD, gigabytes << 30);
    }
}
