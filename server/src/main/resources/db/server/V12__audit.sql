-- audit: who changed what, or was refused to
create table audit (
    id      bigint generated always as identity primary key,
    at      timestamptz not null,
    actor   text        not null,
    -- the id of the token; empty without one
    token   text        not null,
    -- empty for what Mayfly does by itself
    address text        not null,
    action  text        not null,
    object  text        not null,
    outcome text        not null check (outcome in ('done', 'refused')),
    detail  text        not null
);

create index audit_of_actor on audit (actor, id desc);
