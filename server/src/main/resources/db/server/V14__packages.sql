-- packages that people push: files that never change, by kind, name and version
create table package_file (
    kind            text        not null check (kind in ('python', 'jar', 'script', 'environment', 'init')),
    name            text        not null,
    version         text        not null,
    file            text        not null,
    hash            text        not null,
    bytes           bigint      not null,
    stored_at       timestamptz not null,
    stored_by       text        not null,
    -- of Python's, what resolvers ask for
    requires_python text,
    metadata_hash   text,
    -- not null: only those who ask for exactly this version get it
    yanked          text,
    primary key (kind, name, version, file)
);
create index package_file_hash on package_file (hash);

-- which packages the current text of a pipeline names; without a version, the latest
create table pipeline_package (
    pipeline text not null,
    kind     text not null,
    name     text not null,
    version  text not null,
    primary key (pipeline, kind, name, version)
);
create index pipeline_package_name on pipeline_package (kind, name);

-- the server's own jars have a kind now, like all packages; other rows were never looked up
update run_package set reference = 'jar:' || substring(reference from 9) where reference like 'package:%';
create index run_package_hash on run_package (hash);
drop table package;

alter table account_grant drop constraint account_grant_kind_check;
alter table account_grant add constraint account_grant_kind_check
    check (kind in ('', 'experiment', 'model', 'pipeline', 'package'));

-- the files that came with a pipeline's text, as sha256sum writes them
alter table pipeline_version add column files text not null default '';

-- what jobs made: their own tracking runs, by the attempt that they were; experiments and models, by the pipeline
alter table tracking_run add column job text;
create index tracking_run_job on tracking_run (job) where job is not null;
alter table experiment add column made_by text;
alter table registered_model add column made_by text;

-- whether only promotions set the alias champion
alter table registered_model add column is_protected boolean not null default false;
