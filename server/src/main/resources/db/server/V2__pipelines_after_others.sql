-- The pipeline after whose successes this one runs, as its text says.
alter table pipeline add column runs_after text;
update pipeline p set runs_after = substring(v.yaml from 'schedule:\s*(?:\{\s*)?after:\s*["'']?([A-Za-z0-9_-]+)')
from pipeline_version v where v.hash = p.hash;
create index pipeline_runs_after on pipeline (runs_after) where runs_after is not null;
