package dev.mayfly.retention;

import dev.mayfly.access.Actor;
import dev.mayfly.artifact.ArtifactPath;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.tracking.Deleted;
import dev.mayfly.tracking.Purge;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Purges what was deleted long enough ago. Artifacts are deleted before rows, so that the next purge completes an
 * interrupted one. What a model version needs is kept. Thread-safe, also across servers.
 */
public final class Retention {

    private static final int AT_ONCE = 500;

    private final Purge purge;
    private final ModelRegistry registry;
    private final ArtifactStore artifacts;
    private final Clock clock;

    public Retention(Purge purge, ModelRegistry registry, ArtifactStore artifacts, Clock clock) {
        this.purge = purge;
        this.registry = registry;
        this.artifacts = artifacts;
        this.clock = clock;
    }

    /**
     * What a purge did, or would do.
     *
     * @param kept what was not purged: a model version needs its files, it was restored meanwhile, or it is an
     *     experiment that is not empty
     */
    public record Purged(int experiments, int runs, int loggedModels, int kept) {}

    /** Purges what was deleted at least {@code age} ago; a {@code rehearsal} only counts it. */
    public Purged purge(Actor actor, Duration age, boolean rehearsal) {
        Instant before = clock.instant().minus(age);
        Map<Deleted.Kind, Integer> purged = new EnumMap<>(Deleted.Kind.class);
        int kept = 0;
        // experiments last: only an empty one can be purged
        for (Deleted.Kind kind : List.of(Deleted.Kind.RUN, Deleted.Kind.LOGGED_MODEL, Deleted.Kind.EXPERIMENT)) {
            List<Deleted> page = purge.deleted(kind, before, "", AT_ONCE);
            while (!page.isEmpty()) {
                for (Deleted each : page) {
                    if (registry.needsFilesBelow(each.artifactUri()) || !(rehearsal || purge(actor, each, before))) {
                        kept++;
                    } else {
                        purged.merge(kind, 1, Integer::sum);
                    }
                }
                page = purge.deleted(kind, before, page.get(page.size() - 1).id(), AT_ONCE);
            }
        }
        return new Purged(
                purged.getOrDefault(Deleted.Kind.EXPERIMENT, 0),
                purged.getOrDefault(Deleted.Kind.RUN, 0),
                purged.getOrDefault(Deleted.Kind.LOGGED_MODEL, 0),
                kept);
    }

    /** Returns false if it was restored meanwhile, or is an experiment that is not empty. */
    private boolean purge(Actor actor, Deleted each, Instant before) {
        return purge.purge(actor, each, before, () -> {
            // the folder of an empty experiment holds nothing, or files that a model version needs
            if (each.ownsFiles()) {
                ArtifactPath.ofLocation(each.artifactUri())
                        .filter(path -> !path.value().isEmpty())
                        .ifPresent(artifacts::delete);
            }
        });
    }
}
