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

-- Called last in every writing transaction: the lock is held until its commit is visible, so that
-- no reader who saw a number can be overtaken by a smaller one.
create function cd.publish(p_kinds text[], p_keys text[], p_counter uuid default null) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if coalesce(array_length(p_kinds, 1), 0) = 0 then
        return;
    end if;
    perform pg_advisory_xact_lock(3241003);
    insert into cd.change (sync_seq, kind, key, counter_id)
    select nextval('cd.change_seq'), one.kind, one.key,
        case when one.kind = 'exception' then p_counter end
    from (select distinct kind, key from unnest(p_kinds, p_keys) as given (kind, key)) as one;
    perform pg_notify('cd_feed', '');
end $$;
