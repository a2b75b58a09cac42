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

-- One event whose chain holds: kept always, applied if it can be. Returns what the feed must tell.
create function cd.take_event(c cd.counter, p_seq bigint, p_body bytea, p_hash bytea, p_signature bytea)
returns text[] language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_event jsonb;
    v_touched text[] := '{}';
    v_state text;
    v_reason text;
begin
    insert into cd.event (counter_id, seq, kind, body, hash, signature)
    values (c.counter_id, p_seq, 'unreadable', p_body, p_hash, p_signature);
    begin
        v_event := convert_from(p_body, 'UTF8')::jsonb;
        update cd.event set event_id = (v_event ->> 'event_id')::uuid,
            kind = v_event ->> 'kind', business_date = (v_event ->> 'business_date')::date
        where counter_id = c.counter_id and seq = p_seq;
        v_touched := cd.apply_event(c.counter_id, p_seq, v_event);
    exception when others then
        get stacked diagnostics v_state = returned_sqlstate, v_reason = message_text;
        -- The machine's faults are not the event's: the whole push is tried again later.
        if left(v_state, 2) in ('40', '53', '55', '57', '58', 'XX') then
            raise;
        end if;
        -- Of the charges it names, the counter must be told that it is not in what was paid of them.
        v_touched := cd.suspend(c.counter_id, p_seq, v_event, v_state, v_reason)
            || array(select 'charge:' || charge_id from cd.charge
                     where charge_id = any(cd.charges_of(p_body)));
    end;
    return v_touched;
end $$;

create function cd.suspend(p_counter uuid, p_seq bigint, p_event jsonb, p_state text, p_reason text)
returns text[] language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_totals jsonb := coalesce(p_event -> 'totals', '{}');
begin
    insert into cd.suspense (counter_id, seq, kind, reason, sqlstate)
    values (p_counter, p_seq, coalesce(p_event ->> 'kind', 'unreadable'), p_reason, p_state);
    insert into cd.work_item (kind, counter_id, seq, subject, detail)
    values ('suspense', p_counter, p_seq, coalesce(p_event ->> 'kind', 'unreadable'), p_reason);
    begin  -- totals that cannot be read leave the sums empty; the bytes are kept
        update cd.suspense set currency = v_totals ->> 'currency',
            business_date = (p_event ->> 'business_date')::date,
            cash_delta_minor = (v_totals ->> 'cash_delta_minor')::bigint,
            tenders = coalesce(v_totals -> 'tenders', '{}')
        where counter_id = p_counter and seq = p_seq;
    exception when data_exception or not_null_violation then
        null;
    end;
    return array['exception:' || p_seq];
end $$;

create function cd.alarm(p_kind text, p_counter uuid, p_seq bigint, p_detail text) returns void
language sql set search_path = pg_catalog, pg_temp as $$
    insert into cd.work_item (kind, counter_id, seq, subject, detail)
    values (p_kind, p_counter, p_seq, '', p_detail) on conflict do nothing
$$;

create function cd.check_batch(p_seqs bigint[], p_bodies bytea[], p_hashes bytea[], p_signatures bytea[])
returns integer language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    n integer := cardinality(p_seqs);
    v_bytes bigint := (select coalesce(sum(octet_length(body)), 0) from unnest(p_bodies) as body);
begin
    if n is null or cardinality(p_bodies) <> n or cardinality(p_hashes) <> n
            or cardinality(p_signatures) <> n or array_position(p_bodies, null) is not null
            or array_position(p_seqs, null) is not null or array_position(p_hashes, null) is not null
            or array_position(p_signatures, null) is not null then
        raise exception 'a push has as many bodies, hashes and signatures as numbers'
            using errcode = '22023';
    end if;
    -- One event alone may be larger: it must get through.
    if n > 50 or (v_bytes > 262144 and n > 1) or v_bytes > 4194304 then
        raise exception 'a push has at most 50 events and 256 KiB' using errcode = '54000';
    end if;
    return n;
end $$;

-- Take events in their order; answers how far this counter's history is kept here.
create function cd.push(p_seqs bigint[], p_bodies bytea[], p_hashes bytea[], p_signatures bytea[],
    p_about jsonb default '{}') returns jsonb language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
