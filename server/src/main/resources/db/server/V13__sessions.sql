-- account: people who sign in with a browser
alter table account
    -- who the account's person is to a provider; both or none
    add column issuer          text,
    add column subject         text,
    -- whoever signs in at the provider under the account's name gets it
    add column awaits_provider boolean not null default false,
    add constraint account_subject unique (issuer, subject);

-- what the groups at the provider granted at the last sign-in; null: what an administrator granted
alter table account_grant
    add column ends_at timestamptz;

-- the cookie itself is nowhere: only its SHA-256
create table session (
    hash         text primary key,
    account      text        not null references account (name) on delete cascade,
    address      text        not null,
    created_at   timestamptz not null,
    last_seen_at timestamptz not null
);

create index session_of_account on session (account);

-- what a browser carries to the command line, which makes a token of it
create table sign_in_code (
    hash       text primary key,
    account    text        not null references account (name) on delete cascade,
    -- the id of the token or session that allowed it
    via        text        not null,
    challenge  text        not null,
    purpose    text        not null,
    expires_at timestamptz not null
);
