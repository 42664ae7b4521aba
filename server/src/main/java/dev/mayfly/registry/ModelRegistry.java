package dev.mayfly.registry;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Scope;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.audit.Audit;
import dev.mayfly.idempotency.IdempotentCreate;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.EntityKey;
import dev.mayfly.problem.PlainName;
import dev.mayfly.problem.Refused;
import dev.mayfly.problem.TextLimit;
import dev.mayfly.search.Order;
import dev.mayfly.search.Page;
import dev.mayfly.search.PageQuery;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Registered models. Every method is one transaction. Thread-safe. */
public final class ModelRegistry {

    private static final Order BY_NAME = Order.by("name", false);
    private static final Order NEWEST_FIRST = Order.by("version_number", true);
    private static final TextLimit NAME = new TextLimit("name", 256);

    private final Database database;
    private final Clock clock;
    private final RegistryEvents events;
    private final ModelFiles files;

    /** Opens the registry; it publishes every change to {@code events}. */
    public ModelRegistry(Database database, ArtifactStore artifacts, Clock clock, RegistryEvents events) {
        this.database = database;
        this.files = new ModelFiles(artifacts);
        this.clock = clock;
        this.events = events;
    }

    public RegisteredModel create(Actor actor, String name, String description, Map<String, String> tags) {
        checkName(name);
        EntityKey.checkTags(tags, ModelTags.VALUE);
        return database.inTransaction(tx -> {
            String madeBy = actor.job().map(Actor.Job::pipeline).orElse(null);
            if (!ModelStore.insert(tx, name, description, madeBy, clock.instant())) {
                throw Refused.alreadyExists("Registered Model (name=" + name + ") already exists.");
            }
            tags.forEach((key, value) -> ModelStore.putTag(tx, name, key, value));
            events.publish(
                    tx, "registered_model", "created", Map.of("name", name, "tags", tags, "description", description));
            return existing(tx, name);
        });
    }

    private static void checkName(String name) {
        boolean isPath = name.contains("/") || name.equals(".") || name.startsWith("..");
        if (name.isBlank() || isPath || name.contains(":")) {
            throw Refused.invalid("Invalid model name: '" + TextLimit.shown(name) + "' (expected: 1 to "
                    + NAME.longest() + " characters without / and :, not beginning with two dots)");
        }
        NAME.check(name);
        PlainName.check("model", name);
    }

    /** Whether a version is a prompt: its text is in its tags, its source is a placeholder, and it has no files. */
    public static boolean isPrompt(String source, Map<String, String> tags) {
        return ModelFiles.PLACEHOLDERS.contains(source)
                && tags.getOrDefault(RegistryFields.PROMPT_TAG, "false").equalsIgnoreCase("true");
    }

    public RegisteredModel model(String name) {
        return database.inTransaction(tx -> existing(tx, name));
    }

    /**
     * Returns a page of models, by default in order of name.
     *
     * @throws Refused if the filter, order or page token is invalid
     */
    public Page<RegisteredModel> models(Scope scope, String filter, List<String> orderBy, int limit, String pageToken) {
        PageQuery query = new PageQuery(
                RegistryFields.MODELS, scope, PageQuery.Request.of(filter, orderBy, pageToken), List.of(BY_NAME));
        boolean promptsToo = RegistryFields.isAboutPrompts(filter);
        return database.search(tx -> ModelStore.models(tx, query, promptsToo, limit));
    }

    public RegisteredModel describe(Actor actor, String name, String description) {
        return database.inTransaction(tx -> {
            existing(tx, name);
            ModelStore.describe(tx, name, description, clock.instant());
            return existing(tx, name);
        });
    }

    /**
     * Renames a model with its versions.
     *
     * @throws Refused if another model has the new name
     */
    public RegisteredModel rename(Actor actor, String name, String to) {
        checkName(to);
        return database.inTransaction(tx -> {
            existing(tx, name);
            if (!ModelStore.rename(tx, name, to, clock.instant())) {
                throw Refused.alreadyExists("Registered Model (name=" + to + ") already exists.");
            }
            Audit.done(tx, actor, "model rename", object(name), "now " + to);
            return existing(tx, to);
        });
    }

    /** Deletes a model with all of its versions, for good. */
    public void delete(Actor actor, String name) {
        database.useTransaction(tx -> {
            if (!ModelStore.delete(tx, name)) {
                throw unknown(name);
            }
            Audit.done(tx, actor, "model delete", object(name), "");
        });
    }

    /** Adds a version; its number is one more than any before, deleted ones included. */
    public ModelVersion addVersion(
            Actor actor, String name, ModelVersion.Origin origin, String description, Map<String, String> tags) {
        return addVersion(actor, name, origin, description, tags, IdempotentCreate.ALWAYS_NEW);
    }

