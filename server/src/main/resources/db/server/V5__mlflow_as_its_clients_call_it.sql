-- tracking: an Idempotency-Key belongs to one request; rows of earlier versions do not say to which.
alter table create_request add column content text not null default '';

-- Experiment 0, into which clients log that name no experiment. If another one is called Default, it gets the next free name.
insert into experiment (id, name, artifact_location, lifecycle_stage, creation_time, last_update_time)
overriding system value
select 0, candidate.name, 'mlflow-artifacts:/0', 'ACTIVE', now.millis, now.millis
from (select n, case n when 0 then 'Default' else 'Default (' || n || ')' end as name
      from generate_series(0, (select count(*) from experiment)) n) candidate,
     (select cast(extract(epoch from now()) * 1000 as bigint) as millis) now
where not exists (select from experiment where experiment.name = candidate.name)
order by candidate.n limit 1
on conflict (id) do nothing;

-- registry: why a version can't be loaded as it is; empty if it can, or if only clients reach its files.
alter table model_version add column incomplete text not null default '';

-- A tag's value may be longer than an index takes; run_tag_key_value finds these tags, too.
drop index run_tag_value;
