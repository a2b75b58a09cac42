-- Numbers: series, the blocks leased from them, and every number that was used.

-- Every number from `begins` to `next - 1` is used, cancelled or in a lease: centre/numbers.py.
create table cd.number_series (
    series text not null,
    year integer not null,
    begins bigint not null default 1 check (begins > 0),
    next bigint not null default 1 check (next > 0),
    primary key (series, year),
    check (begins <= next)
);

-- `counter_id` is null for the centre's own blocks, of which `next` is the next one used.
create table cd.number_lease (
    request_id uuid primary key,
    counter_id uuid references cd.counter,
    series text not null,
    year integer not null,
    first bigint not null,
    last bigint not null,
    next bigint not null,
    leased_at timestamptz not null default clock_timestamp(),
    check (first <= last and next between first and last + 1)
);
create index number_lease_counter on cd.number_lease (counter_id, series, year);
create index number_lease_first on cd.number_lease (series, year, first);

-- What will not be used any more, and why: of a lease that was closed, or left out of every lease.
-- A number that was used all the same counts as used.
create table cd.number_cancelled (
    series text not null,
    year integer not null,
    first bigint not null,
    last bigint not null,
    counter_id uuid references cd.counter,
    reason text not null check (reason in ('revoked', 'renewed', 'restored')),
    cancelled_at timestamptz not null default now(),
    check (first <= last)
);

-- A counter takes no more of its numbers.
create function cd.close_leases(p_counter uuid, p_reason text) returns void language sql
set search_path = pg_catalog, pg_temp as $$
    insert into cd.number_cancelled (series, year, first, last, counter_id, reason)
    select series, year, first, last, counter_id, p_reason from cd.number_lease
    where counter_id = p_counter
$$;

-- Not partitioned, so that no number can be used twice whatever its date.
create table cd.number_used (
    series text not null,
    number text not null,
    counter_id uuid references cd.counter,
    event_seq bigint,
    primary key (series, number)
);

-- A number as people read it: {yyyy}, {yy}, {seq} or {seq:06} filled in.
create function cd.write_number(p_pattern text, p_year integer, p_sequence bigint) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    v_text text := replace(replace(p_pattern, '{yyyy}', lpad(p_year::text, 4, '0')),
        '{yy}', lpad((p_year % 100)::text, 2, '0'));
    v_width integer := coalesce((regexp_match(v_text, '[{]seq:0([0-9]+)[}]'))[1]::integer, 0);
begin
    return regexp_replace(v_text, '[{]seq(:0[0-9]+)?[}]',
        lpad(p_sequence::text, greatest(v_width, length(p_sequence::text)), '0'));
end $$;

create function cd.number_format(p_series text) returns jsonb language sql stable
set search_path = pg_catalog, pg_temp as $$
    select value -> p_series from cd.setting where name = 'number_formats'
$$;

create function cd.series_year(p_series text, p_on date) returns integer language sql stable
set search_path = pg_catalog, pg_temp as $$
    select case when (cd.number_format(p_series) ->> 'yearly')::boolean
        then extract(year from p_on)::integer else 0 end
$$;

-- Take the next numbers of a series out of it; the series' row is locked until the commit.
create function cd.cut_block(p_series text, p_year integer, p_count integer, out first bigint, out last bigint)
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    insert into cd.number_series as s (series, year, next) values (p_series, p_year, 1 + p_count)
    on conflict (series, year) do update set next = s.next + p_count
    returning s.next - p_count, s.next - 1 into first, last;
end $$;

-- The next number of the centre's own lease that nobody used: it is used now.
create function cd.centre_number(p_series text, p_on date) returns text language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    v_year integer := cd.series_year(p_series, p_on);
    v_number text;
begin
    loop
        v_number := cd.write_number(cd.number_format(p_series) ->> 'pattern',
            extract(year from p_on)::integer, cd.centre_sequence(p_series, v_year));
        insert into cd.number_used (series, number) values (p_series, v_number) on conflict do nothing;
        if found then
            return v_number;
        end if;
    end loop;
end $$;

create function cd.centre_sequence(p_series text, p_year integer) returns bigint language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    v_lease uuid;
    v_sequence bigint;
begin
    select request_id into v_lease from cd.number_lease
    where counter_id is null and series = p_series and year = p_year and next <= last
    order by first limit 1 for update;
    if v_lease is null then
        v_lease := gen_random_uuid();
        insert into cd.number_lease (request_id, series, year, first, last, next)
        select v_lease, p_series, p_year, block.first, block.last, block.first
        from cd.cut_block(p_series, p_year, 100) as block;
    end if;
    update cd.number_lease set next = next + 1 where request_id = v_lease
    returning next - 1 into v_sequence;
    return v_sequence;
end $$;