    /** Adds a version; if {@code once} repeats an earlier create, returns the version that it added. */
    public ModelVersion addVersion(
            Actor actor,
            String name,
            ModelVersion.Origin from,
            String description,
            Map<String, String> tags,
            IdempotentCreate once) {
        EntityKey.checkTags(tags, ModelTags.VALUE);
        ModelVersion.Origin origin = from.withIncomplete(files.whyIncomplete(from));
        return database.inTransaction(tx -> {
            int number = VersionStore.nextNumber(tx, name, clock.instant()).orElseThrow(() -> unknown(name));
            ModelVersion.Key key = new ModelVersion.Key(name, number);
            int made = Integer.parseInt(once.claim(tx, Integer.toString(number)));
            if (made != number) {
                VersionStore.takeBack(tx, key);
                return existing(tx, new ModelVersion.Key(name, made));
            }
            VersionStore.insert(tx, key, origin, description, clock.instant());
            tags.forEach((tag, value) -> VersionStore.putTag(tx, key, tag, value));
            Map<String, Object> data = told(key);
            data.put("source", origin.source());
            data.put("run_id", origin.runId() == null ? "" : origin.runId());
            data.put("tags", tags);
            data.put("description", description);
            events.publish(tx, "model_version", "created", data);
            return existing(tx, key);
        });
    }

    /** Returns the model of this name; if there is none, creates it with its creation time on another server. */
    public RegisteredModel importModel(Actor actor, String name, String description, Instant created) {
        checkName(name);
        return database.inTransaction(tx -> {
            if (ModelStore.insert(tx, name, description, null, created)) {
                Audit.done(tx, actor, "import", object(name), "");
            }
            return existing(tx, name);
        });
    }

    /** Returns the version of this number; if there never was one, creates it as it was on another server. */
    public ModelVersion importVersion(Actor actor, ModelVersion version) {
        String incomplete = files.whyIncomplete(version.origin());
        return database.inTransaction(tx -> {
            existing(tx, version.key().model());
            VersionStore.importVersion(tx, version);
            VersionStore.putIncomplete(tx, version.key(), incomplete);
            Audit.done(
                    tx, actor, "import", object(version.key()), version.origin().source());
            return existing(tx, version.key());
        });
    }

    public ModelVersion describe(Actor actor, ModelVersion.Key key, String description) {
        return database.inTransaction(tx -> {
            existing(tx, key);
            VersionStore.describe(tx, key, description, clock.instant());
            return existing(tx, key);
        });
    }

    /**
     * Moves a version to a stage; {@code archiveOthers} archives the other versions of that stage.
     *
     * @throws Refused if others are to be archived and the stage is not an active one
     */
    public ModelVersion stage(Actor actor, ModelVersion.Key key, ModelVersion.Stage stage, boolean archiveOthers) {
        if (archiveOthers && !stage.isActive()) {
            throw Refused.invalid("Model version transition cannot archive existing model versions because '"
                    + stage.word() + "' is not an Active stage. Valid stages are ['Staging', 'Production']");
        }
        return database.inTransaction(tx -> {
            existing(tx, key);
            VersionStore.stage(tx, key, stage, clock.instant());
            if (archiveOthers) {
                VersionStore.archiveOthers(tx, key, stage, clock.instant());
            }
            ModelStore.touch(tx, key.model(), clock.instant());
            Audit.done(tx, actor, "model stage", object(key), stage.word());
            return existing(tx, key);
        });
    }

    /** Deletes a version; its number stays taken. */
    public void delete(Actor actor, ModelVersion.Key key) {
        database.useTransaction(tx -> {
            existing(tx, key);
            VersionStore.delete(tx, key, clock.instant());
            ModelStore.touch(tx, key.model(), clock.instant());
            Audit.done(tx, actor, "model delete", object(key), "");
        });
    }

    /**
     * Returns a page of versions, by default the last changed first.
     *
     * @throws Refused if the filter, order or page token is invalid
     */
    public Page<ModelVersion> versions(Scope scope, String filter, List<String> orderBy, int limit, String pageToken) {
        PageQuery query = new PageQuery(
                RegistryFields.VERSIONS,
                scope,
                PageQuery.Request.of(filter, orderBy, pageToken),
                orderBy.isEmpty()
                        ? List.of(Order.by("last_updated_timestamp", true), BY_NAME, NEWEST_FIRST)
                        : List.of(BY_NAME, NEWEST_FIRST));
        boolean promptsToo = RegistryFields.isAboutPrompts(filter);
        return database.search(tx -> VersionStore.versions(tx, query, promptsToo, limit));
    }

    public ModelVersion version(ModelVersion.Key key) {
        return recheck(database.inTransaction(tx -> existing(tx, key)));
    }

    /** Checks an incomplete version again: clients may have uploaded its files by now. */
    private ModelVersion recheck(ModelVersion version) {
        if (version.origin().incomplete().isEmpty()) {
            return version;
        }
        String why = files.whyIncomplete(version.origin());
        if (why.equals(version.origin().incomplete())) {
            return version;
        }
        return database.inTransaction(tx -> {
            VersionStore.putIncomplete(tx, version.key(), why);
            return existing(tx, version.key());
        });
    }

