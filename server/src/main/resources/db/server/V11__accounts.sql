-- whose artifacts a path is in
create index experiment_by_location on experiment (artifact_location);

-- account
create table account (
    name        text primary key,
    kind        text        not null check (kind in ('person', 'service', 'job')),
    password    text,
    is_disabled boolean     not null default false,
    created_at  timestamptz not null,
    created_by  text        not null
);

create table account_grant (
    account     text not null references account (name) on delete cascade,
    granted     text not null check (granted in ('viewer', 'editor', 'operator', 'author', 'admin')),
    -- the empty text: of every kind
    kind        text not null check (kind in ('', 'experiment', 'model', 'pipeline')),
    pattern     text not null,
    primary key (account, granted, kind, pattern)
);

-- the secret itself is nowhere: only its SHA-256
create table token (
    id           text primary key,
    account      text        not null references account (name) on delete cascade,
    hash         text        not null,
    purpose      text        not null,
    -- the highest right of a request with this token; null means that of the account
    highest      text check (highest in ('viewer', 'editor', 'operator', 'author', 'admin')),
    created_at   timestamptz not null,
    expires_at   timestamptz,
    last_used_at timestamptz
);

create index token_of_account on token (account);

-- from which the secrets of jobs' tokens are made, so that a job that is submitted twice gets the same
create table account_key (
    one boolean primary key default true check (one),
    key bytea not null
);
