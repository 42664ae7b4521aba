package dev.mayfly.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** The tables {@code dataset}, {@code run_input} and {@code run_model}. */
final class RunInputsOutputsStore {

    private static final ObjectMapper JSON = new ObjectMapper();

    private RunInputsOutputsStore() {}

    /**
     * Records that a run read a dataset. An experiment keeps each dataset once, and a run keeps the tags given first.
     */
    static void putInput(Handle tx, TrackingRunId run, RunInputsOutputs.Input input) {
        Dataset dataset = input.dataset();
        long id = tx.createQuery("""
                        insert into dataset (experiment_id, name, digest, source_type, source, schema, profile)
                        select experiment_id, :name, :digest, :type, :source, :schema, :profile
                        from tracking_run where run_id = :run
                        on conflict (experiment_id, name, digest) do update set name = excluded.name
                        returning id""")
                .bind("run", run.value())
                .bind("name", dataset.name())
                .bind("digest", dataset.digest())
                .bind("type", dataset.sourceType())
                .bind("source", dataset.source())
                .bind("schema", dataset.schema())
                .bind("profile", dataset.profile())
                .mapTo(Long.class)
                .one();
        tx.createUpdate("""
                        insert into run_input (run_id, dataset_id, tags) values (:run, :dataset, cast(:tags as jsonb))
                        on conflict (run_id, dataset_id) do nothing""")
                .bind("run", run.value())
                .bind("dataset", id)
                .bind("tags", json(input.tags()))
                .execute();
    }

    static List<Experiments.DatasetUse> uses(Handle tx, ExperimentId experiment, int limit) {
        return tx.createQuery("""
                        select distinct d.name, d.digest, i.tags ->> 'mlflow.data.context' as context
                        from dataset d join run_input i on i.dataset_id = d.id
                        where d.experiment_id = :experiment order by d.name, d.digest, context limit :limit""")
                .bind("experiment", experiment.value())
                .bind("limit", limit)
                .map((row, context) -> new Experiments.DatasetUse(
                        row.getString("name"), row.getString("digest"), row.getString("context")))
                .list();
    }

    static void putModel(Handle tx, TrackingRunId run, String model, boolean isOutput, long step) {
        tx.createUpdate("""
                        insert into run_model (run_id, model_id, is_output, step) values (:run, :model, :output, :step)
                        on conflict (run_id, model_id, is_output) do update set step = excluded.step""")
                .bind("run", run.value())
                .bind("model", model)
                .bind("output", isOutput)
                .bind("step", step)
                .execute();
    }

    private static String json(Map<String, String> texts) {
        try {
            return JSON.writeValueAsString(texts);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("tags can't be written: " + texts, e);
        }
    }
}
