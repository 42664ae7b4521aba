package dev.mayfly.app;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Owners;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.Target;
import dev.mayfly.mlflow.MlflowOwners;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.retraining.PipelineRuns;
import dev.mayfly.tracking.Belonging;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What all things belong to, put together of what each room knows. Thread-safe. */
final class AllOwners implements Owners {

    private final Belonging belonging;
    private final ModelRegistry registry;
    private final Owners owners;

    AllOwners(Belonging belonging, ModelRegistry registry, PipelineRuns runs) {
        this.belonging = belonging;
        this.registry = registry;
        Map<Target.Thing, Owners> byThing = new EnumMap<>(new MlflowOwners(belonging).byThing());
        byThing.put(
                Target.Thing.RUN,
                (thing, run) -> Optional.of(
                        new Resource(ResourceKind.PIPELINE, runs.resolve(run).flow())));
        this.owners = Owners.of(byThing);
    }

    @Override
    public Optional<Resource> of(Target.Thing thing, String name) {
        return owners.of(thing, name);
    }

    @Override
    public boolean isOfJob(Resource resource, Actor.Job job) {
        return switch (resource.kind()) {
            case EXPERIMENT -> belonging.isFreeOrOf(resource.name(), job.pipeline());
            case MODEL -> registry.isFreeOrOf(resource.name(), job.pipeline());
            case PIPELINE, PACKAGE -> false;
        };
    }
}