declare
    n integer := cd.check_batch(p_seqs, p_bodies, p_hashes, p_signatures);
    c cd.counter;
    v_status text := 'OK';
    v_touched text[] := '{}';
    v_duplicates integer := 0;
    v_taken integer := 0;
begin
    perform set_config('synchronous_commit', 'on', true);
    select * into c from cd.counter where role_name = session_user and status = 'active' for update;
    if not found then
        raise exception 'this login is no active counter''s' using errcode = '28000';
    end if;
    perform from cd.charge where charge_id = any(array(
        select unnest(cd.charges_of(body)) from unnest(p_bodies) as body))
    order by charge_id for update;
    for i in 1..n loop
        if p_seqs[i] <= c.last_seq then
            if not exists (select from cd.event where counter_id = c.counter_id
                    and seq = p_seqs[i] and hash = p_hashes[i]) then
                v_status := 'FORK';
                perform cd.alarm('fork', c.counter_id, p_seqs[i], 'another event has this place already');
                exit;
            end if;
            v_duplicates := v_duplicates + 1;
        elsif p_seqs[i] > c.last_seq + 1 then
            v_status := 'GAP';
            exit;
        elsif p_hashes[i] <> sha256(c.last_hash || p_bodies[i]) then
            v_status := 'BADCHAIN';
            perform cd.alarm('bad_chain', c.counter_id, p_seqs[i], 'the hash does not follow from the bytes');
            exit;
        else
            v_touched := v_touched
                || cd.take_event(c, p_seqs[i], p_bodies[i], p_hashes[i], p_signatures[i]);
            c.last_seq := p_seqs[i];
            c.last_hash := p_hashes[i];
            v_taken := v_taken + 1;
        end if;
    end loop;
    perform cd.note_seen(c, p_about);
    perform cd.publish(
        array(select split_part(one, ':', 1) from unnest(v_touched) as one),
        array(select split_part(one, ':', 2) from unnest(v_touched) as one), c.counter_id);
    return cd.answer(c) || jsonb_build_object('status', v_status, 'taken', v_taken,
        'duplicates', v_duplicates);
end $$;

create function cd.note_seen(c cd.counter, p_about jsonb) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare v_skew bigint;
begin
    begin  -- what a counter says of itself must not stop its money
        v_skew := round(extract(epoch from (p_about ->> 'at_utc')::timestamptz - clock_timestamp()) * 1000);
    exception when data_exception then
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

-- A counter that lost its ledger gets its own events back, byte for byte.
create function cd.my_events(p_after bigint, p_limit integer default 500)
returns table (seq bigint, body bytea, hash bytea, signature bytea) language sql stable security definer
set search_path = pg_catalog, pg_temp as $$
    select e.seq, e.body, e.hash, e.signature from cd.event as e
    where e.counter_id = (cd.this_counter()).counter_id and e.seq > p_after
    order by e.seq limit least(greatest(p_limit, 1), 1000)
$$;

-- A suspended event applied after what it lacked has come. For the centre's people, not counters.
create function cd.apply_again(p_counter uuid, p_seq bigint) returns text language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    v_body bytea;
    v_touched text[];
    v_reason text;
begin
    perform from cd.suspense where counter_id = p_counter and seq = p_seq and state = 'open' for update;
    if not found then
        raise exception 'nothing of this counter waits under this number' using errcode = 'CD002';
    end if;
    select body into strict v_body from cd.event where counter_id = p_counter and seq = p_seq;
    perform from cd.charge where charge_id = any(cd.charges_of(v_body)) order by charge_id for update;
    begin
        v_touched := cd.apply_event(p_counter, p_seq, convert_from(v_body, 'UTF8')::jsonb);
    exception when others then
        get stacked diagnostics v_reason = message_text;
        update cd.suspense set reason = v_reason where counter_id = p_counter and seq = p_seq;
        return v_reason;
    end;
    update cd.suspense set state = 'applied', applied_at = clock_timestamp()
    where counter_id = p_counter and seq = p_seq;
    update cd.work_item set state = 'done', done_at = clock_timestamp()
    where kind = 'suspense' and counter_id = p_counter and seq = p_seq;
    v_touched := v_touched || ('exception:' || p_seq);
    perform cd.publish(
        array(select split_part(one, ':', 1) from unnest(v_touched) as one),
        array(select split_part(one, ':', 2) from unnest(v_touched) as one), p_counter);
    return '';
