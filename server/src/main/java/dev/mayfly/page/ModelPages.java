package dev.mayfly.page;

import static dev.mayfly.page.PageRoutes.form;
import static dev.mayfly.page.PageRoutes.go;

import dev.mayfly.access.Actor;
import dev.mayfly.api.Permission;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.Right;
import dev.mayfly.api.Target;
import dev.mayfly.lineage.Lineage;
import dev.mayfly.page.picture.Curve;
import dev.mayfly.page.picture.Interval;
import dev.mayfly.problem.Refused;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.registry.ModelVersion;
import dev.mayfly.registry.Promotion;
import dev.mayfly.registry.RegisteredModel;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Registered models: their versions, and why each was promoted or not. */
public final class ModelPages {

    private static final String ONE = "/models/{model}";
    private static final int MOST = 200;
    private static final int MOST_VERSIONS = 50;
    private static final int MOST_METRICS = 8;
    private static final int CURVE_WIDTH = 260;
    private static final int CURVE_HEIGHT = 72;
    private static final Permission OPERATE = Right.OPERATOR.of(Target.Thing.MODEL.in("model"));

    private final ModelRegistry registry;
    private final Lineage lineage;

    ModelPages(ModelRegistry registry, Lineage lineage) {
        this.registry = registry;
        this.lineage = lineage;
    }

    /** All models that may be seen. */
    public record All(List<RegisteredModel> models) {}

    /** A decision, with the gains that the training measured, each with its interval. */
    public record Decision(Promotion promotion, List<Interval> gains) {}

    /** A metric over the versions. */
    public record Course(String metric, Curve curve) {}

    /**
     * One model.
     *
     * @param metrics the names of what versions are compared by
     */
    public record One(
            Lineage.ModelLineage lineage, List<String> metrics, List<Course> courses, List<Decision> decisions) {

        public RegisteredModel model() {
            return lineage.model();
        }

        /** The run of a pipeline that made a version; empty if none did. */
        public String run(ModelVersion version) {
            return version.tags().getOrDefault("mayfly.run", "");
        }
    }

    void bind(PageRoutes routes) {
        routes.show(
                "/models",
                "Registered models",
                Right.VIEWER.scoped(),
                "models",
                (actor, view, request) -> new All(registry.models(actor.scope(ResourceKind.MODEL), MOST)));
        routes.show(
                ONE,
                "A registered model",
                Right.VIEWER.of(Target.Thing.MODEL.in("model")),
                "model",
                (actor, view, request) -> one(view, request.pathParam("model")));
        routes.post(ONE + "/promote", "Promotes a version by hand", OPERATE, this::promote);
        routes.post(ONE + "/rollback", "Makes the last champion champion again", OPERATE, (actor, request) -> {
            registry.promotions().rollback(actor, request.pathParam("model"), reason(request));
            back(request);
        });
    }

    private void promote(Actor actor, Context request) {
        String version = form(request, "version");
        if (!version.matches("[1-9][0-9]{0,8}")) {
            throw Refused.invalid("version '" + version + "' (expected: a number)");
        }
        registry.promotions()
                .promote(
                        actor,
                        new ModelVersion.Key(request.pathParam("model"), Integer.parseInt(version)),
                        reason(request));
        back(request);
    }

    private static String reason(Context request) {
        String reason = form(request, "reason");
        if (reason.isEmpty()) {
            throw Refused.invalid("no reason (expected: why, for whoever reads the log of promotions)");
        }
        return reason;
    }

    private static void back(Context request) {
        go(request, "/models/" + View.part(request.pathParam("model")));
    }

    private One one(View view, String name) {
        Lineage.ModelLineage found = lineage.model(name, MOST_VERSIONS);
        List<String> metrics = Metrics.toLookAt(
                found.versions().stream()
                        .map(version -> version.metrics().keySet())
                        .toList(),
                MOST_METRICS);
        return new One(found, metrics, courses(view, found, metrics), decisions(found));
    }

    private static List<Course> courses(View view, Lineage.ModelLineage found, List<String> metrics) {
        List<Course> courses = new ArrayList<>();
        for (String metric : metrics) {
            List<Curve.Item> items = new ArrayList<>();
            for (int n = found.versions().size() - 1; n >= 0; n--) {
                Lineage.VersionLineage version = found.versions().get(n);
                Double value = version.metrics().get(metric);
                if (value != null) {
                    int number = version.version().key().version();
                    items.add(new Curve.Item(number, value, "v" + number + ": " + view.number(value)));
                }
            }
            if (items.size() > 1) {
                courses.add(new Course(metric, Curve.of(items, CURVE_WIDTH, CURVE_HEIGHT)));
            }
        }
        return courses;
    }

    private static List<Decision> decisions(Lineage.ModelLineage found) {
        Map<Integer, Map<String, Double>> metrics = found.versions().stream()
                .collect(Collectors.toMap(
                        version -> version.version().key().version(), Lineage.VersionLineage::metrics));
        return found.promotions().stream()
                .map(promotion -> new Decision(
                        promotion,
                        gains(metrics.getOrDefault(promotion.candidate().version(), Map.of()))))
                .toList();
    }

    /** The gains over the champion of then, as the training measured them on the same data. */
    private static List<Interval> gains(Map<String, Double> metrics) {
        List<Interval> gains = new ArrayList<>();
        metrics.forEach((key, value) -> {
            Double lower = metrics.get(key + Metrics.LOWER);
            Double upper = metrics.get(key + Metrics.UPPER);
            if (key.startsWith(Metrics.GAIN)
                    && lower != null
                    && upper != null
                    && Interval.isDrawn(value, lower, upper)) {
                gains.add(Interval.of(key.substring(Metrics.GAIN.length()), value, lower, upper));
            }
        });
        return gains;
    }
}
