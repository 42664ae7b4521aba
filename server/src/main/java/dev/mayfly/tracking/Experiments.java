package dev.mayfly.tracking;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Scope;
import dev.mayfly.audit.Audit;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.EntityKey;
import dev.mayfly.problem.PlainName;
import dev.mayfly.problem.Refused;
import dev.mayfly.problem.TextLimit;
import dev.mayfly.search.Order;
import dev.mayfly.search.Page;
import dev.mayfly.search.PageQuery;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Experiments: what tracking runs and logged models belong to. Every method is one transaction. Thread-safe. */
public final class Experiments {

    private static final String ARTIFACTS = "mlflow-artifacts:/";
    private static final TextLimit NAME = new TextLimit("name", 500);
    private static final TextLimit TAG = new TextLimit("tag value", 20_000);

    private final Database database;
    private final Clock clock;

    Experiments(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Creates an experiment.
     *
     * @param location where its artifacts are kept; empty for this server's store
     * @throws Refused if there is one of this name, even a deleted one
     */
    public ExperimentId create(Actor actor, String name, String location, Map<String, String> tags) {
        checkName(name);
        EntityKey.checkTags(tags, TAG);
        String madeBy = actor.job().map(Actor.Job::pipeline).orElse(null);
        return database.inTransaction(tx -> {
            String place = location.startsWith(ARTIFACTS) ? free(tx, location) : location;
            ExperimentId id = ExperimentStore.insert(tx, name, "", madeBy, clock.instant())
                    .orElseThrow(() -> Refused.alreadyExists("Experiment(name=" + name + ") already exists"));
            ExperimentStore.place(tx, id, place.isEmpty() ? ARTIFACTS + id : place);
            tags.forEach((key, value) -> ExperimentStore.putTag(tx, id, key, value));
            return id;
        });
    }

    /** The place in the store that a location means. What is purged with one experiment or run must be nobody else's. */
    private static String free(Handle tx, String location) {
        List<String> names = Arrays.stream(
                        location.substring(ARTIFACTS.length()).split("/", -1))
                .filter(part -> !part.isEmpty())
                .toList();
        String place = ARTIFACTS + String.join("/", names);
        if (names.isEmpty() || ExperimentStore.isTaken(tx, place, names)) {
            throw Refused.invalid("Invalid artifact location '" + TextLimit.shown(location)
                    + "' (expected: one that is in no place of another experiment, run or model, and holds none; leave it"
                    + " out for one of its own)");
        }
        return place;
    }

    private static void checkName(String name) {
        if (name.isBlank()) {
            throw Refused.invalid(
                    "Invalid experiment name: '" + TextLimit.shown(name) + "' (expected: 1 to 500 characters)");
        }
        NAME.check(name);
        PlainName.check("experiment", name);
    }

    /** Returns the experiment of this name; creates it if there is none. */
    public ExperimentId ensure(Actor actor, String name) {
        return byName(name).map(Experiment::id).orElseGet(() -> {
            try {
                return create(actor, name, "", Map.of());
            } catch (Refused e) {
                return byName(name).map(Experiment::id).orElseThrow(() -> e);
            }
        });
    }

    public Experiment byId(ExperimentId id) {
        return database.read(tx -> ExperimentStore.find(tx, id)).orElseThrow(() -> unknown(id));
    }

    static Refused unknown(ExperimentId id) {
        return Refused.missing("No Experiment with id=" + id + " exists");
    }

    public Optional<Experiment> byName(String name) {
        return database.read(tx -> ExperimentStore.byName(tx, name));
    }

    /**
     * Returns a page of experiments, by default the newest first.
     *
     * @throws Refused if the filter, order or page token is invalid
     */
    public Page<Experiment> search(
            Scope scope, RunQuery.ViewType view, String filter, List<String> orderBy, int limit, String pageToken) {
        PageQuery query = new PageQuery(
                new ExperimentFields(),
                scope,
                PageQuery.Request.of(filter, orderBy, pageToken),
                List.of(Order.by("creation_time", true), Order.by("experiment_id", false)));
        return database.search(tx -> ExperimentStore.search(tx, view, query, limit));
    }

    /** Deletes an experiment with its runs; they can be restored. */
    public void delete(Actor actor, ExperimentId id) {
        move(actor, "experiment delete", id, LifecycleStage.DELETED);
    }

    /** Restores a deleted experiment with all of its runs. */
    public void restore(Actor actor, ExperimentId id) {
        move(actor, "experiment restore", id, LifecycleStage.ACTIVE);
    }

    private void move(Actor actor, String action, ExperimentId id, LifecycleStage to) {
        LifecycleStage from = to == LifecycleStage.ACTIVE ? LifecycleStage.DELETED : LifecycleStage.ACTIVE;
        database.useTransaction(tx -> {
            if (!ExperimentStore.move(tx, id, from, to, clock.instant())) {
                throw Refused.missing("No Experiment with id=" + id + " exists in the '"
                        + from.name().toLowerCase(Locale.ROOT) + "' state");
            }
            Audit.done(tx, actor, action, "experiment " + id, "");
        });
    }

    /**
     * Renames an experiment.
     *
     * @throws Refused if it is deleted, or another one has the name
     */
    public void rename(Actor actor, ExperimentId id, String name) {
        checkName(name);
        if (byId(id).stage() != LifecycleStage.ACTIVE) {
            throw Refused.wrongState("Cannot rename experiment in non-active lifecycle stage. Experiment: " + id);
        }
        if (!database.inTransaction(tx -> ExperimentStore.rename(tx, id, name, clock.instant()))) {
            throw Refused.wrongState("Experiment(name=" + name + ") already exists");
        }
    }

    public void deleteTag(Actor actor, ExperimentId id, String key) {
        byId(id);
        if (!database.inTransaction(tx -> ExperimentStore.deleteTag(tx, id, key))) {
            throw Refused.missing("No tag with name: " + key + " in experiment with id " + id);
        }
    }

    /** A dataset that runs of an experiment read, and in which context, such as training; null if none was given. */
    public record DatasetUse(
            String name, String digest, @Nullable String context) {}

    /** How runs of an experiment used datasets, by name. */
    public List<DatasetUse> datasets(ExperimentId experiment, int limit) {
        return database.read(tx -> RunInputsOutputsStore.uses(tx, experiment, limit));
    }

    public void tag(Actor actor, ExperimentId id, String key, String value) {
        EntityKey.checkTags(Map.of(key, value), TAG);
        if (byId(id).stage() != LifecycleStage.ACTIVE) {
            throw Refused.invalid("The experiment " + id + " must be in the 'active' state.");
        }
        database.useTransaction(tx -> ExperimentStore.putTag(tx, id, key, value));
    }
}
