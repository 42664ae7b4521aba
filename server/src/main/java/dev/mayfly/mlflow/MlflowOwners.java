package dev.mayfly.mlflow;

import dev.mayfly.access.Owners;
import dev.mayfly.access.Owners.Resource;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.Target.Thing;
import dev.mayfly.artifact.ArtifactPath;
import dev.mayfly.problem.Refused;
import dev.mayfly.tracking.Belonging;
import dev.mayfly.tracking.ExperimentId;
import dev.mayfly.tracking.TrackingRunId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the things belong to that requests of MLflow's protocol name, read as the routes read them. Thread-safe. */
public final class MlflowOwners {

    private final Belonging belonging;

    public MlflowOwners(Belonging belonging) {
        this.belonging = belonging;
    }

    public Map<Thing, Owners> byThing() {
        return Map.of(
                Thing.EXPERIMENT_ID,
                (thing, id) -> experiment(belonging.experiment(ExperimentId.parse(id))),
                Thing.TRACKING_RUN,
                (thing, id) -> experiment(belonging.run(new TrackingRunId(id))),
                Thing.LOGGED_MODEL,
                (thing, id) -> experiment(belonging.loggedModel(id)),
                Thing.ARTIFACT,
                (thing, path) -> Optional.of(ownerOfPath(path)),
                Thing.SOURCE,
                (thing, source) -> source(source));
    }

    private static Optional<Resource> experiment(Optional<String> name) {
        return name.map(some -> new Resource(ResourceKind.EXPERIMENT, some));
    }

    private Resource ownerOfPath(String text) {
        return ownerOf(Locations.checked(text));
    }

    private Resource ownerOf(ArtifactPath path) {
        return owner(path)
                .orElseThrow(() -> Refused.forbidden(
                        "Artifact path '" + path + "' belongs to no experiment (expected: the right for everything)"));
    }

    private Optional<Resource> owner(ArtifactPath path) {
        List<String> places = new ArrayList<>();
        for (int end = path.value().length(); end > 0; end = path.value().lastIndexOf('/', end - 1)) {
            places.add(ArtifactPath.SCHEME + "/" + path.value().substring(0, end));
        }
        return experiment(belonging.location(places));
    }

    private Optional<Resource> source(String text) {
        Source source = Source.parse(text);
        if (source instanceof Source.OfRun of) {
            return experiment(belonging.run(of.run()));
        }
        if (source instanceof Source.OfLoggedModel of) {
            return experiment(belonging.loggedModel(of.id()));
        }
        if (source instanceof Source.OfVersion of) {
            return Optional.of(new Resource(ResourceKind.MODEL, of.key().model()));
        }
        return Locations.isOwn(text) ? Optional.of(ownerOf(Locations.path(text))) : Optional.empty();
    }
}
