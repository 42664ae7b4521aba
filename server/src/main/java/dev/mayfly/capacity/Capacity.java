package dev.mayfly.capacity;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The pools of an installation, each with its queue. Admission is a pure function of the recorded claims, the limits
 * and the time: no count is stored. Immutable.
 */
public final class Capacity {

    /** A claim's priority rises by one each time it has waited this long, so that none waits for ever. */
    static final Duration AGING = Duration.ofMinutes(30);

    private final Map<String, Resources> configured;

    /**
     * @param configured the limit of each pool that has one
     */
    public Capacity(Map<String, Resources> configured) {
        this.configured = Map.copyOf(configured);
    }

    /** Returns a capacity without any limit. */
    public static Capacity unlimited() {
        return new Capacity(Map.of());
    }

    /**
     * What the claims of a pool may take together: the smaller of the configured limit and what the cloud leaves us,
     * which is its quota less what others use. If the cloud's figure of use lags behind, it misses our use, never that
     * of others.
     *
     * @param held what our own claims hold
     */
    public Resources limit(String pool, Optional<Quota> quota, Resources held) {
        Resources own = configured.getOrDefault(pool, Resources.NONE);
        return quota.map(cloud -> own.min(cloud.limit().minus(cloud.use().minus(held))))
                .orElse(own);
    }

    /** Why a demand can never be met, with the figures; empty if it can. */
    public Optional<String> whyNeverFits(String pool, Optional<Quota> quota, Resources demand) {
        Resources limit = configured.getOrDefault(pool, Resources.NONE);
        Resources most = quota.map(cloud -> limit.min(cloud.limit())).orElse(limit);
        List<String> excesses = demand.exceeding(most).stream()
                .map(unit -> unit.words() + ": " + unit.amount(demand.of(unit)) + " (expected: at most "
                        + unit.amount(most.of(unit)) + " in pool " + pool + ")")
                .toList();
        return excesses.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", excesses));
    }

    /** The sum of all held claims. */
    public static Resources held(List<Claim> claims) {
        return claims.stream().filter(Claim::held).map(Claim::demand).reduce(Resources.NONE, Resources::plus);
    }

    /**
     * Decides on the waiting claims of a pool, in queue order. A claim is granted only if it fits beside all held
     * claims and all that wait before it: a small one may overtake a large one only if that costs the large one
     * nothing.
     */
    public static List<Admission> admit(Resources limit, List<Claim> claims, Instant now) {
        Resources taken = held(claims);
        List<Admission> admissions = new ArrayList<>();
        List<Claim> before = new ArrayList<>();
        for (Claim claim : waiting(claims, now)) {
            Resources with = taken.plus(claim.demand());
            List<Unit> lacking = with.exceeding(limit).stream()
                    .filter(unit -> claim.demand().of(unit) > 0)
                    .toList();
            if (lacking.isEmpty()) {
                admissions.add(new Admission(claim, true, ""));
                taken = with;
            } else {
                admissions.add(new Admission(claim, false, words(claim, lacking, limit, taken, before)));
                taken = taken.plus(claim.demand().with(Unit.OPERATIONS, 0));
                before.add(claim);
            }
        }
        return admissions;
    }

    /** The decision on a waiting claim; {@code reason} says why it still waits, if it does. */
    public record Admission(Claim claim, boolean granted, String reason) {}

    private static List<Claim> waiting(List<Claim> claims, Instant now) {
        return claims.stream()
                .filter(claim -> !claim.held())
                .sorted(Comparator.comparingLong((Claim claim) -> -rank(claim.position(), now))
                        .thenComparing(claim -> claim.position().since())
                        .thenComparing(Claim::id))
                .toList();
    }

    private static long rank(Claim.QueuePosition position, Instant now) {
        return position.priority() + Duration.between(position.since(), now).dividedBy(AGING);
    }

    private static String words(Claim claim, List<Unit> lacking, Resources limit, Resources taken, List<Claim> before) {
        StringBuilder words = new StringBuilder("waits for ");
        for (int n = 0; n < lacking.size(); n++) {
            Unit unit = lacking.get(n);
            long free = Math.max(0, limit.of(unit) - taken.of(unit));
            words.append(n == 0 ? "" : ", ")
                    .append(unit.words())
                    .append(": needs ")
                    .append(unit.amount(claim.demand().of(unit)))
                    .append(", ")
                    .append(unit.amount(free))
                    .append(" of ")
                    .append(unit.amount(limit.of(unit)))
                    .append(" free");
        }
        if (!before.isEmpty()) {
            words.append("; behind ")
                    .append(String.join(
                            ", ", before.stream().map(Claim::holder).limit(3).toList()))
                    .append(before.size() > 3 ? " and " + (before.size() - 3) + " more" : "");
        }
        return words.toString();
    }
}
