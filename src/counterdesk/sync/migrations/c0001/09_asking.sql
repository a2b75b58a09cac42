-- What a counter asks for besides: its own events, numbers, credit notes held, and to be let in.

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
set search_path = pg_catalog, pg_temp set datestyle = 'ISO, YMD' set timezone = 'UTC' as $$
declare
    v_body bytea;
    v_touched text[];
    v_state text;
    v_reason text;
begin
    perform from cd.suspense where counter_id = p_counter and seq = p_seq and state = 'open' for update;
    if not found then
        raise exception 'nothing of this counter waits under this number' using errcode = 'CD002';
    end if;
    select body into strict v_body from cd.event where counter_id = p_counter and seq = p_seq;
    perform cd.lock_charges_of(array[v_body]);
    begin
        v_touched := cd.apply_event(p_counter, p_seq, convert_from(v_body, 'UTF8')::jsonb);
    exception when others then
        get stacked diagnostics v_state = returned_sqlstate, v_reason = message_text;
        if cd.is_machines_fault(v_state) then
            raise;
        end if;
        update cd.suspense set reason = left(v_reason, 500), sqlstate = v_state where counter_id = p_counter and seq = p_seq;
        return v_reason;
    end;
    update cd.suspense set state = 'applied', applied_at = clock_timestamp()
    where counter_id = p_counter and seq = p_seq;
    update cd.work_item set state = 'done', done_at = clock_timestamp()
    where kind = 'suspense' and counter_id = p_counter and seq = p_seq;
    perform cd.publish_touched(v_touched || ('exception:' || p_seq), p_counter);
    return '';
end $$;

-- A matter that somebody looked into, and what they found. Money in suspense is not settled by words:
-- it is placed. For the centre's people, not counters.
create function cd.settle_matter(p_item bigint, p_because text) returns boolean language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare w cd.work_item;
begin
    update cd.work_item set state = 'done', done_at = clock_timestamp(), done_because = p_because
    where item_id = p_item and state = 'open' and kind <> 'suspense' returning * into w;
    if found and w.told then
        perform cd.publish_touched(array['exception:' || w.seq], w.counter_id);
    end if;
    return w.item_id is not null;
end $$;

create function cd.largest_lease() returns integer language sql immutable
set search_path = pg_catalog, pg_temp as $$ select 5000 $$;

-- Lease numbers of a series; the same request again is the same lease. One login run wild must not
-- use up the numbers of all: a day's leases have a limit that no cashier comes near.
create function cd.lease_numbers(p_request uuid, p_series text, p_year integer, p_count integer,
    out first bigint, out last bigint) language plpgsql security definer
set search_path = pg_catalog, pg_temp set lock_timeout = '10s' as $$
declare
    v_counter uuid := cd.caller_id();
    v_lease cd.number_lease;
begin
    if v_counter is null then
        raise exception 'this login is no active counter''s' using errcode = '28000';
    end if;
    perform cd.must_not_linger();
    perform from cd.counter where counter_id = v_counter for update;
    select * into v_lease from cd.number_lease where request_id = p_request;
    if not found then
        perform cd.check_lease(v_counter, p_series, p_year, p_count);
        select block.first, block.last into v_lease.first, v_lease.last
        from cd.cut_block(p_series, p_year, p_count) as block;
        insert into cd.number_lease (request_id, counter_id, series, year, first, last, next)
        values (p_request, v_counter, p_series, p_year, v_lease.first, v_lease.last, v_lease.first);
    elsif (v_lease.counter_id, v_lease.series, v_lease.year)
            is distinct from (v_counter, p_series, p_year) then
        raise exception 'this request was for something else' using errcode = '22023';
    end if;
    first := v_lease.first;
    last := v_lease.last;
exception when lock_not_available then
    perform cd.end_stalls();
    raise;
end $$;

create function cd.check_lease(p_counter uuid, p_series text, p_year integer, p_count integer)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_yearly boolean := (cd.number_format(p_series) ->> 'yearly')::boolean;
begin
    if v_yearly is null or p_count is null or p_count not between 1 and cd.largest_lease() or p_year is null
            or v_yearly and p_year not between 2000 and extract(year from current_date) + 1
            or not v_yearly and p_year <> 0 then
        raise exception 'no such numbers are leased' using errcode = '22023';
    end if;
    if p_count + (select coalesce(sum(l.last - l.first + 1), 0) from cd.number_lease as l
            where l.counter_id = p_counter and l.series = p_series and l.year = p_year
                and l.leased_at > clock_timestamp() - interval '1 day') > 4 * cd.largest_lease() then
        raise exception 'this counter leased enough numbers for today' using errcode = '54000';
    end if;
end $$;

-- Hold a credit note for one visit. The same request again renews what it holds. A counter serves
-- few visits at once; more notes than that are not held for it. Who is refused learns who holds it.
create function cd.reserve_credit(p_request uuid, p_note uuid, p_amount bigint, p_seconds integer default 300)
returns jsonb language plpgsql security definer
set search_path = pg_catalog, pg_temp set lock_timeout = '10s' as $$
declare
    v_counter uuid := cd.caller_id();
    n cd.credit_note;
    v_free bigint;
    v_until timestamptz := clock_timestamp() + make_interval(secs => least(greatest(p_seconds, 1), 900));
begin
    if v_counter is null then
        raise exception 'this login is no active counter''s' using errcode = '28000';
    end if;
    perform cd.must_not_linger();
    perform from cd.counter where counter_id = v_counter for update;
    select * into n from cd.credit_note where id = p_note for update;
    select cd.left_of(n) - coalesce(sum(r.amount_minor), 0) into v_free
    from cd.reservation as r where r.credit_note_id = p_note and r.request_id <> p_request
        and r.held_until > clock_timestamp();
    v_free := case when n.status = 'Active' and p_amount > 0 then greatest(v_free, 0) else 0 end;
    if v_free < p_amount or p_amount is null or p_amount <= 0 or 20 <= (select count(*)
            from cd.reservation as r where r.counter_id = v_counter
                and (r.request_id, r.credit_note_id) <> (p_request, p_note)
                and r.held_until > clock_timestamp()) then
        return jsonb_build_object('held', false, 'free_minor', v_free) || coalesce((
            select jsonb_build_object('holder', c.code, 'other_until', r.held_until)
            from cd.reservation as r join cd.counter as c using (counter_id)
            where r.credit_note_id = p_note and r.request_id <> p_request and n.status = 'Active'
                and p_amount > 0 and r.held_until > clock_timestamp()
            order by r.held_until desc limit 1), '{}');
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
exception when lock_not_available then
    perform cd.end_stalls();
    raise;
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
