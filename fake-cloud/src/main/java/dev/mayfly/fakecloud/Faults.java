package dev.mayfly.fakecloud;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What goes wrong: by script, and by seed. {@code rate} scales every likelihood; 0 means that nothing ever does by chance.
 * Thread-safe.
 */
final class Faults {

    private static final Duration LONGEST_OUTAGE = Duration.ofMinutes(4);

    private final Script script;
    private final Random random;
    private final double rate;
    private Instant outUntil = Instant.EPOCH;

    Faults(Script script, long seed, double rate) {
        this.script = script;
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
        SLOW,
        /** It is refused for lack of capacity, whatever the quota says. */
        NO_ROOM
    }

    /** How a job goes. */
    enum Work {
        GOOD,
        FAILS,
        HANGS,
        VANISHES
    }

    /** Throws if the cloud does not get a call; otherwise whether its answer is to be lost. */
    synchronized boolean before(String call, Instant now) {
        List<String> due = Stream.of("any", call)
                .flatMap(what -> script.next(what).stream())
                .toList();
        if (due.contains("outage")) {
            outUntil = now.plus(LONGEST_OUTAGE);
        }
        if (due.contains("unavailable")) {
            throw new StatusRuntimeException(Status.UNAVAILABLE.withDescription("try again"));
        }
        if (due.contains("expired-token")) {
            throw new StatusRuntimeException(Status.UNAUTHENTICATED.withDescription("The token has expired"));
        }
        strike(now);
        return due.contains("lost-answer");
    }

    /** Throws if an answer is lost. */
    synchronized void after(boolean lost, Instant now) {
        if (lost) {
            throw new StatusRuntimeException(Status.DEADLINE_EXCEEDED.withDescription("no answer"));
        }
        strike(now);
    }

    private void strike(Instant now) {
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

    /** How the next cluster fares that is asked for. */
    synchronized Creation creation() {
        Optional<String> due = script.next("cluster");
        if (due.isPresent()) {
            return Script.constant(Creation.class, due.get());
        }
        if (chance(0.03)) {
            return Creation.NO_ROOM;
        }
        return chance(0.25)
                ? pick(List.of(
                        Creation.LATE,
                        Creation.ERROR_THOUGH_CREATED,
                        Creation.DEAD,
                        Creation.INIT_FAILED,
                        Creation.SLOW))
                : Creation.GOOD;
    }

    synchronized Work work() {
        Optional<String> due = script.next("job");
        if (due.isPresent()) {
            return Script.constant(Work.class, due.get());
        }
        return chance(0.12) ? pick(List.of(Work.FAILS, Work.FAILS, Work.HANGS, Work.VANISHES)) : Work.GOOD;
    }

    /** Whether the next deletion is refused; more likely while the cluster is being created. */
    synchronized boolean refusesDelete(boolean whileCreating) {
        return script.next("delete").isPresent() || (whileCreating && chance(0.5));
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
