-- The feed: what changed, in the order of the commits that changed it.

create sequence cd.change_seq;

-- `tag` tells this history from another one that reached the same number (a restored centre).
create table cd.change (
    sync_seq bigint primary key,
    tag uuid not null default gen_random_uuid(),
    kind text not null,
    key text not null,
    counter_id uuid,
    at timestamptz not null default clock_timestamp()
);

-- Locked by whoever tells the feed something. A table, because no counter's login may lock it; an
-- advisory lock could be held by anyone.
create table cd.turn ();

-- Called last in every writing transaction: the lock is held until its commit is visible, so that
-- no reader who saw a number can be overtaken by a smaller one.
create function cd.publish(p_kinds text[], p_keys text[], p_counter uuid default null) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if coalesce(array_length(p_kinds, 1), 0) = 0 then
        return;
    end if;
    lock table cd.turn in exclusive mode;
    insert into cd.change (sync_seq, kind, key, counter_id)
    select nextval('cd.change_seq'), one.kind, one.key,
        case when one.kind = 'exception' then p_counter end
    from (select distinct kind, key from unnest(p_kinds, p_keys) as given (kind, key)) as one;
    -- A hint to wake. Somebody who floods the queue must not stop anyone's commit.
    if pg_notification_queue_usage() < 0.5 then
        perform pg_notify('cd_feed', '');
    end if;
end $$;

-- The same of what an event touched, each written kind:key.
create function cd.publish_touched(p_touched text[], p_counter uuid) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    perform cd.publish(
        array(select split_part(one, ':', 1) from unnest(p_touched) as one),
        array(select split_part(one, ':', 2) from unnest(p_touched) as one), p_counter);
end $$;

-- For whoever put the database back to an earlier copy: what it gave out since it no longer knows.
-- Numbers go on beyond all that, and every counter fetches everything anew. `p_skip` is more than
-- was given out since the copy was made; who puts the same copy back again takes more than before.
create function cd.after_restore(p_skip bigint, p_on date default current_date) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    perform cd.skip_numbers(p_skip, p_on);
    delete from cd.change;
    perform cd.publish(array['setting'], array['utility_name']);
end $$;

-- Also of a series that the copy does not know yet: of last year, of this one, and of the next
-- one from the day on that counters hold its numbers too.
create function cd.skip_numbers(p_count bigint, p_on date) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    insert into cd.number_series (series, year)
    select form.key, case when (form.value ->> 'yearly')::boolean then one.year else 0 end
    from cd.setting, jsonb_each(value) as form,
        generate_series(extract(year from p_on)::integer - 1,
            extract(year from p_on + interval '17 days')::integer) as one (year)
    where name = 'number_formats'
    on conflict do nothing;
    insert into cd.number_cancelled (series, year, first, last, reason)
    select series, year, next, last, 'restored' from cd.number_lease
    where counter_id is null and next <= last
    union all select series, year, next, next + p_count - 1, 'restored' from cd.number_series;
    update cd.number_series set next = next + p_count;
    update cd.number_lease set next = last + 1 where counter_id is null;
end $$;
