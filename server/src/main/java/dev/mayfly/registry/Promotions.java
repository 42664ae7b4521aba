package dev.mayfly.registry;

import dev.mayfly.access.Actor;
import dev.mayfly.audit.Audit;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Decides who becomes champion, by the gate or by hand, and records every decision. Thread-safe. */
public final class Promotions {

    /** The tag of a version that holds the last decision about it. */
    public static final String TAG = "mayfly.promotion";

    private static final String ROLLBACK = "rollback";
    private static final String PROMOTE = "model promote";

    private final Database database;
    private final Clock clock;
    private final ModelRegistry registry;

    Promotions(Database database, Clock clock, ModelRegistry registry) {
        this.database = database;
        this.clock = clock;
        this.registry = registry;
    }

    /**
     * Records a decision and sets the aliases by it: a promoted version becomes champion, any other challenger.
     * Idempotent by {@code decidedBy}: a repeated call returns the first decision.
     *
     * @throws Refused with {@link Refused#wrongState} if the champion is no longer the one that the version was
     *     compared with
     */
    public Promotion decide(Actor actor, Promotion decision) {
        return database.inTransaction(tx -> {
            ModelVersion.Key candidate = decision.candidate();
            ModelStore.lock(tx, candidate.model());
            Optional<Promotion> before = PromotionStore.by(tx, decision.decidedBy());
            if (before.isPresent()) {
                return before.get();
            }
            ModelRegistry.existing(tx, candidate);
            Integer champion = ModelStore.aliased(tx, candidate.model(), RegisteredModel.CHAMPION)
                    .orElse(null);
            if (!Objects.equals(champion, decision.champion())) {
                throw Refused.wrongState("champion of " + candidate.model() + " is version " + champion + " (expected: "
                        + decision.champion() + ", against which version " + candidate.version()
                        + " was compared)");
            }
            return carryOut(tx, actor, PROMOTE, decision);
        });
    }

    /** Has only promotions set and take the alias champion of a model, or lets everybody do it again. */
    public void protect(Actor actor, String model, boolean isProtected) {
        database.useTransaction(tx -> {
            ModelRegistry.existing(tx, model);
            ModelStore.protect(tx, model, isProtected);
            Audit.done(tx, actor, "model protect", "model " + model, isProtected ? "" : "no more");
        });
    }

    /** Throws {@link Refused} if an alias of a model may be set by promotions alone. */
    static void checkAlias(Handle tx, Actor actor, String model, String alias) {
        if (alias.equals(RegisteredModel.CHAMPION) && ModelStore.isProtected(tx, model)) {
            throw Refused.forbidden(
                    actor.name() + " may not set the alias '" + alias + "' of model '" + model + "': it is protected"
                            + " (expected: a pipeline's promote task, or mayfly model promote, with a reason)");
        }
    }

    /** Records a decision and sets the aliases by it; the caller has locked the model. */
    private Promotion carryOut(Handle tx, Actor actor, String action, Promotion decision) {
        ModelVersion.Key candidate = decision.candidate();
        PromotionStore.insert(tx, decision);
        if (decision.promoted()) {
            Audit.done(tx, actor, action, ModelRegistry.object(candidate), decision.reason());
            registry.putAlias(tx, candidate, RegisteredModel.CHAMPION);
            ModelStore.aliased(tx, candidate.model(), RegisteredModel.CHALLENGER)
                    .filter(version -> version == candidate.version())
                    .ifPresent(version -> registry.deleteAlias(tx, candidate.model(), RegisteredModel.CHALLENGER));
        } else {
            registry.putAlias(tx, candidate, RegisteredModel.CHALLENGER);
        }
        return decision;
    }

    /**
     * Makes a version champion, whatever the gate said.
     *
     * @throws Refused if it is the champion already, is not a whole model, or no reason is given
     */
    public Promotion promote(Actor actor, ModelVersion.Key version, String reason) {
        registry.requireComplete(version);
        return database.inTransaction(tx -> {
            Integer champion = lockedChampion(tx, version.model());
            ModelRegistry.existing(tx, version);
            if (champion != null && champion == version.version()) {
                throw Refused.wrongState(version.model() + " version " + champion + " is champion already");
            }
            return byHand(tx, actor, new Act("person", "by " + actor, PROMOTE), version, champion, reason);
        });
    }

    /**
     * Restores the champion that the present one replaced.
     *
     * @throws Refused if there was none, or it is deleted, or no reason is given
     */
    public Promotion rollback(Actor actor, String model, String reason) {
        return database.inTransaction(tx -> {
            Integer champion = lockedChampion(tx, model);
            Integer before = champion == null
                    ? null
                    : PromotionStore.championBefore(tx, new ModelVersion.Key(model, champion), ROLLBACK)
                            .orElse(null);
            if (before == null) {
                throw Refused.wrongState("no champion of " + model
                        + " to go back to (expected: a champion that was promoted over another)");
            }
            ModelVersion.Key version = new ModelVersion.Key(model, before);
            registry.requireComplete(version);
            return byHand(
                    tx, actor, new Act(ROLLBACK, "rollback by " + actor, "model rollback"), version, champion, reason);
        });
    }

    private static @Nullable Integer lockedChampion(Handle tx, String model) {
        ModelStore.lock(tx, model);
        ModelRegistry.existing(tx, model);
        return ModelStore.aliased(tx, model, RegisteredModel.CHAMPION).orElse(null);
    }

    /** What a person does: its kind in the log, its words there, and the command. */
    private record Act(String kind, String words, String command) {}

    private Promotion byHand(
            Handle tx, Actor actor, Act act, ModelVersion.Key version, @Nullable Integer champion, String reason) {
        if (reason.isBlank()) {
            throw Refused.invalid("reason '' (expected: why, for the promotion log)");
        }
        Promotion decision = new Promotion(
                act.kind() + " " + UUID.randomUUID(),
                version,
                champion,
                true,
                act.words() + ": " + reason,
                clock.instant());
        VersionStore.putTag(tx, version, TAG, "promoted: " + decision.reason());
        return carryOut(tx, actor, act.command(), decision);
    }

    /** Returns the decision of {@code decidedBy}; empty if it has not decided. */
    public Optional<Promotion> by(String decidedBy) {
        return database.inTransaction(tx -> PromotionStore.by(tx, decidedBy));
    }

    /** The promotion log of a model, newest first. */
    public List<Promotion> of(String model, int limit) {
        return database.inTransaction(tx -> PromotionStore.of(tx, model, limit));
    }
}
