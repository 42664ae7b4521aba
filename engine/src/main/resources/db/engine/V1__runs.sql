create table run (
    id             uuid primary key,
    flow           text        not null,
    dedupe_key     text        not null unique,
    state          text        not null,
    generation     bigint      not null default 0,
    max_active     integer     not null,
    timeout_ms     bigint      not null,
    cancel_reason  text,
    result         text,
    reason         text,
    created_at     timestamptz not null,
    started_at     timestamptz,
    ended_at       timestamptz
);
create index run_unfinished on run (flow, created_at, id) where ended_at is null;
create index run_newest on run (created_at desc, id);
create index run_newest_of_flow on run (flow, created_at desc, id);

create table task (
    run_id         uuid    not null references run (id) on delete cascade,
    position       integer not null,
    name           text    not null,
    needs          text[]  not null,
    trigger_rule   text    not null,
    retries        integer not null,
    backoff_ms     bigint  not null,
    jitter         double precision not null,
    timeout_ms     bigint  not null,
    on_environment boolean not null,
    state          text    not null,
    reason         text    not null,
    retry_at       timestamptz,
    -- how many attempts there were when the run was last queued
    attempts_before integer not null default 0,
    primary key (run_id, name)
);

create table attempt (
    run_id     uuid        not null,
    task       text        not null,
    number     integer     not null,
    state      text        not null,
    reason     text        not null,
    created_at timestamptz not null,
    started_at timestamptz,
    ended_at   timestamptz,
    primary key (run_id, task, number),
    foreign key (run_id, task) references task (run_id, name) on delete cascade
);

-- db-scheduler's table, in its own layout. It only says when to look again; what exists is said by the tables above.
create table scheduled_tasks (
    task_name            text        not null,
    task_instance        text        not null,
    task_data            bytea,
    execution_time       timestamptz not null,
    picked               boolean     not null,
    picked_by            text,
    last_success         timestamptz,
    last_failure         timestamptz,
    consecutive_failures integer,
    last_heartbeat       timestamptz,
    version              bigint      not null,
    priority             smallint,
    primary key (task_name, task_instance)
);
create index scheduled_tasks_due on scheduled_tasks (execution_time);
create index scheduled_tasks_heartbeat on scheduled_tasks (last_heartbeat);
