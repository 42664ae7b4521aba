package dev.mayfly.registry;

import dev.mayfly.postgres.Database;
import dev.mayfly.tracking.Refused;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Registered models. Every method is one transaction. Safe for use by any thread. */
public final class ModelRegistry {

    private final Database database;
    private final Clock clock;

    public ModelRegistry(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    public RegisteredModel create(String name, String description, Map<String, String> tags) {
        if (name.isBlank() || name.length() > 250 || name.contains("/") || name.contains(":")) {
            throw Refused.invalid("Invalid model name: '" + name + "' (expected: 1 to 250 characters without / and :)");
        }
        return database.inTransaction(tx -> {
            if (!ModelStore.insertModel(tx, name, description, clock.instant())) {
                throw new Refused(Refused.Kind.ALREADY_EXISTS, "Registered Model (name=" + name + ") already exists.");
            }
            tags.forEach((key, value) -> ModelStore.putModelTag(tx, name, key, value));
            return existing(tx, name);
        });
    }

    public RegisteredModel model(String name) {
        return database.inTransaction(tx -> existing(tx, name));
    }

    public List<RegisteredModel> models(int limit, int offset) {
        return database.inTransaction(tx -> ModelStore.models(tx, limit, offset));
    }

    /** Adds a version; its number is one more than any before, deleted ones included. */
    public ModelVersion addVersion(
            String name, String source, @Nullable String runId, String description, Map<String, String> tags) {
        return database.inTransaction(tx -> {
            int number = ModelStore.nextVersion(tx, name, clock.instant()).orElseThrow(() -> unknown(name));
            ModelVersion.Key key = new ModelVersion.Key(name, number);
            ModelStore.insertVersion(tx, key, source, runId, description, clock.instant());
            tags.forEach((tag, value) -> ModelStore.putVersionTag(tx, key, tag, value));
            return existing(tx, key);
        });
    }

    public ModelVersion version(ModelVersion.Key key) {
        return database.inTransaction(tx -> existing(tx, key));
    }

    /** The versions of a model, newest first. */
    public List<ModelVersion> versions(String name, int limit) {
        return database.read(tx -> ModelStore.versions(tx, name, null, limit));
    }

    /** All versions, newest first; of one model or one tracking run, if these are given. */
    public List<ModelVersion> search(@Nullable String name, @Nullable String runId, int limit) {
        return database.read(tx -> ModelStore.versions(tx, name, runId, limit));
    }

    public void tagModel(String name, String key, String value) {
        database.useTransaction(tx -> {
            existing(tx, name);
            ModelStore.putModelTag(tx, name, key, value);
        });
    }

    public void tagVersion(ModelVersion.Key version, String key, String value) {
        database.useTransaction(tx -> {
            existing(tx, version);
            ModelStore.putVersionTag(tx, version, key, value);
        });
    }

    /** Lets a word mean a version from now on. */
    public void setAlias(ModelVersion.Key version, String alias) {
        checkAlias(alias);
        database.useTransaction(tx -> {
            existing(tx, version);
            ModelStore.putAlias(tx, version, alias);
        });
    }

    /** Takes a word back; none is fine. */
    public void deleteAlias(String name, String alias) {
        database.useTransaction(tx -> {
            existing(tx, name);
            ModelStore.deleteAlias(tx, name, alias);
        });
    }

    /** The version that an alias means; {@code latest} is the newest. */
    public Optional<ModelVersion> byAlias(String name, String alias) {
        return database.inTransaction(tx -> {
            existing(tx, name);
            if (alias.equals("latest")) {
                return ModelStore.versions(tx, name, null, 1).stream().findFirst();
            }
            return ModelStore.aliased(tx, name, alias)
                    .flatMap(version -> ModelStore.findVersion(tx, new ModelVersion.Key(name, version)));
        });
    }

    /**
     * Writes a decision down and sets the aliases by it: a promoted version becomes champion, another challenger. The
     * decision holds only if the champion is still the one it was made against. Made once per {@code decidedBy}: a repeated
     * call returns the first decision.
     *
     * @throws Refused with {@link Refused.Kind#WRONG_STATE} if the champion has changed meanwhile
     */
    public Promotion decide(Promotion decision) {
        return database.inTransaction(tx -> {
            ModelVersion.Key candidate = decision.candidate();
            ModelStore.lock(tx, candidate.model());
            Optional<Promotion> before = ModelStore.promotionBy(tx, decision.decidedBy());
            if (before.isPresent()) {
                return before.get();
            }
            existing(tx, candidate);
            Integer champion = ModelStore.aliased(tx, candidate.model(), RegisteredModel.CHAMPION)
                    .orElse(null);
            if (!java.util.Objects.equals(champion, decision.champion())) {
                throw new Refused(
                        Refused.Kind.WRONG_STATE,
                        "champion of " + candidate.model() + " is version " + champion + " (expected: "
                                + decision.champion() + ", against which version " + candidate.version()
                                + " was compared)");
            }
            ModelStore.insertPromotion(tx, decision);
            if (decision.promoted()) {
                ModelStore.putAlias(tx, candidate, RegisteredModel.CHAMPION);
                ModelStore.aliased(tx, candidate.model(), RegisteredModel.CHALLENGER)
                        .filter(version -> version == candidate.version())
                        .ifPresent(
                                version -> ModelStore.deleteAlias(tx, candidate.model(), RegisteredModel.CHALLENGER));
            } else {
                ModelStore.putAlias(tx, candidate, RegisteredModel.CHALLENGER);
            }
            return decision;
        });
    }

    /** The decision that was made by this, if it was made. */
    public Optional<Promotion> decisionBy(String decidedBy) {
        return database.inTransaction(tx -> ModelStore.promotionBy(tx, decidedBy));
    }

    /** The promotion log of a model, newest first. */
    public List<Promotion> promotions(String model, int limit) {
        return database.inTransaction(tx -> ModelStore.promotions(tx, model, limit));
    }

    private static RegisteredModel existing(Handle tx, String name) {
        return ModelStore.findModel(tx, name).orElseThrow(() -> unknown(name));
    }

    private static ModelVersion existing(Handle tx, ModelVersion.Key key) {
        return ModelStore.findVersion(tx, key)
                .orElseThrow(() -> Refused.missing(
                        "Model Version (name=" + key.model() + ", version=" + key.version() + ") not found"));
    }

    private static Refused unknown(String name) {
        return Refused.missing("Registered Model with name=" + name + " not found");
    }

    private static void checkAlias(String alias) {
        boolean reserved = alias.equals("latest") || alias.matches("[vV]\\d+");
        if (!alias.matches("[A-Za-z0-9_-]{1,255}") || reserved) {
            throw Refused.invalid("Invalid alias name: '" + alias
                    + "' (expected: 1 to 255 letters, digits, _ and -, neither 'latest' nor v and a number)");
        }
    }
}
