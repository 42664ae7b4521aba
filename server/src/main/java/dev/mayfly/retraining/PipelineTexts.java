package dev.mayfly.retraining;

import dev.mayfly.pipeline.Pipeline;
import dev.mayfly.pipeline.Pipelines;
import dev.mayfly.postgres.Database;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Pipelines by the hash of their text, each read once. Thread-safe. */
public final class PipelineTexts {

    private final Database database;
    private final Pipelines pipelines;
    private final Set<String> providers;
    private final Map<String, Pipeline> read = new ConcurrentHashMap<>();

    public PipelineTexts(Database database, Pipelines pipelines, Set<String> providers) {
        this.database = database;
        this.pipelines = pipelines;
        this.providers = Set.copyOf(providers);
    }

    Pipeline parse(String file, String yaml) {
        return pipelines.parse(file, yaml, providers);
    }

    StoredPipeline stored(PipelineStore.Row row) {
        return new StoredPipeline(
                byHash(row.source().hash()), row.source(), row.paused(), row.nextDue(), row.applied());
    }

    Pipeline byHash(String hash) {
        return read.computeIfAbsent(hash, wanted -> {
            StoredPipeline.Source source = database.read(tx -> PipelineStore.version(tx, wanted))
                    .orElseThrow(() -> new IllegalStateException("no pipeline text has the hash " + wanted));
            return parse(source.file(), source.yaml());
        });
    }
}
