-- Numbers read back: of which series, year and place a printed number is, and whose it was to use.

-- Every pattern that a series ever had: numbers written by an older one are still read by it.
-- `expression` gives year, the counter's code (of a number from a counter's own fallback series,
-- such as R-C07-000123) and the place in the series, in groups whose numbers stand beside it. The
-- rest says the same of a plain number by lengths alone, in half the time: it is for every payment.
create table cd.number_pattern (
    series text not null,
    pattern text not null,
    yearly boolean not null,
    expression text not null,
    year_group integer,
    century integer not null,
    code_group integer not null,
    head text not null,
    tail text not null,
    head_length integer not null,
    year_at integer not null,
    year_digits integer not null,
    kept_at timestamptz not null default clock_timestamp(),
    primary key (series, pattern, yearly)
);

create function cd.pattern_expression(p_pattern text) returns text language sql immutable
set search_path = pg_catalog, pg_temp as $$
    select '^' || regexp_replace(replace(replace(
        regexp_replace(p_pattern, '([][{}().*+?^$|\\-])', '\\\1', 'g'),
        '\{yyyy\}', '([0-9]{4})'), '\{yy\}', '([0-9]{2})'),
        '\\[{]seq(:0[0-9]+)?\\[}]', '(?:([A-Z0-9]{1,12})-)?([0-9]{1,18})') || '$'
$$;

create function cd.keep_patterns() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    insert into cd.number_pattern as p (series, pattern, yearly, expression, year_group, century,
        code_group, head, tail, head_length, year_at, year_digits)
    select form.key, form.value ->> 'pattern', (form.value ->> 'yearly')::boolean,
        cd.pattern_expression(form.value ->> 'pattern'),
        case when part.head like '%{yy%' then 1 when part.tail like '%{yy%' then 3 end,
        case when form.value ->> 'pattern' like '%{yyyy}%' then 0 else 2000 end,
        case when part.head like '%{yy%' then 2 else 1 end,
        part.head, part.tail, length(replace(replace(part.head, '{yyyy}', 'yyyy'), '{yy}', 'yy')),
        position('{yy' in part.head),
        case when part.head like '%{yyyy}%' then 4 when part.head like '%{yy}%' then 2 else 0 end
    from jsonb_each(new.value) as form, lateral (select
        split_part(form.value ->> 'pattern', '{seq', 1) as head,
        regexp_replace(form.value ->> 'pattern', '^.*[{]seq[^}]*[}]', '') as tail) as part
    on conflict (series, pattern, yearly) do update set kept_at = clock_timestamp();
    return null;
end $$;
create trigger keep_patterns after insert or update on cd.setting
    for each row when (new.name = 'number_formats') execute function cd.keep_patterns();

-- Whether all of them are plain numbers of this counter's leases, as nearly always. A number whose
-- year stands behind its place is not read here.
create function cd.are_own_numbers(p_counter uuid, p_series text[], p_numbers text[]) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return not exists (
        select from unnest(p_series, p_numbers) as one (series, number)
        where not exists (
            select from (
                select p.*, substr(one.number, p.year_at, p.year_digits) as year, substr(one.number,
                    p.head_length + 1, length(one.number) - p.head_length - length(p.tail)) as place
                from cd.number_pattern as p
                where p.series = one.series and length(one.number) > p.head_length + length(p.tail)
                offset 0) as p
            where one.number = replace(replace(p.head, '{yyyy}', p.year), '{yy}', p.year)
                    || p.place || p.tail
                and translate(p.year || p.place, '0123456789', '') = '' and length(p.place) < 19
                and p_counter = (
                    select case when l.last >= p.place::bigint then l.counter_id end
                    from cd.number_lease as l
                    where l.series = one.series and l.first <= p.place::bigint
                        and l.year = case when p.yearly then nullif(p.year, '')::integer + p.century else 0 end
                    order by l.first desc limit 1)));
end $$;

-- A number belongs to who leased it; of a counter's own series, to the counter it names. What
-- another one uses is money all the same: it is posted, and a person must look at it.
create function cd.watch_numbers(p_counter uuid, p_seq bigint, p_series text[], p_numbers text[])
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if cd.are_own_numbers(p_counter, p_series, p_numbers) then
        return;
    end if;
    insert into cd.work_item (kind, counter_id, seq, subject, detail)
    select 'foreign_number', p_counter, p_seq, left(one.series || ' ' || one.number, 200),
        case when lease.first is null or read.code is not null
                then 'the number was never leased to this counter'
            when lease.counter_id is null then 'the number is in a lease of the centre itself'
            else 'the number is in a lease of ' || (
                select code from cd.counter where counter_id = lease.counter_id) end
    from unnest(p_series, p_numbers) as one (series, number)
    left join lateral (
        select case when p.yearly then part[p.year_group]::integer + p.century else 0 end as year,
            part[p.code_group] as code, part[p.code_group + 1]::bigint as place
        from cd.number_pattern as p cross join lateral regexp_match(one.number, p.expression) as part
        where p.series = one.series and part is not null
        order by p.kept_at desc limit 1) as read on true
    left join lateral (
        select l.counter_id, l.first, l.last from cd.number_lease as l
        where l.series = one.series and l.year = read.year and l.first <= read.place
        order by l.first desc limit 1) as lease on lease.last >= read.place
    where case when read.code is null then lease.counter_id is distinct from p_counter
        else read.code is distinct from (select code from cd.counter where counter_id = p_counter) end
    on conflict do nothing;
end $$;
