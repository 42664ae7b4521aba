package dev.mayfly.tracking;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Scope;
import dev.mayfly.idempotency.IdempotentCreate;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.PlainName;
import dev.mayfly.problem.Refused;
import dev.mayfly.problem.TextLimit;
import dev.mayfly.search.Order;
import dev.mayfly.search.Page;
import dev.mayfly.search.PageQuery;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Models as artifacts of experiments. Every method is one transaction. Thread-safe. */
public final class LoggedModels {

    private static final TextLimit NAME = new TextLimit("name", 500);
    private static final TextLimit TYPE = new TextLimit("model_type", 500);

    private final Database database;
    private final Tracking tracking;
    private final Clock clock;

    public LoggedModels(Database database, Tracking tracking, Clock clock) {
        this.database = database;
        this.tracking = tracking;
        this.clock = clock;
    }

    /** A model to create; a null name is replaced by a random one. */
    public record NewModel(
            ExperimentId experiment,
            @Nullable String name,
            @Nullable String type,
            @Nullable String sourceRun,
            Map<String, String> params,
            Map<String, String> tags) {

        public NewModel {
            if (name != null && (name.isEmpty() || name.matches(".*[/:.%\"'].*"))) {
                throw Refused.invalid(
                        "Invalid model name ('" + name + "') provided. Model name must be a non-empty string"
                                + " and cannot contain the following characters: ('/', ':', '.', '%', '\"', \"'\")");
            }
            NAME.check(name == null ? "" : name);
            PlainName.check("model", name == null ? "" : name);
            TYPE.check(type == null ? "" : type);
            LoggedModel.checkKeys(params);
            LoggedModel.checkKeys(tags);
            params = Map.copyOf(params);
            tags = Map.copyOf(tags);
        }
    }

    /**
     * Creates a model, whose files the client uploads afterwards.
     *
     * @throws Refused if its experiment is deleted or missing
     */
    public LoggedModel create(Actor actor, NewModel model, IdempotentCreate once) {
        Experiment experiment = tracking.experiments().byId(model.experiment());
        if (experiment.stage() == LifecycleStage.DELETED) {
            throw Refused.invalid(
                    "The experiment " + experiment.id() + " must be in the 'active' state. Current state is deleted.");
        }
        String id = "m-" + UUID.randomUUID().toString().replace("-", "");
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            String made = once.claim(tx, id);
            if (!made.equals(id)) {
                return LoggedModelStore.find(tx, made, true).orElseThrow(() -> unknown(made));
            }
            LoggedModelStore.insert(
                    tx,
                    new LoggedModel.Info(
                            id,
                            model.experiment(),
                            model.name() == null ? RunNames.invent() : model.name(),
                            LoggedModel.Status.LOGGED_MODEL_PENDING,
                            now,
                            now,
                            experiment.artifactLocation() + "/models/" + id + "/artifacts",
                            new LoggedModel.Origin(model.type(), model.sourceRun())));
            LoggedModelStore.putParams(tx, id, model.params());
            LoggedModelStore.putTags(tx, id, model.tags());
            return LoggedModelStore.find(tx, id, false).orElseThrow(() -> unknown(id));
        });
    }

    public LoggedModel get(String id, boolean deletedToo) {
        return database.read(tx -> LoggedModelStore.find(tx, id, deletedToo)).orElseThrow(() -> unknown(id));
    }

    /** Returns the model of this name that a tracking run made; the newest if it made several. */
    public Optional<LoggedModel> madeBy(TrackingRunId run, String name) {
        return database.read(tx -> LoggedModelStore.madeBy(tx, run.value(), name));
    }

    /** A dataset that a metric was measured on; an empty digest stands for any dataset of this name. */
    public record Data(String name, String digest) {}

    /** A field to sort by, such as {@code metrics.auc}; for a metric, perhaps the data that it was measured on. */
    public record Sort(String field, boolean descending, Optional<Data> data) {}

    /**
     * A search for logged models.
     *
     * @param data finds only models that were measured on one of these, and compares only metrics on these; empty for
     *     any
     */
    public record Search(
            List<ExperimentId> experiments,
            String filter,
            List<Data> data,
            List<Sort> orderBy,
            int limit,
            String pageToken) {}

    /**
     * Returns a page of models, by default the newest first.
     *
     * @throws Refused if the filter, order or page token is invalid
     */
    public Page<LoggedModel> search(Scope scope, Search search) {
        List<Data> orderData = new ArrayList<>();
        List<Order> orders = new ArrayList<>();
        for (Sort sort : search.orderBy()) {
            int dot = sort.field().indexOf('.');
            if (sort.data().isPresent() && sort.field().startsWith("metrics.")) {
                String entity = LoggedModelFields.ON_DATA + orderData.size();
                orderData.add(sort.data().get());
                orders.add(Order.by(entity + sort.field().substring(dot), sort.descending()));
            } else {
                orders.add(Order.by(sort.field(), sort.descending()));
            }
        }
        String belonging = search.experiments() + "|" + search.data() + "|" + orderData;
        PageQuery query = new PageQuery(
                new LoggedModelFields(search.data(), orderData),
                scope,
                new PageQuery.Request(search.filter(), orders, search.pageToken(), belonging),
                List.of(Order.by("creation_time", true), Order.by("model_id", false)));
        return database.search(tx -> LoggedModelStore.search(tx, search, query));
    }

    /** Records whether the upload succeeded. */
    public LoggedModel finalise(Actor actor, String id, LoggedModel.Status status) {
        if (!database.inTransaction(tx -> LoggedModelStore.finalise(tx, id, status, clock.instant()))) {
            throw unknown(id);
        }
        return get(id, false);
    }

    public void delete(Actor actor, String id) {
        if (!database.inTransaction(tx -> LoggedModelStore.delete(tx, id, clock.instant()))) {
            throw unknown(id);
        }
    }

    public void logParams(Actor actor, String id, Map<String, String> params) {
        LoggedModel.checkKeys(params);
        get(id, false);
        database.useTransaction(tx -> LoggedModelStore.putParams(tx, id, params));
    }

    public void setTags(Actor actor, String id, Map<String, String> tags) {
        LoggedModel.checkKeys(tags);
        get(id, false);
        database.useTransaction(tx -> LoggedModelStore.putTags(tx, id, tags));
    }

    public void deleteTag(Actor actor, String id, String key) {
        get(id, false);
        if (!database.inTransaction(tx -> LoggedModelStore.deleteTag(tx, id, key))) {
            throw Refused.missing("No tag with key '" + key + "' found for model with ID '" + id + "'.");
        }
    }

    private static Refused unknown(String id) {
        return Refused.missing("Logged model with ID '" + id + "' not found.");
    }
}
