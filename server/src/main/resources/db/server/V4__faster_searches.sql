-- tracking: a batch of points locks its run once, where a foreign key would look for it once for every point.
alter table metric drop constraint metric_run_id_fkey;
alter table latest_metric drop constraint latest_metric_run_id_fkey;

-- Filters by a parameter's value. Texts can be longer than an index takes, so they are found by their MD5.
create index param_key_value on param (key, md5(value));
