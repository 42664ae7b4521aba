package dev.mayfly.task.spark;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Grant;
import dev.mayfly.access.Scope;
import dev.mayfly.account.JobAccounts;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.Right;
import dev.mayfly.pipeline.Pipeline.SparkWork;
import dev.mayfly.pipeline.Template;
import dev.mayfly.registry.ModelRegistry;
import dev.mayfly.task.TaskKind;
import dev.mayfly.tracking.Belonging;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The tokens of jobs: a job may log to the experiments of its pipeline and task, read and register the models of its task,
 * and read the experiments that these came from, since MLflow's clients read a version's files as those of its run.
 * Thread-safe.
 */
public final class JobTokens {

    private final JobAccounts accounts;
    private final ModelRegistry registry;
    private final Belonging belonging;

    public JobTokens(JobAccounts accounts, ModelRegistry registry, Belonging belonging) {
        this.accounts = accounts;
        this.registry = registry;
        this.belonging = belonging;
    }

    /**
     * Returns the token of an attempt; the same at each call.
     *
     * @param longest how long the job may run at most
     */
    String open(TaskKind.Start<SparkWork> start, Duration longest) {
        String pipeline = start.pipelineRun().pipeline();
        Set<Grant> grants = new LinkedHashSet<>();
        grants.add(exactly(Right.VIEWER, ResourceKind.PIPELINE, pipeline));
        grants.add(exactly(Right.EDITOR, ResourceKind.EXPERIMENT, pipeline));
        for (String text : start.work().reporting().experiments()) {
            grants.add(exactly(Right.EDITOR, ResourceKind.EXPERIMENT, Template.fill(text, start.values())));
        }
        for (String text : start.work().reporting().models()) {
            String model = Template.fill(text, start.values());
            grants.add(exactly(Right.EDITOR, ResourceKind.MODEL, model));
            belonging
                    .runs(registry.runsOf(model))
                    .forEach(experiment -> grants.add(exactly(Right.VIEWER, ResourceKind.EXPERIMENT, experiment)));
        }
        return accounts.open(job(start.attempt()), List.copyOf(grants), longest);
    }

    /** Ends the token of an attempt. */
    void close(TaskKind.Attempt attempt) {
        accounts.close(job(attempt));
    }

    private static Actor.Job job(TaskKind.Attempt attempt) {
        return new Actor.Job(attempt.run().flow(), attempt.binding().job());
    }

    private static Grant exactly(Right right, ResourceKind kind, String name) {
        return new Grant(right, Optional.of(kind), Scope.exactly(name));
    }
}
