-- maintenance: how the periodic tasks of all servers are doing.
create table periodic_task (
    name         text primary key,
    last_success timestamptz,
    last_failure timestamptz,
    failure      text not null default ''
);

-- task: the package of an attempt is a tag of its tracking run; this column was never filled.
alter table task_execution drop column package_hash;
