package dev.mayfly.access;

import dev.mayfly.api.Target.Thing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers for two seconds what things belong to, so that a job that logs a thousand points costs no thousand looks. A
 * thing keeps its owner for ever, but an owner may be renamed: that counts so much later. What belongs to nobody is not
 * remembered. Thread-safe.
 */
final class RememberedOwners implements Owners {

    private static final Duration FRESH = Duration.ofSeconds(2);
    private static final int MOST = 10_000;

    private final Owners owners;
    private final Clock clock;
    private final Map<Named, Known> known = new ConcurrentHashMap<>();

    private record Named(Thing thing, String name) {}

    private record Known(Resource owner, Instant until) {}

    RememberedOwners(Owners owners, Clock clock) {
        this.owners = owners;
        this.clock = clock;
    }

    @Override
    public boolean isOfJob(Resource resource, Actor.Job job) {
        return owners.isOfJob(resource, job);
    }

    @Override
    public Optional<Resource> of(Thing thing, String name) {
        Named named = new Named(thing, name);
        Instant now = clock.instant();
        Known some = known.get(named);
        if (some != null && now.isBefore(some.until())) {
            return Optional.of(some.owner());
        }
        Optional<Resource> owner = owners.of(thing, name);
        if (known.size() >= MOST) {
            known.clear();
        }
        owner.ifPresent(found -> known.put(named, new Known(found, now.plus(FRESH))));
        return owner;
    }
}
