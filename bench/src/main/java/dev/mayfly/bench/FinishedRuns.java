package dev.mayfly.bench;

import dev.mayfly.postgres.Database;

/** Fills a database with runs of a pipeline {@code p} that ended yesterday. */
final class FinishedRuns {

    private FinishedRuns() {}

    /** Adds the runs that are numbered from {@code from}, exclusive, to {@code to}. */
    static void fill(Database database, long from, long to) {
        database.useTransaction(tx -> {
            tx.execute("""
                    insert into pipeline_version (hash, name, file, yaml, created_at)
                    values ('old', 'p', 'p.yaml', 'name: p', now()) on conflict do nothing""");
            tx.execute("""
                    with runs as (
                      insert into run (id, flow, dedupe_key, state, generation, max_active, timeout_ms, result, reason,
                        created_at, started_at, ended_at)
                      select gen_random_uuid(), 'p', 'old' || n, 'SUCCEEDED', 9, 1, 1000, 'SUCCEEDED', '',
                        now() - interval '1 day', now() - interval '1 day', now() - interval '1 day'
                      from generate_series(?::bigint + 1, ?::bigint) n
                      returning id),
                    tasks as (
                      insert into task (run_id, position, name, needs, trigger_rule, retries, backoff_ms, jitter,
                        timeout_ms, on_environment, state, reason)
                      select id, 0, 't0', '{}', 'ALL_SUCCESS', 0, 1, 0, 1000, true, 'SUCCEEDED', '' from runs)
                    insert into pipeline_run (run_id, pipeline, hash, trigger, interval_start, interval_end, interval_zone,
                      parameters)
                    select id, 'p', 'old', 'MANUAL', now(), now(), 'UTC', '{}' from runs""", from, to);
        });
        database.useTransaction(tx -> tx.execute("analyze"));
    }
}
