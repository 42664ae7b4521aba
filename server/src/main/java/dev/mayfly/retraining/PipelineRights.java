package dev.mayfly.retraining;

import dev.mayfly.access.Actor;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.Right;
import dev.mayfly.pipeline.Pipeline;
import dev.mayfly.problem.Refused;
import java.util.Map;
import java.util.Set;

/**
 * The rights for what a pipeline touches. Its author answers for the models, experiments and packages that its text names; whoever
 * opens a run for those that a parameter of theirs brings in.
 */
final class PipelineRights {

    private PipelineRights() {}

    /**
     * Checks the right to change a pipeline.
     *
     * @param values of the references to the pipeline's parameters
     * @param packages those that its jobs use, except for Mayfly's own
     */
    static void checkAuthor(Actor actor, Pipeline pipeline, Map<String, String> values, Set<String> packages) {
        require(actor, Right.AUTHOR, ResourceKind.PIPELINE, pipeline.name());
        packages.forEach(name -> require(actor, Right.VIEWER, ResourceKind.PACKAGE, name));
        pipeline.experiments(values).forEach(name -> require(actor, Right.EDITOR, ResourceKind.EXPERIMENT, name));
        check(actor, pipeline.models(values), Set.of(), Set.of());
    }

    /**
     * Checks the right to open a run with parameters.
     *
     * @param usual the values without the actor's own
     */
    static void checkParameters(
            Actor actor, Pipeline pipeline, Map<String, String> usual, Map<String, String> parameters) {
        Set<String> experiments = pipeline.experiments(usual);
        pipeline.experiments(parameters).stream()
                .filter(name -> !experiments.contains(name))
                .forEach(name -> require(actor, Right.EDITOR, ResourceKind.EXPERIMENT, name));
        Pipeline.Models before = pipeline.models(usual);
        check(actor, pipeline.models(parameters), before.used(), before.promoted());
    }

    private static void check(Actor actor, Pipeline.Models models, Set<String> used, Set<String> promoted) {
        models.used().stream()
                .filter(model -> !used.contains(model))
                .forEach(model -> require(actor, Right.EDITOR, ResourceKind.MODEL, model));
        models.promoted().stream()
                .filter(model -> !promoted.contains(model))
                .forEach(model -> require(actor, Right.OPERATOR, ResourceKind.MODEL, model));
    }

    private static void require(Actor actor, Right right, ResourceKind kind, String name) {
        if (!actor.may(right, kind, name)) {
            throw Refused.forbidden(actor.name() + " may not " + right.words() + " on " + kind.word() + " '" + name
                    + "' (expected: the right " + right.word() + " on " + kind.word() + " '" + name + "')");
        }
    }
}
