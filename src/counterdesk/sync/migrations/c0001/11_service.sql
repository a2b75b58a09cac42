-- The centre's own service and its administration. The service reads what it must judge and writes
-- through a handful of functions, nothing else.

-- How counters reach this centre; told to them in their enrolment code, and to those that are enrolled
-- as `body`, which the utility signed. No TLS: a socket, loopback.
create table cd.reach (
    one boolean primary key default true check (one),
    host text not null check (host <> ''),
    port integer not null check (port between 1 and 65535),
    server_ca text,
    body bytea,
    signature bytea,
    check ((body is null) = (signature is null))
);

create view cd.reach_now with (security_invoker = true) as
select body, signature from cd.reach where body is not null;

-- When the service was last there, for those who look after it.
create table cd.service (
    one boolean primary key default true check (one),
    seen_at timestamptz,
    version text not null default ''
);

-- Wakes the service at once; it would also find out by itself, a little later.
create function cd.wake_service() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    perform pg_notify('cd_service', '');
    return null;
end $$;
create trigger wake_service after insert or update of status on cd.counter
    for each statement execute function cd.wake_service();
create trigger wake_service after insert or update or delete on cd.person
    for each statement execute function cd.wake_service();

-- A counter that showed its key gets its certificates. It stays outside until it has stored them. One
-- that works gets new ones for the same key before they run out.
create function cd.certify(p_counter uuid, p_public_key bytea, p_certificate bytea, p_tls text)
returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update cd.counter set certificate = p_certificate, tls_certificate = p_tls
    where counter_id = p_counter and status in ('enrolling', 'active') and public_key = p_public_key;
    return found;
end $$;

-- The new counter holds its certificates; from now on it needs them to connect.
create function cd.confirm_enrolled() returns void language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin
    update cd.counter set status = 'active'
    where role_name = session_user and status = 'enrolling' and certificate is not null;
    if not found then
        raise exception 'this counter is not certified' using errcode = '28000';
    end if;
    execute format('grant cd_counter to %I', session_user);
    execute format('revoke cd_enrolling from %I', session_user);
end $$;

create function cd.tell_people(p_office text, p_body bytea, p_signature bytea, p_valid_until timestamptz)
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into cd.permission_snapshot as s (office, body, signature, valid_until)
    values (p_office, p_body, p_signature, p_valid_until)
    on conflict (office) do update set body = excluded.body, signature = excluded.signature,
        valid_until = excluded.valid_until;
    perform cd.publish(array['snapshot'], array[p_office]);
end $$;

-- The same word of the feed as for people lets every counter ask for it.
create function cd.tell_reach(p_body bytea, p_signature bytea) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update cd.reach set body = p_body, signature = p_signature;
    perform cd.publish(array['snapshot'], array['']);
end $$;

create function cd.note_verified(p_counter uuid, p_through bigint, p_bad bigint[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform cd.alarm('bad_signature', p_counter, bad, 'the signature is not of this counter''s key')
    from unnest(p_bad) as bad;
    update cd.counter set verified_seq = p_through
    where counter_id = p_counter and p_through between verified_seq and last_seq;
end $$;

create function cd.expire_reservations() returns bigint language sql security definer
set search_path = pg_catalog, pg_temp as $$
    with late as (  -- what a payment uses up at this moment is not waited for
        select request_id, credit_note_id from cd.reservation
        where held_until < clock_timestamp() for update skip locked
    ), gone as (delete from cd.reservation using late
        where (reservation.request_id, reservation.credit_note_id)
            = (late.request_id, late.credit_note_id) returning 1)
    select count(*) from gone
$$;

-- The newest row stays: it is where the feed stands. Who slept longer fetches everything anew. Cut at
-- one place of the feed, not by each row's time: a clock that jumped must leave no hole in it.
create function cd.prune_feed(p_days integer) returns bigint language sql security definer
set search_path = pg_catalog, pg_temp as $$
    with gone as (
        delete from cd.change where sync_seq < coalesce(
            (select min(sync_seq) from cd.change
             where at >= clock_timestamp() - make_interval(days => greatest(p_days, 1))),
            (select max(sync_seq) from cd.change)) returning 1)
    select count(*) from gone
$$;

-- A month whose payments lie in the default part already stays there: they are found all the same.
create function cd.prepare_ahead() returns void language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin
    for months in 0..18 loop
        begin
            perform cd.prepare_month((current_date + make_interval(months => months))::date);
        exception when check_violation then
            null;
        end;
    end loop;
end $$;

create function cd.service_seen(p_version text) returns void language sql security definer
set search_path = pg_catalog, pg_temp as $$
    insert into cd.service (seen_at, version) values (clock_timestamp(), left(p_version, 40))
    on conflict (one) do update set seen_at = excluded.seen_at, version = excluded.version
$$;

grant usage on schema cd to cd_service;
grant execute on function cd.certify(uuid, bytea, bytea, text),
    cd.tell_people(text, bytea, bytea, timestamptz), cd.tell_reach(bytea, bytea), cd.note_verified(uuid, bigint, bigint[]),
    cd.expire_reservations(), cd.prune_feed(integer), cd.prepare_ahead(), cd.service_seen(text),
    cd.end_stalls(), cd.expire_credit(), cd.make_change(bigint, text, integer, jsonb, text),
    cd.make_person(bigint, integer, jsonb),
    cd.return_change(bigint, text, text, text)
to cd_service;
grant execute on function cd.confirm_enrolled() to cd_enrolling;

do $$
declare v_table text;
begin
    foreach v_table in array array['reach', 'service'] loop
        execute format('alter table cd.%I enable row level security', v_table);
        execute format('alter table cd.%I force row level security', v_table);
        execute format('create policy owner on cd.%I to cd_owner using (true) with check (true)', v_table);
    end loop;
    grant select (body, signature) on cd.reach to cd_counter;
    grant select on cd.reach_now to cd_counter;
    create policy counters_read on cd.reach for select to cd_counter
        using ((select cd.caller_is_active()));
    foreach v_table in array array['site', 'counter', 'person', 'permission_snapshot', 'event', 'reach',
            'setting', 'asked_change', 'schema_version'] loop
        execute format('grant select on cd.%I to cd_service', v_table);
        execute format('create policy service_reads on cd.%I for select to cd_service using (true)', v_table);
    end loop;
end $$;
