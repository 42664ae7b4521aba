package dev.mayfly.retraining;

import dev.mayfly.pipeline.BesideText;
import dev.mayfly.pipeline.Pipeline;
import dev.mayfly.pipeline.PipelineText;
import dev.mayfly.pipeline.Pipelines;
import dev.mayfly.postgres.Database;
import dev.mayfly.problem.Refused;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Revisions of pipelines by their hash, each parsed once. Thread-safe. */
final class PipelineRevisions {

    private final Database database;
    private final Pipelines pipelines = new Pipelines();
    private final String dataFolder;
    private final Set<String> providers;
    private final Map<String, Pipeline> parsed = new ConcurrentHashMap<>();

    /**
     * Revisions in a database.
     *
     * @param providers the cluster providers that a pipeline may name
     * @param dataFolder what <code>${data}</code> in pipelines means
     */
    PipelineRevisions(Database database, Set<String> providers, Path dataFolder) {
        this.dataFolder = dataFolder.toString();
        this.database = database;
        this.providers = Set.copyOf(providers);
    }

    Pipeline parse(PipelineText text) {
        return pipelines.parse(text, providers, dataFolder);
    }

    BesideText besideText(PipelineText text) {
        return pipelines.besideText(text, providers);
    }

    StoredPipeline stored(PipelineStore.Row row) {
        return new StoredPipeline(
                byHash(row.revision().hash()), row.revision(), row.paused(), row.nextDue(), row.applied());
    }

    /**
     * Returns the pipeline of a name.
     *
     * @throws Refused if there is none, or its text can't be read any more
     */
    StoredPipeline named(String name) {
        return stored(database.read(tx -> PipelineStore.find(tx, name))
                .orElseThrow(() -> Refused.missing("pipeline '" + name + "' (expected: one of "
                        + database.read(PipelineStore::all).stream()
                                .map(PipelineStore.Row::name)
                                .toList()
                        + ")")));
    }

    Pipeline byHash(String hash) {
        return parsed.computeIfAbsent(hash, wanted -> {
            StoredPipeline.Revision revision = database.read(tx -> PipelineStore.revision(tx, wanted))
                    .orElseThrow(() -> new IllegalStateException("no pipeline revision has the hash " + wanted));
            return pipelines.stored(revision.text(), providers);
        });
    }
}
