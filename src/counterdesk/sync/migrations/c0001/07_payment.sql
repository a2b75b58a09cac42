-- A payment: what the event says, typed; what must be true of it; the rows it makes.

create type cd.visit as (
    t cd.payment_transaction,
    payments cd.payment[],
    allocations cd.allocation[],
    credit_notes cd.credit_note[],
    overpayments cd.overpayment[],
    tenders cd.tender[],
    settlements cd.settlement[]
);

create function cd.apply_payment(p_counter uuid, p_seq bigint, p_event jsonb) returns text[]
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v cd.visit := cd.read_visit(p_event);
    v_reason text;
    v_spent text[] := '{}';
begin
    v_reason := coalesce(cd.wrong_with_money(v, p_event), cd.wrong_with_rows(v),
        cd.wrong_with_credit(v), cd.wrong_with_counter(v, p_counter, p_seq));
    if v_reason is not null then
        perform cd.refuse(v_reason);
    end if;
    perform cd.use_visit_ids(v, p_counter, p_seq);
    v.allocations := cd.settle_charges(v);
    if exists (select from unnest(v.tenders) where kind = 'credit') then
        v_spent := cd.spend_notes(v, p_counter, p_seq);
    end if;
    perform cd.insert_visit(v, p_counter, p_seq);
    return v_spent || cd.credit_what_is_over(v) || array(
        select 'payment:' || p.id from unnest(v.payments) as p
        union all select 'charge:' || a.charge_id from unnest(v.allocations) as a
        union all select 'credit:' || n.id from unnest(v.credit_notes) as n);
end $$;

