-- What a counter calls. It is known by the login of its session, never by what it says.

create function cd.this_counter() returns cd.counter language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
declare c cd.counter;
begin
    select * into c from cd.counter where role_name = session_user;
    if c.counter_id is null or c.status = 'revoked' then
        raise exception 'this login is not a counter''s, or the counter was revoked'
            using errcode = '28000';
    end if;
    return c;
end $$;

create function cd.caller_is_active() returns boolean language sql stable security definer
set search_path = pg_catalog, pg_temp as $$
    select exists (select from cd.counter where role_name = session_user and status = 'active')
$$;

create function cd.caller_id() returns uuid language sql stable security definer
set search_path = pg_catalog, pg_temp as $$
    select counter_id from cd.counter where role_name = session_user and status = 'active'
$$;

-- The charges an event touches, for locking them before anything else; {} if it cannot be read.
create function cd.charges_of(p_body bytea) returns uuid[] language plpgsql immutable
set search_path = pg_catalog, pg_temp as $$
begin
    return array(select (one ->> 'charge_id')::uuid
        from jsonb_array_elements(convert_from(p_body, 'UTF8')::jsonb #> '{data,allocations}') as one
        limit 1000)
        || case when position('"undone":'::bytea in p_body) > 0 then array(select (one ->> 'charge_id')::uuid
            from jsonb_array_elements(convert_from(p_body, 'UTF8')::jsonb #> '{data,undone}') as one
            where one ->> 'charge_id' is not null limit 1000) end;
exception when data_exception or program_limit_exceeded then
    return '{}';
end $$;

-- The credit notes it spends, likewise. Most events spend none and are not read a second time: credit
-- is found as tills write it, and who writes it otherwise may have to push again.
create function cd.notes_of(p_body bytea) returns uuid[] language plpgsql immutable
set search_path = pg_catalog, pg_temp as $$
begin
    if position('"kind":"credit_note.changed"'::bytea in p_body) > 0 then
        return array[(convert_from(p_body, 'UTF8')::jsonb #>> '{data,change,credit_note_id}')::uuid];
    end if;
    if position('"kind":"credit"'::bytea in p_body) = 0 then
        return '{}';
    end if;
    return array(select (one ->> 'credit_note_id')::uuid
        from jsonb_array_elements(convert_from(p_body, 'UTF8')::jsonb #> '{data,tenders}') as one
        limit 1000);
exception when data_exception or program_limit_exceeded then
    return '{}';
end $$;

-- Those that an undo gives back to or takes from: named, the excess of what it reopens, or credited of
-- its payments. Its charges are locked already, so that no excess is made meanwhile.
create function cd.notes_undone(p_body bytea) returns uuid[] language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    if position('"undone":'::bytea in p_body) = 0 then
        return '{}';
    end if;
    return array(
        select id::uuid from (select convert_from(p_body, 'UTF8')::jsonb #> '{data,undone}') as said (undone)
        cross join lateral jsonb_array_elements(undone) as one
        cross join lateral unnest(array[one ->> 'born_note_id', one ->> 'spent_note_id']) as named (id)
        where id is not null limit 2000)
        || array(select n.id from cd.allocation as a join cd.credit_note as n on n.source_allocation = a.id
            where a.charge_id = any(cd.charges_of(p_body)))
        || array(select n.id from (select convert_from(p_body, 'UTF8')::jsonb #> '{data,undone}') as said (undone)
            cross join lateral jsonb_array_elements(undone) as one
            join cd.credit_note as n on n.payment_id = (one ->> 'payment_id')::uuid and n.source = 'manual');
exception when data_exception or program_limit_exceeded then
    return '{}';
end $$;

-- One event whose chain holds, kept and applied; raises whatever is wrong with it.
create function cd.apply_and_keep(p_counter uuid, p_seq bigint, p_body bytea, p_hash bytea,
    p_signature bytea) returns text[] language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_event jsonb := convert_from(p_body, 'UTF8')::jsonb;
    v_touched text[] := cd.apply_event(p_counter, p_seq, v_event);
begin
    insert into cd.event (counter_id, seq, event_id, kind, body, hash, signature, business_date)
    values (p_counter, p_seq, (v_event ->> 'event_id')::uuid, v_event ->> 'kind', p_body, p_hash,
        p_signature, (v_event ->> 'business_date')::date);
    return v_touched;
end $$;

-- The same, but an event that cannot be applied is kept all the same, and its money in suspense.
-- Returns what the feed must tell.
create function cd.take_event(p_counter uuid, p_seq bigint, p_body bytea, p_hash bytea,
    p_signature bytea) returns text[] language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_event jsonb;
    v_state text;
    v_reason text;
begin
    return cd.apply_and_keep(p_counter, p_seq, p_body, p_hash, p_signature);
exception when others then
    get stacked diagnostics v_state = returned_sqlstate, v_reason = message_text;
    if cd.is_machines_fault(v_state) then
        raise;
    end if;
    v_event := cd.read_in_spite(p_body);
    insert into cd.event (counter_id, seq, kind, body, hash, signature, business_date)
    values (p_counter, p_seq, coalesce(v_event ->> 'kind', 'unreadable'), p_body, p_hash,
        p_signature, cd.date_in(v_event ->> 'business_date'));
    perform cd.suspend(p_counter, p_seq, v_event, v_state, v_reason);
    -- Of the charges it names, the counter must be told that it is not in what was paid of them.
    return array['exception:' || p_seq] || array(select 'charge:' || charge_id from cd.charge
        where charge_id = any(cd.charges_of(p_body)));
end $$;

-- Sorted, before anything else: two pushes never wait for each other in a ring.
create function cd.lock_charges_of(p_bodies bytea[]) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    perform from cd.charge where charge_id = any(array(
        select unnest(cd.charges_of(body)) from unnest(p_bodies) as body))
    order by charge_id for update;
    perform from cd.credit_note where id = any(array(
        select unnest(cd.notes_of(body) || cd.notes_undone(body)) from unnest(p_bodies) as body))
    order by id for update;
end $$;

-- The machine's faults are not the event's: the whole push is tried again later.
create function cd.is_machines_fault(p_state text) returns boolean language plpgsql immutable
set search_path = pg_catalog, pg_temp as $$
begin
    return left(p_state, 2) in ('25', '40', '53', '55', '57', '58', 'XX') or p_state = '42501';
end $$;

-- jsonb cannot hold a zero character; what else the event says can be read without it.
create function cd.read_in_spite(p_body bytea) returns jsonb language plpgsql immutable
set search_path = pg_catalog, pg_temp as $$
begin
    return replace(convert_from(p_body, 'UTF8'), $zero$\u0000$zero$, $zero$\ufffd$zero$)::jsonb;
exception when data_exception or program_limit_exceeded then
    return null;
end $$;

create function cd.date_in(p_text text) returns date language plpgsql immutable
set search_path = pg_catalog, pg_temp as $$
begin
    return case when p_text ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' then p_text::date end;
exception when data_exception then
    return null;
end $$;

-- What is no whole amount is no amount: then a person must read the event.
create function cd.minor_in(p_value jsonb) returns bigint language plpgsql immutable
set search_path = pg_catalog, pg_temp as $$
begin
    return case when jsonb_typeof(p_value) = 'number' and p_value::text ~ '^-?[0-9]{1,18}$'
        then p_value::bigint end;
end $$;

create function cd.suspend(p_counter uuid, p_seq bigint, p_event jsonb, p_state text, p_reason text)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    t jsonb := p_event -> 'totals';
    v_kind text := left(coalesce(p_event ->> 'kind', 'unreadable'), 200);
begin
    insert into cd.suspense (counter_id, seq, kind, reason, sqlstate, currency, business_date,
        cash_delta_minor, tenders)
    values (p_counter, p_seq, v_kind, left(p_reason, 500), p_state, left(t ->> 'currency', 200),
        cd.date_in(p_event ->> 'business_date'), cd.minor_in(t -> 'cash_delta_minor'),
        case when jsonb_typeof(t -> 'tenders') = 'object' then t -> 'tenders' else '{}' end);
    insert into cd.work_item (kind, counter_id, seq, subject, detail)
    values ('suspense', p_counter, p_seq, v_kind, left(p_reason, 500));
end $$;

-- One row for one matter; met again after it was done, it is open again.
create function cd.alarm(p_kind text, p_counter uuid, p_seq bigint, p_detail text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    insert into cd.work_item as w (kind, counter_id, seq, subject, detail)
    values (p_kind, p_counter, p_seq, '', p_detail)
    on conflict (kind, counter_id, seq, subject) do update
        set state = 'open', detail = excluded.detail, done_at = null where w.state = 'done';
end $$;

create function cd.check_batch(p_seqs bigint[], p_bodies bytea[], p_hashes bytea[], p_signatures bytea[])
returns integer language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    n integer := cardinality(p_seqs);
    v_bytes bigint;
begin
    if n is null or cardinality(p_bodies) is distinct from n or cardinality(p_hashes) is distinct from n
            or cardinality(p_signatures) is distinct from n or array_position(p_bodies, null) is not null
            or array_position(p_seqs, null) is not null or array_position(p_hashes, null) is not null
            or array_position(p_signatures, null) is not null
            or 1 <> any(array[array_lower(p_seqs, 1), array_lower(p_bodies, 1),
                array_lower(p_hashes, 1), array_lower(p_signatures, 1)]) then
        raise exception 'a push has as many bodies, hashes and signatures as numbers'
            using errcode = '22023';
    end if;
    if n > 50 or exists (select from unnest(p_signatures) as one where octet_length(one) > 256) then
        raise exception 'a push has at most 50 events' using errcode = '54000';
    end if;
    v_bytes := (select coalesce(sum(octet_length(body)), 0) from unnest(p_bodies) as body);
    -- One event alone may be larger: it must get through.
    if (v_bytes > 262144 and n > 1) or v_bytes > 4194304 then
        raise exception 'a push has at most 256 KiB' using errcode = '54000';
    end if;
    return n;
end $$;

-- How many of the events follow from what is kept, after how many that are kept already.
create function cd.check_chain(c cd.counter, p_seqs bigint[], p_bodies bytea[], p_hashes bytea[],
    out status text, out duplicates integer, out good integer) language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    status := 'OK';
    duplicates := 0;
    good := 0;
    for i in 1..cardinality(p_seqs) loop
        if p_seqs[i] <= c.last_seq and good > 0 then
            status := 'GAP';
            exit;
        elsif p_seqs[i] <= c.last_seq and exists (select from cd.event
                where counter_id = c.counter_id and seq = p_seqs[i] and hash = p_hashes[i]) then
            duplicates := duplicates + 1;
        elsif p_seqs[i] <= c.last_seq then
            status := 'FORK';
            perform cd.alarm('fork', c.counter_id, null, format('%s is another event here', p_seqs[i]));
            exit;
        elsif p_seqs[i] > c.last_seq + 1 then
            status := 'GAP';
            exit;
        elsif p_hashes[i] <> sha256(c.last_hash || p_bodies[i]) then
            status := 'BADCHAIN';
            perform cd.alarm('bad_chain', c.counter_id, null,
                format('the hash of %s does not follow from the bytes', p_seqs[i]));
            exit;
        else
            c.last_seq := p_seqs[i];
            c.last_hash := p_hashes[i];
            good := good + 1;
        end if;
    end loop;
end $$;

-- Take events in their order; answers how far this counter's history is kept here.
create function cd.push(p_seqs bigint[], p_bodies bytea[], p_hashes bytea[], p_signatures bytea[],
    p_about jsonb default '{}') returns jsonb language plpgsql security definer
set search_path = pg_catalog, pg_temp set datestyle = 'ISO, YMD' set timezone = 'UTC'
set plan_cache_mode = force_generic_plan set lock_timeout = '10s' as $$
declare
    n integer := cd.check_batch(p_seqs, p_bodies, p_hashes, p_signatures);
    c cd.counter;
    v_chain record;
    v_first integer;
    v_last integer;
    v_touched text[] := '{}';
begin
    perform cd.must_not_linger();
    select * into c from cd.counter where role_name = session_user and status = 'active' for update;
    if not found then
        raise exception 'this login is no active counter''s' using errcode = '28000';
    end if;
    v_chain := cd.check_chain(c, p_seqs, p_bodies, p_hashes);
    v_first := v_chain.duplicates + 1;
    v_last := v_chain.duplicates + v_chain.good;
    perform cd.lock_charges_of(p_bodies[v_first:v_last]);
    for i in v_first..v_last loop
        v_touched := v_touched
            || cd.take_event(c.counter_id, p_seqs[i], p_bodies[i], p_hashes[i], p_signatures[i]);
        c.last_seq := p_seqs[i];
        c.last_hash := p_hashes[i];
    end loop;
    perform cd.note_seen(c, p_about);
    perform cd.publish_touched(v_touched, c.counter_id);
    return cd.answer(c) || jsonb_build_object('status', v_chain.status, 'taken', v_chain.good,
        'duplicates', v_chain.duplicates);
exception when lock_not_available then
    perform cd.end_stalls();
    raise;
end $$;

-- A counter holds locks for the length of one call. A line that went dead in between, or a login
-- that keeps its transaction open on purpose, must not hold up the others.
create function cd.must_not_linger() returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    perform set_config('synchronous_commit', 'on', true);
    perform set_config('idle_in_transaction_session_timeout', '10s', true);
end $$;

-- The timeout above is a counter's own to set again, so whoever had to wait ends who lingers, if
-- the server lets this schema's owner do so. The service asks for it too; then it leaves a work item.
create function cd.end_stalls() returns integer language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
declare
    v_ended integer := 0;
    v_one record;
begin
    if not pg_has_role('cd_owner', 'pg_signal_backend', 'usage')
            or not pg_has_role('cd_owner', 'pg_read_all_stats', 'usage') then
        return 0;
    end if;
    for v_one in select a.pid, c.counter_id from pg_stat_activity as a
            join cd.counter as c on c.role_name = a.usename
            where a.datname = current_database() and a.pid <> pg_backend_pid()
                and (a.state = 'active' and a.query_start < clock_timestamp() - interval '1 minute'
                    or a.backend_xid is not null and (
                        a.xact_start < clock_timestamp() - interval '1 minute'
                        or a.state like 'idle in transaction%'
                            and a.state_change < clock_timestamp() - interval '10 seconds')) loop
        if pg_terminate_backend(v_one.pid) then
            v_ended := v_ended + 1;
            perform cd.alarm('stalled', v_one.counter_id, null, 'a transaction was held open and ended');
        end if;
    end loop;
    return v_ended;
end $$;

create function cd.note_seen(c cd.counter, p_about jsonb) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare v_skew bigint;
begin
    begin  -- what a counter says of itself must not stop its money
        v_skew := round(extract(epoch from (p_about ->> 'at_utc')::timestamptz - clock_timestamp()) * 1000);
    exception when data_exception or feature_not_supported then
        null;
    end;
    update cd.counter set last_seq = c.last_seq, last_hash = c.last_hash,
        last_seen_at = clock_timestamp(), clock_skew_ms = coalesce(v_skew, clock_skew_ms),
        app_version = coalesce(left(p_about ->> 'version', 40), app_version)
    where counter_id = c.counter_id;
end $$;

create function cd.answer(c cd.counter) returns jsonb language sql stable
set search_path = pg_catalog, pg_temp as $$
    select jsonb_build_object('counter_id', c.counter_id, 'code', c.code, 'last_seq', c.last_seq,
        'last_hash', encode(c.last_hash, 'hex'), 'server_time', clock_timestamp(),
        'epoch', (select epoch from cd.site), 'schema', 1,
        'head_seq', (select coalesce(max(sync_seq), 0) from cd.change))
$$;
