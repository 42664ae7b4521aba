-- slices: how their files were when a run took them, when they were first seen to have changed since, and when a slice is given up
alter table slice_file add column bytes bigint, add column modified_at timestamptz, add column rewritten_at timestamptz;
create index slice_file_rewritten on slice_file (pipeline, path) where rewritten_at is not null;
alter table slice add column max_failures integer not null default 3;

-- which bytes each package or file was when a run first used it
create table run_package (
    run_id    uuid not null,
    reference text not null,
    name      text not null,
    hash      text not null,
    primary key (run_id, reference)
);

-- the runs of an interval
create index pipeline_run_interval on pipeline_run (pipeline, interval_end);