end $$;

create function cd.lease_numbers(p_request uuid, p_series text, p_year integer, p_count integer,
    out first bigint, out last bigint) language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
declare
    v_counter uuid := cd.caller_id();
    v_lease cd.number_lease;
begin
    if v_counter is null then
        raise exception 'this login is no active counter''s' using errcode = '28000';
    end if;
    if p_count not between 1 and 5000 or p_year not between 0 and 9999
            or cd.number_format(p_series) is null then
        raise exception 'no such numbers are leased' using errcode = '22023';
    end if;
    perform pg_advisory_xact_lock(3241004);  -- the same request twice at once is one lease
    select * into v_lease from cd.number_lease where request_id = p_request;
    if not found then
        select block.first, block.last into v_lease.first, v_lease.last
        from cd.cut_block(p_series, p_year, p_count) as block;
        insert into cd.number_lease (request_id, counter_id, series, year, first, last, next)
        values (p_request, v_counter, p_series, p_year, v_lease.first, v_lease.last, v_lease.first);
    elsif v_lease.counter_id is distinct from v_counter or v_lease.series <> p_series
            or v_lease.year <> p_year then
        raise exception 'this request was for something else' using errcode = '22023';
    end if;
    first := v_lease.first;
    last := v_lease.last;
end $$;

-- Hold a credit note for one visit. The same request again renews what it holds.
create function cd.reserve_credit(p_request uuid, p_note uuid, p_amount bigint, p_seconds integer default 300)
returns jsonb language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_counter uuid := cd.caller_id();
    n cd.credit_note;
    v_free bigint;
    v_until timestamptz := clock_timestamp() + make_interval(secs => least(greatest(p_seconds, 1), 900));
begin
    if v_counter is null then
        raise exception 'this login is no active counter''s' using errcode = '28000';
    end if;
    select * into n from cd.credit_note where id = p_note for update;
    if not found or n.status <> 'Active' or p_amount <= 0 then
        return jsonb_build_object('held', false, 'free_minor', 0);
    end if;
    select n.amount_minor - n.spent_minor - coalesce(sum(r.amount_minor), 0) into v_free
    from cd.reservation as r where r.credit_note_id = p_note and r.request_id <> p_request
        and r.held_until > clock_timestamp();
    if v_free < p_amount then
        return jsonb_build_object('held', false, 'free_minor', greatest(v_free, 0));
    end if;
    insert into cd.reservation as r (request_id, credit_note_id, counter_id, amount_minor, held_until)
    values (p_request, p_note, v_counter, p_amount, v_until)
    on conflict (request_id, credit_note_id) do update
        set amount_minor = excluded.amount_minor, held_until = excluded.held_until
        where r.counter_id = excluded.counter_id;
    if not found then
        return jsonb_build_object('held', false, 'free_minor', 0);
    end if;
    return jsonb_build_object('held', true, 'free_minor', v_free, 'until', v_until);
end $$;

create function cd.release_credit(p_request uuid) returns void language sql security definer
set search_path = pg_catalog, pg_temp as $$
    delete from cd.reservation where request_id = p_request and counter_id = cd.caller_id()
$$;

-- A new counter shows its key. The centre's service then certifies it; the same key again is fine.
create function cd.enroll(p_public_key bytea, p_tls_request text, p_version text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare c cd.counter;
begin
    select * into c from cd.counter where role_name = session_user for update;
    if not found or c.status = 'revoked' or (c.status = 'invited' and c.invited_until < clock_timestamp()) then
        raise exception 'this code was used, withdrawn or is too old' using errcode = '28000';
    end if;
    if c.status <> 'invited' and c.public_key is distinct from p_public_key then
        raise exception 'this counter is enrolled with another key' using errcode = '28000';
    end if;
    if octet_length(p_public_key) is distinct from 32 or octet_length(p_tls_request) > 8192 then
        raise exception 'this is no counter''s key' using errcode = '22023';
    end if;
    if c.status = 'invited' then
        update cd.counter set public_key = p_public_key, tls_request = p_tls_request,
            status = 'enrolling', enrolled_at = clock_timestamp(), app_version = left(p_version, 40)
        where counter_id = c.counter_id;
    end if;
    return jsonb_build_object('counter_id', c.counter_id, 'code', c.code, 'name', c.name,
        'office', c.office);
end $$;
