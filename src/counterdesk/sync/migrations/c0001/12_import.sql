-- Files of the utility on their way in. Lines wait here until every one of them has been looked at;
-- then they are written in chunks, so that no counter waits long for the feed's lock.

create table cd.import_run (
    run_id uuid primary key default gen_random_uuid(),
    kind text not null check (kind in ('consumer', 'charge')),
    file_name text not null,
    digest bytea not null,
    state text not null default 'applying' check (state in ('applying', 'done', 'superseded')),
    applied_line bigint not null default 0,
    lines bigint not null default 0,
    added bigint not null default 0,
    changed bigint not null default 0,
    cancelled bigint not null default 0,
    cancelled_paid bigint not null default 0,
    started_by name not null default session_user,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz
);
create unique index import_run_open on cd.import_run (digest) where state = 'applying';

-- A null is a column that the file does not have: what stands in the centre stays as it is.
create unlogged table cd.import_consumer (
    line bigint primary key,
    id uuid not null,
    account_number text not null,
    name text not null,
    service_address text,
    phone text,
    email text,
    preferences text,
    circumstances text,
    cash_only boolean,
    disconnected boolean
);

create unlogged table cd.import_charge (
    line bigint primary key,
    id uuid not null,
    number text not null,
    account_number text not null,
    kind text,
    charged_on date,
    due_on date,
    amount_minor bigint,
    description text,
    period text,
    plan_number text,
    plan_status text,
    installment integer,
    minimum_minor bigint,
    refused_methods text,
    disputed boolean,
    online_pending boolean,
    replaced_by_plan boolean,
    cancelled boolean
);

-- `reason` is a word that the program has a sentence for, `about` what the sentence speaks of;
-- or it is the sentence itself.
create unlogged table cd.import_fault (
    line bigint not null,
    field text not null,
    value text not null,
    reason text not null,
    about text not null default ''
);
create index import_fault_line on cd.import_fault (line);

alter table cd.import_run enable row level security;
alter table cd.import_run force row level security;
create policy owner on cd.import_run to cd_owner using (true) with check (true);
-- Not forced on these: COPY refuses to fill a table whose policies bind the one who fills it.
alter table cd.import_consumer enable row level security;
alter table cd.import_charge enable row level security;
alter table cd.import_fault enable row level security;

-- What is wrong within the file itself. Of lines with one number none is more right than another.
create function cd.check_consumer_file() returns void language sql
set search_path = pg_catalog, pg_temp as $$
    insert into cd.import_fault (line, field, value, reason, about)
    select l.line, 'account_number', l.account_number, 'twice_in_file',
        (case when l.line = twice.first then twice.last else twice.first end)::text
    from (select account_number, min(line) as first, max(line) as last from cd.import_consumer
          group by 1 having count(*) > 1) as twice
    join cd.import_consumer as l using (account_number)
$$;

create function cd.check_charge_file() returns void language sql
set search_path = pg_catalog, pg_temp as $$
    insert into cd.import_fault (line, field, value, reason, about)
    select l.line, 'number', l.number, 'twice_in_file',
        (case when l.line = twice.first then twice.last else twice.first end)::text
    from (select number, min(line) as first, max(line) as last from cd.import_charge
          group by 1 having count(*) > 1) as twice
    join cd.import_charge as l using (number)
    union all
    select l.line, 'plan_number', l.plan_number, torn.reason, ''
    from (select plan_number, case when min(account_number) <> max(account_number)
              then 'plan_of_two' else 'plan_in_two_states' end as reason
          from cd.import_charge where plan_number <> '' group by 1
          having min(account_number) <> max(account_number)
              or min(plan_status) <> max(plan_status)) as torn
    join cd.import_charge as l using (plan_number)
$$;

-- What of these lines does not agree with the centre as it stands. Asked of the whole file before
-- anything is written, and of each chunk again when its charges are locked: counters go on paying.
create function cd.check_charge_lines(p_after bigint, p_upto bigint) returns void language plpgsql
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan as $$
begin
    insert into cd.import_fault (line, field, value, reason, about)
    select l.line, found.field, found.value, found.reason, found.about
    from cd.import_charge as l
    left join cd.consumer as owner on owner.account_number = l.account_number
    left join cd.charge as c on c.number = l.number
    left join cd.plan as p on p.number = l.plan_number
    cross join lateral (values
        ('account_number', l.account_number, 'unknown_account', '', owner.consumer_id is null),
        ('number', l.number, 'of_another_account', '', c.consumer_id <> owner.consumer_id),
        ('kind', l.kind, 'of_another_kind', c.kind, c.kind <> l.kind),
        ('amount', '', 'below_paid', c.paid_minor::text,
            l.amount_minor < c.paid_minor and l.cancelled is not true),
        ('plan_number', l.plan_number, 'plan_of_another', '', p.consumer_id <> owner.consumer_id),
        ('plan_number', '', 'no_plan', '', l.kind = 'Installment' and l.cancelled is not true
            and coalesce(l.plan_number, c.plan_number, '') = '')
    ) as found (field, value, reason, about, wrong)
    where found.wrong and l.line > p_after and l.line <= p_upto
        and not exists (select from cd.import_fault as f where f.line = l.line);
end $$;
