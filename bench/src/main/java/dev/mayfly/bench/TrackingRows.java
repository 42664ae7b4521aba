package dev.mayfly.bench;

import dev.mayfly.postgres.Database;
import java.util.List;

/** The same runs, points and models for both servers, by SQL: five metrics and two parameters for each run. */
final class TrackingRows {

    static final int RUNS = 23_500;
    static final int MORE_RUNS = 100_000;
    static final int POINTS = 100_000;
    static final int MODELS = 10_000;

    /** The run with a long history. */
    static final String LONG_RUN = "00000000000000000000000000000001";

    private TrackingRows() {}

    static void fillMlflow(String url, TrackingServer server) {
        fill(
                url,
                List.of(
                        runsOfMlflow(server.large, "a", RUNS),
                        runsOfMlflow(server.larger, "b", MORE_RUNS),
                        """
                        insert into runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status,
                          start_time, end_time, lifecycle_stage, artifact_uri, experiment_id)
                        values ('%s', 'long', 'LOCAL', '', '', 'ann', 'FINISHED', 1, 1, 'active', 'mlflow-artifacts:/x', %s)""".formatted(LONG_RUN, server.small),
                        """
                        insert into metrics (key, value, timestamp, step, is_nan, run_uuid)
                        select 'loss', 1.0 / n, n, n, false, '%s' from generate_series(1, %d) n""".formatted(LONG_RUN, POINTS),
                        """
                        insert into registered_models (name, creation_time, last_updated_time, description)
                        select 'model-' || n, n, n, '' from generate_series(1, %d) n""".formatted(MODELS),
                        """
                        insert into registered_model_tags (name, key, value)
                        select 'model-' || n, 'team', (n %% 100)::text from generate_series(1, %d) n""".formatted(MODELS)));
    }

    private static String runsOfMlflow(String experiment, String prefix, int runs) {
        String some = "from generate_series(1, " + runs + ") n";
        return """
                insert into runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status,
                  start_time, end_time, lifecycle_stage, artifact_uri, experiment_id)
                select md5('%1$s' || n), 'run ' || n, 'LOCAL', '', '', 'ann', 'FINISHED', n, n, 'active',
                  'mlflow-artifacts:/x', %2$s %3$s;
                insert into latest_metrics (key, value, timestamp, step, is_nan, run_uuid)
                select 'm' || k, (n * k %% 1000) / 1000.0, n, 0, false, md5('%1$s' || n) %3$s, generate_series(1, 5) k;
                insert into params (key, value, run_uuid)
                select 'p' || k, (n %% 10)::text, md5('%1$s' || n) %3$s, generate_series(1, 2) k""".formatted(prefix, experiment, some);
    }

    static void fillMayfly(String url, TrackingServer server) {
        fill(
                url,
                List.of(
                        runsOfMayfly(server.large, "a", RUNS),
                        runsOfMayfly(server.larger, "b", MORE_RUNS),
                        """
                        insert into tracking_run (run_id, experiment_id, name, user_id, status, start_time, end_time,
                          artifact_uri, lifecycle_stage)
                        values ('%s', %s, 'long', 'ann', 'FINISHED', 1, 1, 'mlflow-artifacts:/x', 'ACTIVE')""".formatted(LONG_RUN, server.small),
                        """
                        insert into metric (run_id, key, step, timestamp, value)
                        select '%s', 'loss', n, n, 1.0 / n from generate_series(1, %d) n""".formatted(LONG_RUN, POINTS),
                        """
                        insert into registered_model (name, creation_time, update_time)
                        select 'model-' || n, n, n from generate_series(1, %d) n""".formatted(MODELS),
                        """
                        insert into registered_model_tag (name, key, value)
                        select 'model-' || n, 'team', (n %% 100)::text from generate_series(1, %d) n""".formatted(MODELS)));
    }

    private static String runsOfMayfly(String experiment, String prefix, int runs) {
        String some = "from generate_series(1, " + runs + ") n";
        return """
                insert into tracking_run (run_id, experiment_id, name, user_id, status, start_time, end_time,
                  artifact_uri, lifecycle_stage)
                select md5('%1$s' || n), %2$s, 'run ' || n, 'ann', 'FINISHED', n, n, 'mlflow-artifacts:/x', 'ACTIVE' %3$s;
                insert into latest_metric (run_id, key, step, timestamp, value)
                select md5('%1$s' || n), 'm' || k, 0, n, (n * k %% 1000) / 1000.0 %3$s, generate_series(1, 5) k;
                insert into param (run_id, key, value)
                select md5('%1$s' || n), 'p' || k, (n %% 10)::text %3$s, generate_series(1, 2) k""".formatted(prefix, experiment, some);
    }

    private static void fill(String url, List<String> statements) {
        try (Database database = Database.connect(url, 1)) {
            database.useTransaction(tx -> statements.forEach(tx::execute));
            database.read(tx -> tx.execute("analyze"));
        }
    }
}
