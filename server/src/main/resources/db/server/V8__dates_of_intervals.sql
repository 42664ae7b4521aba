-- The date of a data interval is that of the local time that its start was due at: one that the clock skipped has no instant of its own.
alter table pipeline_run add column interval_date date;
update pipeline_run set interval_date = case
  when interval_zone in (select name from pg_timezone_names) then (interval_start at time zone interval_zone)::date
  else (interval_start at time zone 'UTC')::date end;
alter table pipeline_run alter column interval_date set not null, drop column interval_zone;
