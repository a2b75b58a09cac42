-- From an event's bytes to rows. What raises here is the event's own fault: it goes to suspense.

create function cd.refuse(p_reason text) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    raise exception using message = p_reason, errcode = 'CD001';
end $$;

create function cd.sum_of(p_rows jsonb, p_field text) returns bigint language sql immutable
set search_path = pg_catalog, pg_temp as $$
    select coalesce(sum((one ->> p_field)::bigint), 0)::bigint from jsonb_array_elements(p_rows) as one
$$;

create function cd.use_number(p_series text, p_number text, p_counter uuid, p_seq bigint) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    insert into cd.number_used (series, number, counter_id, event_seq)
    values (p_series, p_number, p_counter, p_seq) on conflict do nothing;
    if not found then
        perform cd.refuse(format('the number %s was used before', p_number));
    end if;
end $$;

-- The charges an event touches, for locking them before anything else; {} if it cannot be read.
create function cd.charges_of(p_body bytea) returns uuid[] language plpgsql immutable
set search_path = pg_catalog, pg_temp as $$
begin
    return array(select (one ->> 'charge_id')::uuid
        from jsonb_array_elements(convert_from(p_body, 'UTF8')::jsonb #> '{data,allocations}') as one);
exception when others then
    return '{}';
end $$;

create function cd.apply_event(p_counter uuid, p_seq bigint, p_event jsonb) returns text[]
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_kind text := p_event ->> 'kind';
begin
    if (p_event ->> 'counter_id')::uuid is distinct from p_counter
            or (p_event ->> 'seq')::bigint is distinct from p_seq then
        perform cd.refuse('the event says that it belongs elsewhere');
    end if;
    case v_kind
        when 'payment.taken' then return cd.apply_payment(p_counter, p_seq, p_event);
        when 'shift.opened' then return cd.apply_shift_opened(p_counter, p_seq, p_event);
        when 'shift.closed' then return cd.apply_shift_closed(p_counter, p_seq, p_event);
        when 'numbers.leased' then return cd.keep_lease(p_counter, p_event -> 'data');
        else
            if cd.moves_money(p_event) then
                perform cd.refuse(format('this centre does not know events of the kind %s', v_kind));
            end if;
            return '{}';
    end case;
end $$;

create function cd.moves_money(p_event jsonb) returns boolean language sql immutable
set search_path = pg_catalog, pg_temp as $$
    select coalesce((p_event #>> '{totals,cash_delta_minor}')::bigint, 0) <> 0
        or exists (select from jsonb_each_text(p_event #> '{totals,tenders}') as one
                   where one.value::bigint <> 0)
$$;

create function cd.apply_shift_opened(p_counter uuid, p_seq bigint, p_event jsonb) returns text[]
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare d jsonb := p_event -> 'data';
begin
    if (d ->> 'float_minor')::bigint is distinct from (p_event #>> '{totals,cash_delta_minor}')::bigint then
        perform cd.refuse('the float is not what the event adds to the drawer');
    end if;
    perform cd.use_number('shift', d ->> 'number', p_counter, p_seq);
    insert into cd.shift (id, counter_id, event_seq, number, user_id, user_name, business_date,
        opened_at_utc, currency, float_minor)
    values ((d ->> 'id')::uuid, p_counter, p_seq, d ->> 'number', (d ->> 'user_id')::uuid,
        d ->> 'user_name', (d ->> 'business_date')::date, (d ->> 'opened_at_utc')::timestamptz,
        d ->> 'currency', (d ->> 'float_minor')::bigint);
    return '{}';
end $$;

create function cd.apply_shift_closed(p_counter uuid, p_seq bigint, p_event jsonb) returns text[]
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare d jsonb := p_event -> 'data';
begin
    insert into cd.shift_closed (shift_id, counter_id, event_seq, closed_at_utc, user_id, user_name,
        counted_minor, expected_minor, reason)
    values ((d ->> 'shift_id')::uuid, p_counter, p_seq, (d ->> 'closed_at_utc')::timestamptz,
        (d ->> 'user_id')::uuid, d ->> 'user_name', (d ->> 'counted_minor')::bigint,
        (d ->> 'expected_minor')::bigint, d ->> 'reason');
    return '{}';
end $$;

-- A lease that was lost with a restore is known again, and given to nobody else.
create function cd.keep_lease(p_counter uuid, d jsonb) returns text[]
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    l cd.number_lease;
    n cd.number_lease := jsonb_populate_record(null::cd.number_lease, d);
begin
    n.request_id := (d ->> 'id')::uuid;
    select * into l from cd.number_lease where request_id = n.request_id;
    if found then
        if l.counter_id is distinct from p_counter or l.first <> n.first then
            perform cd.refuse('these numbers are another''s');
        end if;
        return '{}';
    end if;
    if cd.number_format(n.series) is null then
        perform cd.refuse('no such numbers are leased');
    end if;
    insert into cd.number_series as s (series, year, next) values (n.series, n.year, 1)
    on conflict (series, year) do update set next = s.next;  -- locked until the commit
    if n.last - n.first >= 5000 or n.first > 1000000 + (
            select next from cd.number_series where series = n.series and year = n.year) then
        perform cd.refuse('nobody leases so many numbers');
    end if;
    if exists (select from cd.number_lease where series = n.series and year = n.year
            and first <= n.last and n.first <= last) then
        perform cd.refuse('these numbers are another''s');
    end if;
    insert into cd.number_lease (request_id, counter_id, series, year, first, last, next)
    values (n.request_id, p_counter, n.series, n.year, n.first, n.last, n.first);
    update cd.number_series set next = greatest(next, n.last + 1)
    where series = n.series and year = n.year;
    return '{}';
end $$;

create function cd.apply_payment(p_counter uuid, p_seq bigint, p_event jsonb) returns text[]
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    d jsonb := p_event -> 'data';
    t jsonb := d -> 'transaction';
    v_on date := (t ->> 'business_date')::date;
    v_touched text[];
begin
    perform cd.check_payment(p_event);
    perform cd.use_payment_numbers(d, p_counter, p_seq);
    perform cd.insert_payment(d, v_on, p_counter, p_seq);
    v_touched := cd.settle_charges(d, v_on);
    return v_touched || cd.insert_credit_notes(d, v_on, p_counter, p_seq)
        || array(select 'payment:' || (one ->> 'id') from jsonb_array_elements(d -> 'payments') as one);
end $$;

-- MON-1: tenders less change are allocations, overpayments and rounding, and each cent is settled.
create function cd.check_payment(p_event jsonb) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    d jsonb := p_event -> 'data';
    t jsonb := d -> 'transaction';
    v_due bigint := (t ->> 'due_minor')::bigint;
    v_placed bigint := cd.sum_of(d -> 'allocations', 'amount_minor')
        + cd.sum_of(d -> 'overpayments', 'amount_minor');
begin
    if t ->> 'business_date' is distinct from p_event ->> 'business_date' then
        perform cd.refuse('the payment counts on another day than its event');
    end if;
    if t ->> 'currency' is distinct from (select currency from cd.site)
            or p_event #>> '{totals,currency}' is distinct from t ->> 'currency' then
        perform cd.refuse('the currency is not the utility''s');
    end if;
    if cd.sum_of(d -> 'tenders', 'amount_minor') <> (t ->> 'tendered_minor')::bigint
            or cd.sum_of(d -> 'tenders', 'change_minor') <> (t ->> 'change_minor')::bigint
            or v_placed + (t ->> 'rounding_minor')::bigint <> v_due
            or cd.sum_of(d -> 'settlements', 'amount_minor') <> v_due then
        perform cd.refuse('the sums of the payment do not agree');
    end if;
    perform cd.check_payment_parts(d);
    perform cd.check_totals(p_event);
end $$;

create function cd.check_payment_parts(d jsonb) returns void language plpgsql immutable
set search_path = pg_catalog, pg_temp as $$
begin
    if exists (
        select from jsonb_array_elements(d -> 'payments') as p
        where (p ->> 'amount_minor')::bigint is distinct from
            (select coalesce(sum((one ->> 'amount_minor')::bigint), 0)
             from jsonb_array_elements((d -> 'allocations') || (d -> 'overpayments')) as one
             where one ->> 'payment_id' = p ->> 'id')
    ) or exists (
        select from jsonb_array_elements(d -> 'tenders') as x
        where (x ->> 'amount_minor')::bigint - (x ->> 'change_minor')::bigint is distinct from
            (select coalesce(sum((one ->> 'amount_minor')::bigint), 0)
             from jsonb_array_elements(d -> 'settlements') as one
             where one ->> 'tender_id' = x ->> 'id')
    ) or exists (
        select from jsonb_array_elements((d -> 'allocations') || (d -> 'overpayments')) as part
        where (part ->> 'amount_minor')::bigint is distinct from
            (select coalesce(sum((one ->> 'amount_minor')::bigint), 0)
             from jsonb_array_elements(d -> 'settlements') as one
             where part ->> 'id' in (one ->> 'allocation_id', one ->> 'overpayment_id'))
    ) or exists (
        select from jsonb_array_elements(d -> 'credit_notes') as note
        where (note ->> 'amount_minor')::bigint is distinct from
            (select coalesce(sum((one ->> 'amount_minor')::bigint), 0)
             from jsonb_array_elements(d -> 'overpayments') as one
             where one ->> 'credit_note_id' = note ->> 'id')
    ) or cd.sum_of(d -> 'credit_notes', 'amount_minor')
            <> cd.sum_of(d -> 'overpayments', 'amount_minor') then
        perform cd.refuse('the parts of the payment do not agree with each other');
    end if;
end $$;

-- The envelope's totals stand for the event wherever its kind is not known: they must be true.
create function cd.check_totals(p_event jsonb) returns void language plpgsql immutable
set search_path = pg_catalog, pg_temp as $$
declare v_kept jsonb;
begin
    select coalesce(jsonb_object_agg(by_method.method, by_method.kept), '{}') into v_kept
    from (select x ->> 'method' as method,
                 sum((x ->> 'amount_minor')::bigint - (x ->> 'change_minor')::bigint) as kept
          from jsonb_array_elements(p_event #> '{data,tenders}') as x group by 1) as by_method;
    if v_kept is distinct from (p_event #> '{totals,tenders}')
            or (p_event #>> '{totals,cash_delta_minor}')::bigint is distinct from
            (select coalesce(sum((x ->> 'amount_minor')::bigint - (x ->> 'change_minor')::bigint), 0)
             from jsonb_array_elements(p_event #> '{data,tenders}') as x where x ->> 'kind' = 'cash') then
        perform cd.refuse('the totals of the event are not those of its payment');
    end if;
end $$;

create function cd.use_payment_numbers(d jsonb, p_counter uuid, p_seq bigint) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    perform cd.use_number('transaction', d #>> '{transaction,number}', p_counter, p_seq);
    perform cd.use_number('receipt', d #>> '{transaction,receipt_number}', p_counter, p_seq);
    perform cd.use_number('payment', one ->> 'number', p_counter, p_seq)
    from jsonb_array_elements(d -> 'payments') as one;
    perform cd.use_number('credit_note', one ->> 'number', p_counter, p_seq)
    from jsonb_array_elements(d -> 'credit_notes') as one;
end $$;

create function cd.insert_payment(d jsonb, p_on date, p_counter uuid, p_seq bigint) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_method text;
begin
    insert into cd.payment_transaction (id, business_date, counter_id, event_seq, number,
        receipt_number, shift_id, taken_at_utc, user_id, user_name, channel, paid_by, notes, currency,
        due_minor, tendered_minor, change_minor, rounding_minor)
    select t.id, p_on, p_counter, p_seq, t.number, t.receipt_number, t.shift_id, t.taken_at_utc,
        t.user_id, t.user_name, t.channel, t.paid_by, t.notes, t.currency, t.due_minor,
        t.tendered_minor, t.change_minor, t.rounding_minor
    from jsonb_populate_record(null::cd.payment_transaction, d -> 'transaction') as t;
    insert into cd.tender (id, business_date, transaction_id, position, method, method_name, kind,
        amount_minor, change_minor, reference, card_last_four, cheque_bank, cheque_dated_on)
    select x.id, p_on, (d #>> '{transaction,id}')::uuid, x.position, x.method, x.method_name, x.kind,
        x.amount_minor, x.change_minor, x.reference, x.card_last_four, x.cheque_bank,
        x.cheque_dated_on
    from jsonb_populate_recordset(null::cd.tender, d -> 'tenders') as x;
    select string_agg(named.method_name, ' + ' order by named.position) into v_method
    from (select x ->> 'method_name' as method_name, min((x ->> 'position')::integer) as position
          from jsonb_array_elements(d -> 'tenders') as x group by 1) as named;
    insert into cd.payment (id, business_date, counter_id, event_seq, transaction_id, receipt_number,
        number, consumer_id, account_number, consumer_name, type, method, amount_minor, status)
    select p.id, p_on, p_counter, p_seq, (d #>> '{transaction,id}')::uuid,
        d #>> '{transaction,receipt_number}', p.number, p.consumer_id, p.account_number,
        p.consumer_name, p.type, v_method, p.amount_minor, p.status
    from jsonb_populate_recordset(null::cd.payment, d -> 'payments') as p;
    insert into cd.overpayment (id, business_date, payment_id, credit_note_id, kind, amount_minor)
    select o.id, p_on, o.payment_id, o.credit_note_id, o.kind, o.amount_minor
    from jsonb_populate_recordset(null::cd.overpayment, d -> 'overpayments') as o;
    insert into cd.settlement (id, business_date, tender_id, allocation_id, overpayment_id, amount_minor)
    select s.id, p_on, s.tender_id, s.allocation_id, s.overpayment_id, s.amount_minor
    from jsonb_populate_recordset(null::cd.settlement, d -> 'settlements') as s;
end $$;

-- MON-5: what no longer fits on a charge, because another counter was first, becomes a credit note.
create function cd.settle_charges(d jsonb, p_on date) returns text[] language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    a cd.allocation;
    c cd.charge;
    v_touched text[] := '{}';
begin
    for a in select * from jsonb_populate_recordset(null::cd.allocation, d -> 'allocations')
             order by charge_id, id loop
        select * into c from cd.charge where charge_id = a.charge_id for update;
        if not found then
            perform cd.refuse(format('the charge %s is not known here', a.charge_number));
        end if;
        perform cd.check_owner(c, a, d);
        a.applied_minor := case when c.cancelled or c.replaced_by_plan then 0
            else least(greatest(c.amount_minor - c.paid_minor, 0), a.amount_minor) end;
        a.credited_minor := a.amount_minor - a.applied_minor;
        update cd.charge set paid_minor = paid_minor + a.applied_minor where charge_id = a.charge_id;
        insert into cd.allocation (id, business_date, payment_id, charge_id, charge_number,
            amount_minor, applied_minor, credited_minor)
        values (a.id, p_on, a.payment_id, a.charge_id, a.charge_number, a.amount_minor,
            a.applied_minor, a.credited_minor);
        v_touched := v_touched || ('charge:' || a.charge_id::text);
        if a.credited_minor > 0 then
            v_touched := v_touched || cd.credit_excess(a, d, p_on);
        end if;
    end loop;
    return v_touched;
end $$;

create function cd.check_owner(c cd.charge, a cd.allocation, d jsonb) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from jsonb_array_elements(d -> 'payments') as p
            where (p ->> 'id')::uuid = a.payment_id
                and (p ->> 'consumer_id')::uuid = c.consumer_id and p ->> 'type' = c.kind) then
        perform cd.refuse(format('the charge %s is not of the account that pays it', a.charge_number));
    end if;
end $$;

-- An id that follows from the allocation's: the note of an allocation is the same, however often.
-- Source: RFC 9562, section 5.8, for the bits of version and variant.
create function cd.note_id_of(p_allocation uuid) returns uuid language sql immutable
set search_path = pg_catalog, pg_temp as $$
    select encode(set_byte(set_byte(substr(digest, 1, 16), 6, (get_byte(digest, 6) & 15) | 128),
        8, (get_byte(digest, 8) & 63) | 128), 'hex')::uuid
    from sha256(convert_to('CounterDesk excess of allocation ' || p_allocation, 'UTF8')) as digest
$$;

create function cd.credit_excess(a cd.allocation, d jsonb, p_on date) returns text language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    v_id uuid := cd.note_id_of(a.id);
    v_number text := cd.centre_number('credit_note', p_on);
    v_months integer := coalesce((select value::text::integer from cd.setting
        where name = 'credit_note_months'), 12);
begin
    perform cd.use_number('credit_note', v_number, null, null);
    insert into cd.credit_note (id, number, consumer_id, account_number, consumer_name,
        transaction_id, payment_id, source_allocation, reason, amount_minor, currency, status,
        created_on, created_at_utc, created_by, expires_on, remarks)
    select v_id, v_number, (p ->> 'consumer_id')::uuid, p ->> 'account_number', p ->> 'consumer_name',
        (d #>> '{transaction,id}')::uuid, a.payment_id, a.id, 'Overpayment', a.credited_minor,
        d #>> '{transaction,currency}', 'Active', p_on, (d #>> '{transaction,taken_at_utc}')::timestamptz,
        'System', (p_on + make_interval(months => v_months))::date,
        format('%s was paid at another counter before', a.charge_number)
    from jsonb_array_elements(d -> 'payments') as p where (p ->> 'id')::uuid = a.payment_id;
    return 'credit:' || v_id::text;
end $$;

create function cd.insert_credit_notes(d jsonb, p_on date, p_counter uuid, p_seq bigint) returns text[]
language sql set search_path = pg_catalog, pg_temp as $$
    with made as (
        insert into cd.credit_note (id, number, consumer_id, account_number, consumer_name,
            transaction_id, payment_id, reason, amount_minor, currency, status, created_on,
            created_at_utc, created_by, expires_on, remarks, counter_id, event_seq)
        select n.id, n.number, n.consumer_id, n.account_number, n.consumer_name, n.transaction_id,
            n.payment_id, n.reason, n.amount_minor, n.currency, n.status, p_on, n.created_at_utc,
            n.created_by, n.expires_on, n.remarks, p_counter, p_seq
        from jsonb_populate_recordset(null::cd.credit_note, d -> 'credit_notes') as n
        returning id
    )
    select coalesce(array_agg('credit:' || id::text), '{}') from made
$$;
