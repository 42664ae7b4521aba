-- Runs that a schedule or another pipeline's success asked for and that are not open yet. What fails stays, with its reason, and is tried again.
create table pipeline_opening (
  dedupe_key text primary key,
  pipeline text not null references pipeline (name) on delete cascade,
  trigger text not null,
  trigger_cause text not null,
  interval_start timestamptz not null,
  interval_end timestamptz not null,
  interval_date date not null,
  requested_at timestamptz not null,
  failing_since timestamptz,
  failure text,
  tries integer not null default 0,
  next_try timestamptz not null
);
create index pipeline_opening_pipeline on pipeline_opening (pipeline);
