package dev.mayfly.fakecloud;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** What goes wrong, by seed. {@code rate} scales every likelihood; 0 means that nothing ever does. Thread-safe. */
final class Faults {

    private static final Duration LONGEST_OUTAGE = Duration.ofMinutes(4);

    private final Random random;
    private final double rate;
    private Instant outUntil = Instant.EPOCH;

    Faults(long seed, double rate) {
        this.random = new Random(seed);
        this.rate = rate;
    }

    /** How a creation goes. */
    enum Creation {
        GOOD,
        /** It lands later than its answer was waited for. */
        LATE,
        /** The operation ends in an error, and the cluster comes up all the same. */
        ERROR_THOUGH_CREATED,
        /** It gets RUNNING, with health DEAD. */
        DEAD,
        /** Its initialization fails: status ERROR. */
        INIT_FAILED,
        /** It takes longer than anybody waits. */
        SLOW
    }

    /** How a job goes. */
    enum Work {
        GOOD,
        FAILS,
        HANGS,
        VANISHES
    }

    /** Throws if the cloud does not answer this time; called before an effect and, for a lost answer, after it. */
    synchronized void strike(Instant now) {
        if (now.isBefore(outUntil)) {
            throw new StatusRuntimeException(Status.UNAVAILABLE.withDescription("the cloud is out"));
        }
        if (chance(0.002)) {
            outUntil = now.plus(Duration.ofMillis((long) (random.nextDouble() * LONGEST_OUTAGE.toMillis())));
        }
        if (chance(0.04)) {
            throw new StatusRuntimeException(pick(List.of(
                    Status.UNAVAILABLE.withDescription("try again"),
                    Status.DEADLINE_EXCEEDED.withDescription("no answer"),
                    Status.UNAUTHENTICATED.withDescription("The token has expired"),
                    Status.INTERNAL.withDescription("something broke"))));
        }
    }

    synchronized Creation creation() {
        if (!chance(0.25)) {
            return Creation.GOOD;
        }
        return pick(List.of(
                Creation.LATE, Creation.ERROR_THOUGH_CREATED, Creation.DEAD, Creation.INIT_FAILED, Creation.SLOW));
    }

    synchronized Work work() {
        return chance(0.12) ? pick(List.of(Work.FAILS, Work.FAILS, Work.HANGS, Work.VANISHES)) : Work.GOOD;
    }

    synchronized boolean refusesDelete() {
        return chance(0.5);
    }

    synchronized boolean refusesForWantOfRoom() {
        return chance(0.03);
    }

    synchronized Duration between(double leastSeconds, double mostSeconds) {
        double seconds = leastSeconds + random.nextDouble() * (mostSeconds - leastSeconds);
        return Duration.ofMillis((long) (seconds * 1_000));
    }

    private boolean chance(double probability) {
        return random.nextDouble() < probability * rate;
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
