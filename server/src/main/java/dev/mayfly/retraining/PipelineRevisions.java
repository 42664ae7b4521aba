package dev.mayfly.retraining;

import dev.mayfly.pipeline.Pipeline;
import dev.mayfly.pipeline.Pipelines;
import dev.mayfly.postgres.Database;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Revisions of pipelines by their hash, each parsed once. Thread-safe. */
final class PipelineRevisions {

    private final Database database;
    private final Pipelines pipelines = new Pipelines();
    private final Set<String> providers;
    private final Map<String, Pipeline> parsed = new ConcurrentHashMap<>();

    /**
     * Revisions in a database.
     *
     * @param providers the cluster providers that a pipeline may name
     */
    PipelineRevisions(Database database, Set<String> providers) {
        this.database = database;
        this.providers = Set.copyOf(providers);
    }

    Pipeline parse(String file, String yaml) {
        return pipelines.parse(file, yaml, providers);
    }

    StoredPipeline stored(PipelineStore.Row row) {
        return new StoredPipeline(
                byHash(row.revision().hash()), row.revision(), row.paused(), row.nextDue(), row.applied());
    }

    Pipeline byHash(String hash) {
        return parsed.computeIfAbsent(hash, wanted -> {
            StoredPipeline.Revision revision = database.read(tx -> PipelineStore.revision(tx, wanted))
                    .orElseThrow(() -> new IllegalStateException("no pipeline revision has the hash " + wanted));
            return parse(revision.file(), revision.yaml());
        });
    }
}
