package dev.mayfly.api;

import static dev.mayfly.api.ErrorKind.MISSING;
import static dev.mayfly.api.ErrorKind.WRONG_STATE;
import static dev.mayfly.api.Right.OPERATOR;
import static dev.mayfly.api.Right.VIEWER;
import static dev.mayfly.api.Target.Thing.MODEL;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/models}: registered models, their versions, and which of them is champion. */
public final class ModelApi {

    /** How many models. */
    public record Which(
            @Doc("1 to 9999; 100 if it is not given") @Nullable
            Integer limit) {

        public Which {
            Limits.check(limit);
        }
    }

    /** A model by its name. */
    public record ByName(
            String name,

            @Doc("How many versions and promotions: 1 to 9999; 20 if it is not given") @Nullable
            Integer limit) {

        public ByName {
            Limits.check(limit);
        }
    }

    /** A registered model. */
    public record Model(
            String name,
            String description,
            @Doc("The version of each") Map<String, Integer> aliases,

            @Doc("In a list: the newest version's number; of one model: how many are shown")
            int versions,

            @Doc("Where one model is asked for, newest first") @Nullable
            List<Version> versionList,

            @Doc("Where one model is asked for, newest first") @Nullable
            List<Promotion> promotions) {}

    /** A version of a model. */
    public record Version(
            int version,
            List<String> aliases,
            Instant created,
            @Doc("Where its files are") String source,
            @Nullable String trackingRun,

            @Doc("What is missing among its files") @Nullable
            String incomplete,

            Map<String, String> tags,

            @Doc("The last of each that its tracking run logged")
            Map<String, Double> metrics) {}

    /** A decision whether a version becomes champion. */
    public record Promotion(
            String model,
            int version,

            @Doc("The champion it was compared with") @Nullable
            Integer champion,

            boolean promoted,
            String reason,
            Instant decided) {}

    /** To make a version champion. */
    public record Promote(
            String name,
            int version,
            @Doc("Why, for the promotion log") String reason) {}

    /** To restore the previous champion. */
    public record Rollback(
            String name, @Doc("Why, for the promotion log") String reason) {}

    private static final String PATH = "/api/v1/models";

    public static final Route<Which, List<Model>> LIST = Route.get(
            PATH,
            "The registered models, by name",
            VIEWER.scoped(),
            Input.query(Which.class),
            Output.listOf(Model.class));

    public static final Route<ByName, Model> SHOW = Route.get(
            PATH + "/{name}",
            "A model with its versions and promotion log",
            VIEWER.of(MODEL.in("name")),
            Input.query(ByName.class),
            Output.of(Model.class),
            MISSING);

    /** Whose champion is protected. */
    public record Protect(
            String name,

            @Doc("Whether clients may set the alias again") @Nullable
            Boolean undo) {}

    /** Whether a model's champion is protected. */
    public record Protection(String name, boolean isProtected) {}

    public static final Route<Promote, Promotion> PROMOTE = Route.post(
            PATH + "/{name}/promote",
            "Makes a version champion, whatever the gate said",
            OPERATOR.of(MODEL.in("name")),
            Input.json(Promote.class),
            Output.of(Promotion.class),
            MISSING,
            WRONG_STATE);

    public static final Route<Rollback, Promotion> ROLLBACK = Route.post(
            PATH + "/{name}/rollback",
            "Restores the previous champion",
            OPERATOR.of(MODEL.in("name")),
            Input.json(Rollback.class),
            Output.of(Promotion.class),
            MISSING,
            WRONG_STATE);

    public static final Route<Protect, Protection> PROTECT = Route.post(
            PATH + "/{name}/protect",
            "Has only promotions set and take the alias champion",
            OPERATOR.of(MODEL.in("name")),
            Input.query(Protect.class),
            Output.of(Protection.class),
            MISSING);

    public static final List<Route<?, ?>> ROUTES = List.of(LIST, SHOW, PROMOTE, ROLLBACK, PROTECT);

    private ModelApi() {}
}