create function cd.read_visit(p_event jsonb) returns cd.visit language plpgsql stable
set search_path = pg_catalog, pg_temp as $$
declare v cd.visit := cd.read_parts(p_event -> 'data');
begin
    v.t := jsonb_populate_record(null::cd.payment_transaction, p_event #> '{data,transaction}');
    if (v.t).business_date is distinct from cd.business_date_of(p_event) then
        perform cd.refuse('the payment counts on another day than its event');
    end if;
    return v;
end $$;

create function cd.read_parts(d jsonb) returns cd.visit language plpgsql stable
set search_path = pg_catalog, pg_temp as $$
declare v cd.visit;
begin
    select array(select x from jsonb_populate_recordset(null::cd.payment, d -> 'payments') as x),
        array(select x from jsonb_populate_recordset(null::cd.allocation, d -> 'allocations') as x),
        array(select x from jsonb_populate_recordset(null::cd.credit_note, d -> 'credit_notes') as x),
        array(select x from jsonb_populate_recordset(null::cd.overpayment, d -> 'overpayments') as x),
        array(select x from jsonb_populate_recordset(null::cd.tender, d -> 'tenders') as x),
        array(select x from jsonb_populate_recordset(null::cd.settlement, d -> 'settlements') as x)
    into v.payments, v.allocations, v.credit_notes, v.overpayments, v.tenders, v.settlements;
    if greatest(cardinality(v.payments), cardinality(v.allocations), cardinality(v.credit_notes),
            cardinality(v.overpayments), cardinality(v.tenders), cardinality(v.settlements)) > 1000 then
        perform cd.refuse('a payment of so many parts is none');
    end if;
    return v;
end $$;

-- What came in is what the event says came in. Returns what is wrong, or null.
create function cd.wrong_with_money(v cd.visit, p_event jsonb) returns text language plpgsql stable
set search_path = pg_catalog, pg_temp as $$
declare
    s record;
    v_currency text := (select currency from cd.site);
    v_modes jsonb := (select value from cd.setting where name = 'payment_modes');
begin
    select sum(tendered) as tendered, sum(changed) as changed, sum(cash) as cash,
        jsonb_object_agg(method, tendered - changed) as kept, bool_and(known) as known
    into s from (
        select method, sum(amount_minor) as tendered, sum(change_minor) as changed,
            coalesce(sum(amount_minor - change_minor) filter (where kind = 'cash'), 0) as cash,
            bool_and(kind in ('cash', 'card', 'transfer', 'cheque', 'wallet', 'credit')
                and (kind = 'cash' or change_minor = 0)
                and v_modes @> jsonb_build_array(jsonb_build_object('code', method, 'kind', kind))) as known
        from unnest(v.tenders) group by method) as by_method;
    return case
        when (v.t).currency is distinct from v_currency
            or p_event #>> '{totals,currency}' is distinct from v_currency
            then 'the currency is not the utility''s'
        when s.tendered is distinct from (v.t).tendered_minor or s.changed is distinct from (v.t).change_minor
            then 'the sums of the payment do not agree'
        when p_event #> '{totals,cash_delta_minor}' is distinct from to_jsonb(s.cash)
            or p_event #> '{totals,tenders}' is distinct from s.kept
            then 'the totals of the event are not those of its payment'
        when not s.known
            then 'money came in a way that this centre does not know'
        when (v.t).rounding_minor <> 0 and (s.cash <= 0 or abs((v.t).rounding_minor) * 2 >
                coalesce((select value::bigint from cd.setting where name = 'cash_rounding_minor'), 0))
            then 'no coin is rounded like this'
    end;
end $$;

-- MON-1: each cent of a tender is settled somewhere, each part is settled by tenders, each payment is
-- its parts, each note its overpayments. As in a ledger: everything named has as much on one side as
-- on the other, so that nothing can name a row outside the event. Amounts below zero would cancel
-- there; the tables forbid them, and a settlement may have one for the rounding alone.
create function cd.wrong_with_rows(v cd.visit) returns text language plpgsql stable
set search_path = pg_catalog, pg_temp as $$
begin
    return case
        when exists (
            select from (
                select 'payment' as what, id, amount_minor as minor from unnest(v.payments)
                union all select 'payment', payment_id, -amount_minor from unnest(v.allocations)
                union all select 'payment', payment_id, -amount_minor from unnest(v.overpayments)
                union all select 'tender', id, amount_minor - change_minor from unnest(v.tenders)
                union all select 'tender', tender_id, -amount_minor from unnest(v.settlements)
                union all select 'allocation', id, amount_minor from unnest(v.allocations)
                union all select 'allocation', allocation_id, -amount_minor from unnest(v.settlements)
                    where allocation_id is not null
                union all select 'overpayment', id, amount_minor from unnest(v.overpayments)
                union all select 'overpayment', overpayment_id, -amount_minor from unnest(v.settlements)
                    where overpayment_id is not null
                union all select 'note', id, amount_minor from unnest(v.credit_notes)
                union all select 'note', credit_note_id, -amount_minor from unnest(v.overpayments)
                union all select 'rounding', null, (v.t).rounding_minor
                union all select 'rounding', null, -amount_minor from unnest(v.settlements)
                    where coalesce(allocation_id, overpayment_id) is null
            ) as entry group by what, id having sum(minor) is distinct from 0)
            or exists (select from unnest(v.settlements) as s where s.amount_minor < 0
                and (coalesce(s.allocation_id, s.overpayment_id) is not null
                    or s.amount_minor is distinct from (v.t).rounding_minor))
            then 'the parts of the payment do not agree with each other'
        when exists (select from unnest(v.payments) as p
                where p.status is distinct from 'Posted' or p.transaction_id is distinct from (v.t).id)
            or exists (select from unnest(v.tenders) as x where x.transaction_id is distinct from (v.t).id)
            then 'a part of the payment says that it belongs elsewhere'
        when cardinality(v.credit_notes) > 0 and cd.has_foreign_note(v)
            then 'a credit note is not of its overpayment'
    end;
end $$;

create function cd.has_foreign_note(v cd.visit) returns boolean language plpgsql stable
set search_path = pg_catalog, pg_temp as $$
begin
    return exists (select from unnest(v.credit_notes) as n
            left join unnest(v.payments) as p on p.id = n.payment_id
            where (n.consumer_id, n.account_number::text, n.transaction_id, n.currency, n.created_on,
                    n.status::text)
                is distinct from (p.consumer_id, p.account_number::text, (v.t).id, (v.t).currency,
                    (v.t).business_date, 'Active'))
        or exists (select from unnest(v.overpayments) as o join unnest(v.credit_notes) as n
            on n.id = o.credit_note_id where n.payment_id <> o.payment_id);
end $$;

create function cd.wrong_with_counter(v cd.visit, p_counter uuid, p_seq bigint) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return case
        when exists (select from unnest(v.payments) as p
                where not exists (select from cd.consumer where consumer_id = p.consumer_id))
            then 'an account is not known here'
        when exists (select from cd.shift where id = (v.t).shift_id
                and (counter_id <> p_counter or business_date <> (v.t).business_date))
            then 'the shift is of another counter or day'
        when exists (select from cd.shift_closed where shift_id = (v.t).shift_id and event_seq < p_seq)
            then 'the shift was closed before'
    end;
end $$;

create function cd.use_visit_ids(v cd.visit, p_counter uuid, p_seq bigint) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_series text[];
    v_numbers text[];
begin
    perform cd.use_ids(array(
        select (v.t).id union all select id from unnest(v.payments)
        union all select id from unnest(v.allocations) union all select id from unnest(v.overpayments)
        union all select id from unnest(v.tenders) union all select id from unnest(v.settlements)
        union all select id from unnest(v.credit_notes)));
    select array_agg(series), array_agg(number) into v_series, v_numbers from (
        select 'transaction' as series, (v.t).number::text as number
        union all select 'receipt', (v.t).receipt_number
        union all select 'payment', number from unnest(v.payments)
        union all select 'credit_note', number from unnest(v.credit_notes)) as used;
    perform cd.use_numbers(p_counter, p_seq, v_series, v_numbers);
end $$;

-- MON-5: what no longer fits on a charge, because another payment was first, is credited. Two
-- allocations on one charge are worked off by their ids. One by one, by key: a query over all of them
-- is planned while tables are small, and would go on reading all the charges of an office.
create function cd.settle_charges(v cd.visit) returns cd.allocation[] language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    a cd.allocation;
    c cd.charge;
    v_settled cd.allocation[] := '{}';
    v_unknown text;
begin
    for a in select * from unnest(v.allocations) order by charge_id, id loop
        select * into c from cd.charge where charge_id = a.charge_id for update;
        if not exists (select from unnest(v.payments) as p
                where p.id = a.payment_id and p.consumer_id = c.consumer_id and p.type = c.kind) then
            v_unknown := concat_ws(', ', v_unknown, a.charge_number);
            continue;
        end if;
        a.business_date := (v.t).business_date;
        a.applied_minor := case when c.cancelled or c.replaced_by_plan then 0
            else least(greatest(c.amount_minor - c.paid_minor, 0), a.amount_minor) end;
        a.credited_minor := a.amount_minor - a.applied_minor;
        a.undone_minor := 0;
        update cd.charge set paid_minor = paid_minor + a.applied_minor
        where charge_id = a.charge_id and a.applied_minor > 0;
        v_settled := v_settled || a;
    end loop;
    if v_unknown is not null then
        perform cd.refuse('not known here, or not of the account that pays: ' || v_unknown);
    end if;
    return v_settled;
end $$;

-- MON-10: what of a payment was new money. The rounding of a visit belongs to its first payment.
create function cd.collected_of(v cd.visit, p_payment uuid) returns bigint language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    return (select coalesce(sum(s.amount_minor), 0) from unnest(v.settlements) as s
        join unnest(v.tenders) as t on t.id = s.tender_id and t.kind <> 'credit'
        left join unnest(v.allocations) as a on a.id = s.allocation_id
        left join unnest(v.overpayments) as o on o.id = s.overpayment_id
        where p_payment = coalesce(a.payment_id, o.payment_id,
            (select id from unnest(v.payments) order by id limit 1)));
end $$;

-- What was moved to another account hangs on a transaction and tenders that are here already, and was
-- collected and settled charges when these came.
create function cd.insert_visit(v cd.visit, p_counter uuid, p_seq bigint, p_moved boolean default false)
returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_on date := (v.t).business_date;
    v_method text := (select string_agg(named.method_name, ' + ' order by named.position)
        from (select method_name::text, min(position) as position from unnest(v.tenders) group by 1) as named);
    v_counter text := (select code from cd.counter where counter_id = p_counter);
begin
    with payment as (
        insert into cd.payment (id, business_date, counter_id, event_seq, transaction_id,
            receipt_number, number, consumer_id, account_number, consumer_name, type, method,
            amount_minor, status, transaction_number, channel, counter, cashier, taken_at_utc,
            collected_minor, settled_minor, settled_days, settled_parts)
        select id, v_on, p_counter, p_seq, (v.t).id, (v.t).receipt_number, number, consumer_id,
            account_number, consumer_name, type, v_method, amount_minor, status, (v.t).number,
            (v.t).channel, v_counter, (v.t).user_name, (v.t).taken_at_utc,
            case when p_moved then 0 else cd.collected_of(v, id) end, coalesce(settled.minor, 0),
            coalesce(settled.days, 0), coalesce(settled.parts, 0)
        from unnest(v.payments) as p left join (
            select payment_id, sum(a.amount_minor)::bigint as minor, sum(v_on - charged_on) as days,
                count(*) as parts
            from unnest(v.allocations) as a where not p_moved group by 1
        ) as settled on settled.payment_id = p.id
    ), allocation as (
        insert into cd.allocation select * from unnest(v.allocations)
    ), overpayment as (
        insert into cd.overpayment (id, business_date, payment_id, credit_note_id, kind, amount_minor)
        select id, v_on, payment_id, credit_note_id, kind, amount_minor from unnest(v.overpayments)
    ), tender as (
        insert into cd.tender (id, business_date, transaction_id, position, method, method_name, kind,
            amount_minor, change_minor, reference, card_last_four, cheque_bank, cheque_dated_on,
            credit_note_id, credit_note_number)
        select id, v_on, (v.t).id, position, method, method_name, kind, amount_minor, change_minor,
            reference, card_last_four, cheque_bank, cheque_dated_on, credit_note_id,
            coalesce(credit_note_number, '')
        from unnest(v.tenders) where not p_moved
    ), settlement as (
        insert into cd.settlement (id, business_date, tender_id, allocation_id, overpayment_id, amount_minor)
        select id, v_on, tender_id, allocation_id, overpayment_id, amount_minor from unnest(v.settlements)
    ), credit_note as (
        insert into cd.credit_note (id, number, consumer_id, account_number, consumer_name, source,
            transaction_id, payment_id, payment_number, receipt_number, reason, amount_minor, currency,
            status, created_on, created_at_utc, created_by, created_by_id, expires_on, held_until,
            remarks, counter_id, event_seq)
        select id, number, consumer_id, account_number, consumer_name, 'overpayment', (v.t).id,
            payment_id, coalesce(payment_number, ''), coalesce(receipt_number, ''), reason, amount_minor,
            currency, status, created_on, created_at_utc, created_by, created_by_id, expires_on, held_until,
            remarks, p_counter, p_seq
        from unnest(v.credit_notes)
    )
    insert into cd.payment_transaction (id, business_date, counter_id, event_seq, number,
        receipt_number, shift_id, taken_at_utc, user_id, user_name, channel, paid_by, notes, currency,
        due_minor, tendered_minor, change_minor, rounding_minor)
    select (v.t).id, v_on, p_counter, p_seq, (v.t).number, (v.t).receipt_number, (v.t).shift_id,
        (v.t).taken_at_utc, (v.t).user_id, (v.t).user_name, (v.t).channel, (v.t).paid_by, (v.t).notes,
        (v.t).currency, (v.t).due_minor, (v.t).tendered_minor, (v.t).change_minor, (v.t).rounding_minor
    where not p_moved;
end $$;

-- An id that follows from a text: whoever makes it, and however often, it is the same.
-- Source: RFC 9562, section 5.8, for the bits of version and variant.
create function cd.id_from(p_text text) returns uuid language sql immutable
set search_path = pg_catalog, pg_temp as $$
    select encode(set_byte(set_byte(substr(digest, 1, 16), 6, (get_byte(digest, 6) & 15) | 128),
        8, (get_byte(digest, 8) & 63) | 128), 'hex')::uuid
    from sha256(convert_to(p_text, 'UTF8')) as digest
$$;

create function cd.note_id_of(p_allocation uuid) returns uuid language sql immutable
set search_path = pg_catalog, pg_temp as $$
    select cd.id_from('CounterDesk excess of allocation ' || p_allocation)
$$;

create function cd.credit_what_is_over(v cd.visit) returns text[] language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    a cd.allocation;
    v_months integer;
    v_made text[] := '{}';
begin
    for a in select * from unnest(v.allocations) where credited_minor > 0 order by charge_id, id loop
        v_months := coalesce((select value::integer from cd.setting
            where name = 'credit_note_months'), 12);
        insert into cd.credit_note (id, number, consumer_id, account_number, consumer_name, source,
            transaction_id, payment_id, payment_number, receipt_number, source_allocation, reason,
            amount_minor, currency, status, created_on, created_at_utc, created_by, expires_on, remarks)
        select cd.note_id_of(a.id), cd.centre_number('credit_note', (v.t).business_date), p.consumer_id,
            p.account_number, p.consumer_name, 'excess', (v.t).id, p.id, p.number, (v.t).receipt_number,
            a.id, 'Overpayment', a.credited_minor,
            (v.t).currency, cd.status_of_excess(v, a.id), (v.t).business_date, (v.t).taken_at_utc, 'System',
            ((v.t).business_date + make_interval(months => v_months))::date,
            format('%s was paid at another counter before', a.charge_number)
        from unnest(v.payments) as p where p.id = a.payment_id;
        v_made := v_made || ('credit:' || cd.note_id_of(a.id)::text);
    end loop;
    return v_made;
end $$;
