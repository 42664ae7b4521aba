-- tracking: datasets, logged models
create table dataset (
    id            bigint generated always as identity primary key,
    experiment_id bigint not null references experiment (id) on delete cascade,
    name          text   not null,
    digest        text   not null,
    source_type   text   not null,
    source        text   not null,
    schema        text,
    profile       text,
    unique (experiment_id, name, digest)
);

create table run_input (
    run_id     text   not null references tracking_run (run_id) on delete cascade,
    dataset_id bigint not null references dataset (id) on delete cascade,
    tags       jsonb  not null,
    primary key (run_id, dataset_id)
);
create index run_input_dataset on run_input (dataset_id);

create table logged_model (
    model_id        text primary key,
    experiment_id   bigint not null references experiment (id) on delete cascade,
    name            text   not null,
    status          text   not null,
    lifecycle_stage text   not null,
    creation_time   bigint not null,
    update_time     bigint not null,
    artifact_uri    text   not null,
    model_type      text,
    source_run_id   text
);
create index logged_model_newest on logged_model (experiment_id, creation_time desc, model_id);

create table logged_model_param (
    model_id text not null references logged_model (model_id) on delete cascade,
    key      text not null,
    value    text not null,
    primary key (model_id, key)
);

create table logged_model_tag (
    model_id text not null references logged_model (model_id) on delete cascade,
    key      text not null,
    value    text not null,
    primary key (model_id, key)
);

create table logged_model_metric (
    model_id       text             not null references logged_model (model_id) on delete cascade,
    key            text             not null,
    run_id         text             not null,
    step           bigint           not null,
    timestamp      bigint           not null,
    value          double precision not null,
    dataset_name   text             not null default '',
    dataset_digest text             not null default '',
    primary key (model_id, key, run_id, step, timestamp, value, dataset_name, dataset_digest)
);

create table run_model (
    run_id   text    not null references tracking_run (run_id) on delete cascade,
    model_id text    not null,
    -- whether the run made the model, or used it
    is_output boolean not null,
    step     bigint  not null,
    primary key (run_id, model_id, is_output)
);

-- What is purged goes with all that belongs to it.
alter table tracking_run drop constraint tracking_run_experiment_id_fkey,
    add foreign key (experiment_id) references experiment (id) on delete cascade;
alter table experiment_tag drop constraint experiment_tag_experiment_id_fkey,
    add foreign key (experiment_id) references experiment (id) on delete cascade;
alter table param drop constraint param_run_id_fkey,
    add foreign key (run_id) references tracking_run (run_id) on delete cascade;
alter table run_tag drop constraint run_tag_run_id_fkey,
    add foreign key (run_id) references tracking_run (run_id) on delete cascade;
alter table metric drop constraint metric_run_id_fkey,
    add foreign key (run_id) references tracking_run (run_id) on delete cascade;
alter table latest_metric drop constraint latest_metric_run_id_fkey,
    add foreign key (run_id) references tracking_run (run_id) on delete cascade;

-- Filters and orders by a metric, a parameter or a tag.
create index latest_metric_value on latest_metric (key, value, run_id);
create index run_tag_key_value on run_tag (key, md5(value));
create index tracking_run_of_experiment on tracking_run (experiment_id, start_time desc, run_id);

-- registry
alter table model_version
    add column stage text not null default 'None',
    add column user_id text not null default '',
    add column run_link text not null default '',
    -- where the files are, if the source is another model
    add column storage_location text,
    add column model_id text,
    add column deleted boolean not null default false;
create index registered_model_tag_key_value on registered_model_tag (key, md5(value));
create index model_version_tag_key_value on model_version_tag (key, md5(value));
create index model_version_newest on model_version (update_time desc, name, version desc) where not deleted;
