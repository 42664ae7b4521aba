create table installation (
    one   boolean primary key default true check (one),
    owner text not null
);

-- cluster
create table cluster (
    id               uuid primary key,
    name             text        not null unique,
    provider         text        not null,
    provider_id      text        not null,
    run_id           uuid        not null,
    spec             jsonb       not null,
    demand           jsonb       not null,
    state            text        not null,
    generation       bigint      not null,
    wanted           boolean     not null,
    failure          text        not null,
    reason           text        not null,
    note             text        not null,
    requested_at     timestamptz not null,
    reserved_at      timestamptz,
    created_at       timestamptz,
    ready_at         timestamptz,
    idle_at          timestamptz,
    delete_called_at timestamptz,
    absent_at        timestamptz,
    proved_at        timestamptz
);
create index cluster_live on cluster (provider, requested_at, id) where proved_at is null;
create index cluster_newest on cluster (requested_at desc, id);

-- Which clusters a run had, in order; a cluster that was kept warm is linked to several runs.
create table cluster_of_run (
    run_id     uuid    not null,
    ordinal    integer not null,
    cluster_id uuid    not null,
    primary key (run_id, ordinal)
);

-- retraining
create table pipeline_version (
    hash       text primary key,
    name       text        not null,
    file       text        not null,
    yaml       text        not null,
    created_at timestamptz not null
);

create table pipeline (
    name       text primary key,
    hash       text        not null references pipeline_version (hash),
    paused     boolean     not null default false,
    next_due   timestamptz,
    created_at timestamptz not null,
    applied_at timestamptz not null
);

create table slice (
    pipeline   text        not null,
    number     integer     not null,
    input      text        not null,
    files      text[]      not null,
    state      text        not null,
    failures   integer     not null default 0,
    run_id     uuid,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (pipeline, input, number)
);
create index slice_run on slice (run_id);

create table slice_file (
    pipeline text not null,
    path     text not null,
    number   integer not null,
    primary key (pipeline, path)
);

create table pipeline_run (
    run_id       uuid primary key,
    pipeline     text        not null,
    hash         text        not null references pipeline_version (hash),
    trigger      text        not null,
    -- the due time, or the run that succeeded, that opened it; none if it was a person
    trigger_cause text,
    interval_start timestamptz not null,
    interval_end   timestamptz not null,
    interval_zone  text        not null,
    parameters   jsonb       not null,
    slice_input  text,
    slice_number integer
);

create table task_execution (
    run_id          uuid    not null,
    task            text    not null,
    number          integer not null,
    tracking_run_id text    not null,
    package_hash    text,
    cluster         text,
    failure         text,
    primary key (run_id, task, number)
);
create index task_execution_tracking on task_execution (tracking_run_id);

-- packages
create table package (
    name      text        not null,
    hash      text        not null,
    bytes     bigint      not null,
    stored_at timestamptz not null,
    primary key (name, hash)
);

-- tracking
create table experiment (
    id                bigint generated always as identity primary key,
    name              text   not null unique,
    artifact_location text   not null,
    lifecycle_stage   text   not null,
    creation_time     bigint not null,
    last_update_time  bigint not null
);

create table experiment_tag (
    experiment_id bigint not null references experiment (id),
    key           text   not null,
    value         text   not null,
    primary key (experiment_id, key)
);

create table tracking_run (
    run_id          text primary key,
    experiment_id   bigint not null references experiment (id),
    name            text   not null,
    user_id         text   not null,
    status          text   not null,
    start_time      bigint not null,
    end_time        bigint,
    artifact_uri    text   not null,
    lifecycle_stage text   not null
);
create index tracking_run_newest on tracking_run (experiment_id, lifecycle_stage, start_time desc, run_id);

create index tracking_run_open on tracking_run (run_id) where status in ('RUNNING', 'SCHEDULED');

create table param (
    run_id text not null references tracking_run (run_id),
    key    text not null,
    value  text not null,
    primary key (run_id, key)
);

create table run_tag (
    run_id text not null references tracking_run (run_id),
    key    text not null,
    value  text not null,
    primary key (run_id, key)
);
create index run_tag_value on run_tag (key, value) where key like 'mayfly.%';

create table metric (
    run_id    text             not null references tracking_run (run_id),
    key       text             not null,
    step      bigint           not null,
    timestamp bigint           not null,
    value     double precision not null,
    primary key (run_id, key, step, timestamp, value)
);

create table latest_metric (
    run_id    text             not null references tracking_run (run_id),
    key       text             not null,
    step      bigint           not null,
    timestamp bigint           not null,
    value     double precision not null,
    primary key (run_id, key)
);

-- registry
create table registered_model (
    name          text primary key,
    description   text   not null default '',
    creation_time bigint not null,
    update_time   bigint not null,
    last_version  integer not null default 0
);

create table registered_model_tag (
    name  text not null references registered_model (name) on update cascade on delete cascade,
    key   text not null,
    value text not null,
    primary key (name, key)
);

create table model_version (
    name          text    not null references registered_model (name) on update cascade on delete cascade,
    version       integer not null,
    source        text    not null,
    run_id        text,
    description   text    not null default '',
    creation_time bigint  not null,
    update_time   bigint  not null,
    primary key (name, version)
);
create index model_version_run on model_version (run_id);

create table model_version_tag (
    name    text    not null,
    version integer not null,
    key     text    not null,
    value   text    not null,
    primary key (name, version, key),
    foreign key (name, version) references model_version (name, version) on update cascade on delete cascade
);

create table model_alias (
    name    text    not null,
    alias   text    not null,
    version integer not null,
    primary key (name, alias),
    foreign key (name, version) references model_version (name, version) on update cascade on delete cascade
);

create table promotion (
    id         bigint generated always as identity primary key,
    decided_by text        not null unique,
    model      text        not null,
    version    integer     not null,
    champion   integer,
    promoted   boolean     not null,
    reason     text        not null,
    decided_at timestamptz not null
);
create index promotion_model on promotion (model, decided_at desc);