    /**
     * Checks that the files of a version are a whole model, as far as this server reaches them.
     *
     * @throws Refused with {@link Refused#wrongState} if they are not
     */
    public void requireComplete(ModelVersion.Key key) {
        ModelVersion version = database.inTransaction(tx -> existing(tx, key));
        boolean isPrompt = ModelFiles.PLACEHOLDERS.contains(version.origin().source());
        String why = isPrompt ? "it is a prompt" : files.whyIncomplete(version.origin());
        if (!why.isEmpty()) {
            database.useTransaction(tx -> VersionStore.putIncomplete(tx, key, why));
            throw Refused.wrongState(key.model() + " version " + key.version() + " is incomplete: " + why
                    + " (expected: a whole model; upload it, or register another version)");
        }
    }

    /** Whether a version has its files at or below a place. */
    public boolean needsFilesBelow(String place) {
        return database.read(tx -> VersionStore.needsFilesBelow(tx, place.replaceFirst("/$", "")));
    }

    /** The versions of a model, newest first. */
    public List<ModelVersion> versions(String name, int limit) {
        return database.read(tx -> VersionStore.versions(tx, name, null, limit)).stream()
                .map(this::recheck)
                .toList();
    }

    /** The versions that a tracking run made, newest first; of one model, if it is given. */
    public List<ModelVersion> madeBy(String runId, @Nullable String model) {
        return database.read(tx -> VersionStore.versions(tx, model, runId, 100));
    }

    /** All models, by name. */
    public List<RegisteredModel> models(Scope scope, int limit) {
        return models(scope, "", List.of(), limit, "").items();
    }

    /** Whether there is no model of a name, or a job of a pipeline made it. */
    public boolean isFreeOrOf(String name, String pipeline) {
        return database.read(tx -> ModelStore.isFreeOrOf(tx, name, pipeline));
    }

    /** The tracking runs that made versions of a model. */
    public Set<String> runsOf(String name) {
        return database.read(tx -> VersionStore.runsOf(tx, name));
    }

    /** Points an alias at a version. */
    public void setAlias(Actor actor, ModelVersion.Key version, String alias) {
        RegisteredModel.checkAlias(alias);
        database.useTransaction(tx -> {
            existing(tx, version);
            Promotions.checkAlias(tx, actor, version.model(), alias);
            putAlias(tx, version, alias);
            Audit.done(tx, actor, "model alias", object(version), "alias " + alias);
        });
    }

    /** Deletes an alias; does nothing if there is none. */
    public void deleteAlias(Actor actor, String name, String alias) {
        RegisteredModel.checkLetters(alias);
        database.useTransaction(tx -> {
            existing(tx, name);
            Promotions.checkAlias(tx, actor, name, alias);
            deleteAlias(tx, name, alias);
            Audit.done(tx, actor, "model alias", object(name), "no alias " + alias + " any more");
        });
    }

    /** Returns the version that an alias means; {@code latest} is the newest. */
    public Optional<ModelVersion> byAlias(String name, String alias) {
        return database.inTransaction(tx -> {
            existing(tx, name);
            if (alias.equals("latest")) {
                return VersionStore.versions(tx, name, null, 1).stream().findFirst();
            }
            return ModelStore.aliased(tx, name, alias)
                    .flatMap(version -> VersionStore.find(tx, new ModelVersion.Key(name, version)));
        });
    }

    /** The tags of models and versions. */
    public ModelTags tags() {
        return new ModelTags(database, events);
    }

    /** Returns the promotion log, which decides who is champion. */
    public Promotions promotions() {
        return new Promotions(database, clock, this);
    }

    void putAlias(Handle tx, ModelVersion.Key version, String alias) {
        ModelStore.putAlias(tx, version, alias);
        Map<String, Object> data = told(version);
        data.put("alias", alias);
        events.publish(tx, "model_version_alias", "created", data);
    }

    void deleteAlias(Handle tx, String name, String alias) {
        ModelStore.deleteAlias(tx, name, alias);
        events.publish(tx, "model_version_alias", "deleted", Map.of("name", name, "alias", alias));
    }

    static Map<String, Object> told(ModelVersion.Key key) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("name", key.model());
        data.put("version", Integer.toString(key.version()));
        return data;
    }

    /** A model, as the audit names it. */
    static String object(String model) {
        return "model " + model;
    }

    /** A version, as the audit names it. */
    static String object(ModelVersion.Key version) {
        return object(version.model()) + " version " + version.version();
    }

    static RegisteredModel existing(Handle tx, String name) {
        return ModelStore.find(tx, name).orElseThrow(() -> unknown(name));
    }

    static ModelVersion existing(Handle tx, ModelVersion.Key key) {
        return VersionStore.find(tx, key)
                .orElseThrow(() -> Refused.missing(
                        "Model Version (name=" + key.model() + ", version=" + key.version() + ") not found"));
    }

    private static Refused unknown(String name) {
        return Refused.missing("Registered Model with name=" + name + " not found");
    }
}
