-- tracking: a batch of points locks its run once, where a foreign key would look for it once for every point.
alter table metric drop constraint metric_run_id_fkey;
alter table latest_metric drop constraint latest_metric_run_id_fkey;
-- Histories are read by timestamp.
alter table metric drop constraint metric_pkey, add primary key (run_id, key, timestamp, step, value);

-- Filters by a parameter's value. Texts can be longer than an index takes, so they are found by their MD5.
create index param_key_value on param (key, md5(value));

-- What is deleted can be purged when it has been so for long enough.
alter table tracking_run add column deleted_at bigint;
update tracking_run set deleted_at = cast(extract(epoch from now()) * 1000 as bigint) where lifecycle_stage = 'DELETED';
create index tracking_run_deleted on tracking_run (deleted_at) where lifecycle_stage = 'DELETED';
create index logged_model_deleted on logged_model (update_time) where lifecycle_stage = 'DELETED';

-- Requests that created something, until their answers are known to have arrived; those with a key for a day.
create table create_request (
    digest text   primary key,
    result text   not null,
    at     bigint not null
);
create index create_request_at on create_request (at);

-- Webhooks, and what is to be sent to them.
create table webhook (
    id          text    primary key,
    name        text    not null,
    url         text    not null,
    description text    not null,
    events      text[]  not null,
    secret      text,
    active      boolean not null,
    created     bigint  not null,
    updated     bigint  not null
);

create table webhook_delivery (
    number     bigint  generated always as identity primary key,
    id         text    not null,
    webhook_id text    not null references webhook (id) on delete cascade,
    payload    text    not null,
    attempts   integer not null default 0,
    next_at    bigint  not null
);
create index webhook_delivery_next on webhook_delivery (next_at);
