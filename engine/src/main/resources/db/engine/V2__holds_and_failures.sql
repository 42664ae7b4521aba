-- since when the job of a live attempt is being stopped
alter table attempt add column stop_asked_at timestamptz;

-- what could not be reconciled at its last tries; a row goes with the next success
create table reconcile_failure (
    kind   text        not null,
    id     text        not null,
    reason text        not null,
    since  timestamptz not null,
    tries  integer     not null,
    primary key (kind, id)
);

-- a queued run that does not begin until its flow is let go
alter table run add column held boolean not null default false;
