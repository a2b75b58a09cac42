-- Undoing: what the event says, typed; what must be true of it; what it takes back. The payment may
-- have been taken at another counter of the office. Which notes lose how much follows arrival; what
-- an account owes, less its credit, is the same in any order.

create type cd.undoing as (
    u cd.undo,
    undone cd.undone_settlement[],
    back cd.undo_tender[],
    charges cd.undo_charge[],
    was cd.visit,
    settled cd.undone_settlement[],
    moved cd.visit,
    act text
);

create function cd.apply_undo(p_counter uuid, p_seq bigint, p_event jsonb) returns text[]
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    x cd.undoing := cd.read_undo(p_event);
    v_reason text := coalesce(cd.wrong_with_undo(x, p_counter, p_event), cd.wrong_with_undone(x),
        cd.wrong_with_back(x, p_event), cd.wrong_with_own_charges(x), cd.wrong_with_moved(x));
    v_touched text[];
begin
    if v_reason is not null then
        perform cd.refuse(v_reason);
    end if;
    if (x.u).shift_id is not null then
        perform cd.check_shift_of(p_counter, p_seq, (x.u).shift_id, (x.u).business_date);
    end if;
    perform cd.insert_undo(x, p_counter, p_seq);
    v_touched := cd.take_back(x);
    v_touched := v_touched || cd.give_notes_back(x);
    v_touched := v_touched || cd.pay_again(x);
    if (x.u).kind = 'moved' then
        v_touched := v_touched || cd.move_parts(x, p_counter, p_seq);
    elsif (x.u).kind = 'bounced' then
        v_touched := v_touched || cd.take_no_cheques(x);
    end if;
    return v_touched || cd.mark_payments(x);
end $$;

create function cd.read_undo(p_event jsonb) returns cd.undoing language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    d jsonb := p_event -> 'data';
    x cd.undoing;
    v_moved cd.visit := cd.read_parts(d);
begin
    x.u := jsonb_populate_record(null::cd.undo, d -> 'undo');
    select array(select r from jsonb_populate_recordset(null::cd.undone_settlement, d -> 'undone') as r),
        array(select r from jsonb_populate_recordset(null::cd.undo_tender, d -> 'tenders_back') as r),
        array(select r from jsonb_populate_recordset(null::cd.undo_charge, d -> 'charges') as r)
    into x.undone, x.back, x.charges;
    if greatest(cardinality(x.undone), cardinality(x.back), cardinality(x.charges)) > 1000 then
        perform cd.refuse('an undo of so many parts is none');
    end if;
    if (x.u).business_date is distinct from cd.business_date_of(p_event) then
        perform cd.refuse('it is undone on another day than its event');
    end if;
    x.was := cd.visit_of((x.u).transaction_id);
    x.settled := cd.settled_of(x.was);
    -- What moves is read like a payment of its own, by so much of the tenders as is undone.
    v_moved.t := (x.was).t;
    v_moved.t.business_date := (x.u).business_date;
    v_moved.t.taken_at_utc := (x.u).undone_at_utc;
    v_moved.t.rounding_minor := 0;
    v_moved.tenders := array(
        select jsonb_populate_record(t, jsonb_build_object('amount_minor', d.minor, 'change_minor', 0))
        from unnest((x.was).tenders) as t
        join (select tender_id, sum(amount_minor) as minor from unnest(x.undone) group by 1) as d
            on d.tender_id = t.id);
    x.moved := v_moved;
    x.act := cd.act_of((p_event ->> 'counter_id')::uuid, p_event ->> 'seq');
    return x;
end $$;

-- An act as it is printed: its place in the unbroken sequence of its counter's acts.
create function cd.act_of(p_counter uuid, p_seq text) returns text language sql stable
set search_path = pg_catalog, pg_temp as $$
    select code || '-' || lpad(p_seq, greatest(6, length(p_seq)), '0') from cd.counter where counter_id = p_counter
$$;

-- A transaction with all that hangs on it, as the events told it that made it.
create function cd.visit_of(p_transaction uuid) returns cd.visit language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    t cd.payment_transaction;
    v cd.visit;
    m cd.visit;
    v_body bytea;
begin
    select * into t from cd.payment_transaction where id = p_transaction;
    if not found then
        perform cd.refuse('the payment is not known here');
    end if;
    select body into strict v_body from cd.event where counter_id = t.counter_id and seq = t.event_seq;
    v := cd.read_visit(convert_from(v_body, 'UTF8')::jsonb);
    v.t := t;
    for v_body in select e.body from cd.undo as u
            join cd.event as e on e.counter_id = u.counter_id and e.seq = u.event_seq
            where u.transaction_id = p_transaction and u.kind = 'moved' loop
        m := cd.read_parts(convert_from(v_body, 'UTF8')::jsonb -> 'data');
        v.payments := v.payments || m.payments;
        v.allocations := v.allocations || m.allocations;
        v.overpayments := v.overpayments || m.overpayments;
        v.settlements := v.settlements || m.settlements;
    end loop;
    return v;
end $$;

-- Every settlement of a transaction with what an undo must say of it.
create function cd.settled_of(v cd.visit) returns cd.undone_settlement[] language plpgsql stable
set search_path = pg_catalog, pg_temp as $$
begin
    return array(
        select row(null, null, s.id, s.tender_id, s.allocation_id, s.overpayment_id, p.id,
            p.consumer_id, a.charge_id, o.credit_note_id, t.credit_note_id,
            s.amount_minor)::cd.undone_settlement
        from unnest(v.settlements) as s
        join unnest(v.tenders) as t on t.id = s.tender_id
        left join unnest(v.allocations) as a on a.id = s.allocation_id
        left join unnest(v.overpayments) as o on o.id = s.overpayment_id
        left join unnest(v.payments) as p on p.id = coalesce(a.payment_id, o.payment_id));
end $$;

-- What is wrong, or null: here with who undoes what, and where.
create function cd.wrong_with_undo(x cd.undoing, p_counter uuid, p_event jsonb) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare t cd.payment_transaction := (x.was).t;
begin
    return case
        when (x.u).currency is distinct from t.currency
            or p_event #>> '{totals,currency}' is distinct from t.currency
            then 'the currency is not the payment''s'
        when ((x.u).transaction_number, (x.u).receipt_number)
            is distinct from (t.number::text, t.receipt_number::text)
            then 'the numbers are another payment''s'
        when (x.u).user_id is null or (x.u).approver_id is null or (x.u).user_name = ''
            or (x.u).approver_name = '' or (x.u).user_id = (x.u).approver_id
            then 'undoing takes two people'
        when (select office from cd.counter where counter_id = p_counter)
            <> (select office from cd.counter where counter_id = t.counter_id)
            then 'the payment was taken at another office'
        when (x.u).kind = 'void' and (t.counter_id, t.shift_id) is distinct from (p_counter, (x.u).shift_id)
            then 'a payment is voided in the shift it was taken in'
        when (x.u).kind = 'corrected' and (x.u).replaced_by = t.id
            then 'a payment does not replace itself'
    end;
end $$;

-- Each settlement is one of the transaction's, told as it is, and all that its kind undoes is undone.
create function cd.wrong_with_undone(x cd.undoing) returns text language plpgsql stable
set search_path = pg_catalog, pg_temp as $$
begin
    return case
        when cardinality(x.undone) = 0
            then 'nothing is undone'
        when exists (select from unnest(x.undone) as d
                left join unnest(x.settled) as s on s.settlement_id = d.settlement_id
                where (d.tender_id, d.allocation_id, d.overpayment_id, d.payment_id, d.consumer_id,
                        d.charge_id, d.born_note_id, d.spent_note_id, d.amount_minor)
                    is distinct from (s.tender_id, s.allocation_id, s.overpayment_id, s.payment_id,
                        s.consumer_id, s.charge_id, s.born_note_id, s.spent_note_id, s.amount_minor))
            then 'what is undone is not what was settled'
        when exists (select from cd.undone_settlement as d join unnest(x.undone) as n
                on n.settlement_id = d.settlement_id)
            then 'it was undone before'
        when exists (select from unnest(x.undone) as d where case (x.u).kind
                when 'reversal' then d.payment_id <> (x.u).payment_id
                when 'bounced' then d.tender_id <> (x.u).tender_id
                when 'moved' then d.allocation_id is null or d.spent_note_id is not null
                else false end)
            or (x.u).kind = 'bounced' and 'cheque' is distinct from
                (select t.kind::text from unnest((x.was).tenders) as t where t.id = (x.u).tender_id)
            then 'something else is undone than it says'
        when (x.u).kind <> 'moved' and exists (
                select from unnest(x.settled) as s
                where case (x.u).kind when 'reversal' then s.payment_id = (x.u).payment_id
                        when 'bounced' then s.tender_id = (x.u).tender_id else true end
                    and not exists (select from unnest(x.undone) as d where d.settlement_id = s.settlement_id)
                    and not exists (select from cd.undone_settlement as d
                        where d.settlement_id = s.settlement_id))
            then 'not all of it is undone'
    end;
end $$;

-- What there is less of each method is what the undone settlements were paid with. A reversal may give
-- money back another way, but credit only to its note; what is moved leaves its tenders alone.
create function cd.wrong_with_back(x cd.undoing, p_event jsonb) returns text language plpgsql stable
set search_path = pg_catalog, pg_temp as $$
declare
    v_modes jsonb := (select value from cd.setting where name = 'payment_modes');
    v_cash bigint := coalesce((select sum(delta_minor) from unnest(x.back) where kind = 'cash'), 0);
begin
    return case
        when p_event #> '{totals,cash_delta_minor}' is distinct from to_jsonb(v_cash)
            or p_event #> '{totals,tenders}' is distinct from coalesce((select jsonb_object_agg(method, minor)
                from (select method, sum(delta_minor) as minor from unnest(x.back) group by 1) as by_method), '{}')
            then 'the totals of the event are not those of what it gives back'
        when v_cash <> 0 and (x.u).shift_id is null
            then 'cash leaves a drawer in a shift'
        when (x.u).kind = 'moved' and cardinality(x.back) > 0
            then 'what is moved leaves its tender where it is'
        when exists (select from unnest(x.back) as b where not (
                v_modes @> jsonb_build_array(jsonb_build_object('code', b.method, 'kind', b.kind))
                or exists (select from unnest((x.was).tenders) as t
                    where (t.method::text, t.kind::text) = (b.method::text, b.kind::text))))
            then 'money goes back in a way that this centre does not know'
        when (x.u).kind <> 'moved' and exists (
                select from (
                    select case when (x.u).kind <> 'reversal' or t.kind = 'credit'
                        then t.method::text || ' ' || t.kind end as way, d.amount_minor as minor
                    from unnest(x.undone) as d join unnest((x.was).tenders) as t on t.id = d.tender_id
                    union all select case when (x.u).kind <> 'reversal' or kind = 'credit'
                        then method::text || ' ' || kind end, delta_minor from unnest(x.back)
                ) as entry group by way having sum(minor) <> 0)
            then 'what is given back is not what was paid'
    end;
end $$;

-- An undo makes no debts but for credit of its own notes, and the one fee of a cheque. Their numbers
-- are its own: nobody takes the numbers of bills to come.
create function cd.wrong_with_own_charges(x cd.undoing) returns text language plpgsql stable
set search_path = pg_catalog, pg_temp as $$
begin
    return case
        when exists (select from unnest(x.charges) as c where case c.purpose
                when 'credit_withdrawn' then c.charge_id is distinct from cd.debit_id((x.u).id, c.credit_note_id)
                when 'cheque_fee' then (x.u).kind <> 'bounced' or not exists (
                    select from unnest(x.undone) as d where d.consumer_id = c.consumer_id)
                else true end or not starts_with(c.number, x.act || '/'))
            or (select count(*) > 1 from unnest(x.charges) where purpose = 'cheque_fee')
            then 'such a charge does not follow from it'
    end;
end $$;

create function cd.wrong_with_moved(x cd.undoing) returns text language plpgsql stable
set search_path = pg_catalog, pg_temp as $$
declare m cd.visit := x.moved;
begin
    return case
        when (x.u).kind = 'moved' then coalesce(cd.wrong_with_rows(m), case
            when exists (select from unnest(m.payments) as p
                    where not exists (select from cd.consumer where consumer_id = p.consumer_id))
                then 'an account is not known here' end)
        when cardinality(m.payments) + cardinality(m.allocations) + cardinality(m.credit_notes)
                + cardinality(m.overpayments) + cardinality(m.settlements) > 0
            then 'only what is moved goes somewhere else'
    end;
end $$;

create function cd.insert_undo(x cd.undoing, p_counter uuid, p_seq bigint) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    perform cd.use_ids(array[(x.u).id] || array(
        select id from unnest(x.undone) union all select id from unnest(x.back)));
    insert into cd.undo (id, counter_id, event_seq, kind, transaction_id, transaction_number,
        receipt_number, payment_id, payment_number, tender_id, shift_id, business_date, undone_at_utc,
        user_id, user_name, approver_id, approver_name, reason, remarks, currency, replaced_by)
    values ((x.u).id, p_counter, p_seq, (x.u).kind, (x.u).transaction_id, (x.u).transaction_number,
        (x.u).receipt_number, (x.u).payment_id, (x.u).payment_number, (x.u).tender_id, (x.u).shift_id,
        (x.u).business_date, (x.u).undone_at_utc, (x.u).user_id, (x.u).user_name, (x.u).approver_id,
        (x.u).approver_name, (x.u).reason, (x.u).remarks, (x.u).currency, (x.u).replaced_by);
    insert into cd.undone_settlement (id, undo_id, settlement_id, tender_id, allocation_id,
        overpayment_id, payment_id, consumer_id, charge_id, born_note_id, spent_note_id, amount_minor)
    select id, (x.u).id, settlement_id, tender_id, allocation_id, overpayment_id, payment_id,
        consumer_id, charge_id, born_note_id, spent_note_id, amount_minor
    from unnest(x.undone);
    insert into cd.undo_tender (id, undo_id, method, method_name, kind, delta_minor, reference)
    select id, (x.u).id, method, method_name, kind, delta_minor, reference from unnest(x.back);
end $$;

-- What was credited of an allocation goes first: then its charge stays paid. The notes that lose money
-- are those of that excess and those that overpayments became.
create function cd.take_back(x cd.undoing) returns text[] language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    v_one record;
    a cd.allocation;
    v_credited bigint;
    v_lost jsonb := '[]';
    v_touched text[] := '{}';
begin
    for v_one in select charge_id, allocation_id, sum(amount_minor)::bigint as minor
            from unnest(x.undone) where allocation_id is not null group by 1, 2 order by 1, 2 loop
        perform from cd.charge where charge_id = v_one.charge_id for update;
        select * into strict a from cd.allocation
        where business_date = ((x.was).t).business_date and id = v_one.allocation_id for update;
        v_credited := least(a.credited_minor, v_one.minor);
        update cd.allocation set credited_minor = credited_minor - v_credited,
            applied_minor = applied_minor - (v_one.minor - v_credited),
            undone_minor = undone_minor + v_one.minor
        where business_date = a.business_date and id = a.id;
        update cd.charge set paid_minor = paid_minor - (v_one.minor - v_credited)
        where charge_id = v_one.charge_id;
        v_lost := v_lost || jsonb_build_object('note', cd.note_id_of(a.id), 'minor', v_credited);
        v_touched := v_touched || ('charge:' || v_one.charge_id);
    end loop;
    for v_one in select note, sum(minor)::bigint as minor from (
                select note, minor from jsonb_to_recordset(v_lost) as lost (note uuid, minor bigint)
                union all select born_note_id, amount_minor from unnest(x.undone)
                where born_note_id is not null
            ) as lost group by note having sum(minor) > 0 order by note loop
        v_touched := v_touched || cd.withdraw(x, v_one.note, v_one.minor);
    end loop;
    return v_touched;
end $$;

-- MON-7: a note loses what remains of it; what is gone of it already is asked for as a charge.
create function cd.withdraw(x cd.undoing, p_note uuid, p_minor bigint) returns text[]
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    n cd.credit_note;
    v_taken bigint;
begin
    select * into strict n from cd.credit_note where id = p_note for update;
    v_taken := least(p_minor, cd.left_of(n));
    update cd.credit_note set withdrawn_minor = withdrawn_minor + v_taken,
        status = case when cd.left_of(n) = v_taken
                and n.status in ('Active', 'Held', 'Expired', 'Pending approval')
            then 'Cancelled' else status end
    where id = n.id and v_taken > 0;
    return array['credit:' || n.id] || case when v_taken < p_minor
        then array['charge:' || cd.charge_spent(x, n, p_minor - v_taken)] else '{}' end;
end $$;

-- The same at the counter that undoes: it knows the charge before the centre tells of it.
create function cd.debit_id(p_undo uuid, p_note uuid) returns uuid language sql immutable
set search_path = pg_catalog, pg_temp as $$
    select cd.id_from(format('CounterDesk credit withdrawn by %s of %s', p_undo, p_note))
$$;

-- How much it is, the counter may not have known: what was spent elsewhere is found here.
create function cd.charge_spent(x cd.undoing, n cd.credit_note, p_minor bigint) returns uuid
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare c cd.undo_charge;
begin
    select * into c from unnest(x.charges) where credit_note_id = n.id;
    c.charge_id := cd.debit_id((x.u).id, n.id);
    c.purpose := 'credit_withdrawn';
    c.consumer_id := n.consumer_id;
    c.credit_note_id := n.id;
    c.amount_minor := p_minor;
    c.number := coalesce(c.number, x.act || '/' || n.number);
    c.description := coalesce(c.description, 'Credit withdrawn');
    c.charged_on := coalesce(c.charged_on, (x.u).business_date);
    c.due_on := coalesce(c.due_on, c.charged_on);
    perform cd.insert_own_charge(x, c);
    return c.charge_id;
end $$;

create function cd.insert_own_charge(x cd.undoing, c cd.undo_charge) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    insert into cd.charge (charge_id, consumer_id, kind, number, charged_on, due_on, amount_minor, description)
    values (c.charge_id, c.consumer_id, 'Service', c.number, c.charged_on, c.due_on, c.amount_minor,
        c.description);
    insert into cd.undo_charge (charge_id, undo_id, consumer_id, purpose, number, description, charged_on,
        due_on, amount_minor, credit_note_id)
    values (c.charge_id, (x.u).id, c.consumer_id, c.purpose, c.number, c.description, c.charged_on,
        c.due_on, c.amount_minor, c.credit_note_id);
end $$;

-- A note that was spent gets back what it gave: of what it was not good for, nothing came from it.
create function cd.give_notes_back(x cd.undoing) returns text[] language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    v_one record;
    n cd.credit_note;
    v_given bigint;
    v_touched text[] := '{}';
begin
    for v_one in select c.credit_note_id, c.overspent_minor, now.minor, (
                select coalesce(sum(d.amount_minor), 0)::bigint from cd.undone_settlement as d
                where d.tender_id = c.tender_id) - now.minor as before
            from (select tender_id, sum(amount_minor)::bigint as minor from unnest(x.undone)
                where spent_note_id is not null group by 1) as now
            join cd.credit_spent as c on c.tender_id = now.tender_id order by 1 loop
        v_given := greatest(v_one.before + v_one.minor - v_one.overspent_minor, 0)
            - greatest(v_one.before - v_one.overspent_minor, 0);
        select * into strict n from cd.credit_note where id = v_one.credit_note_id for update;
        update cd.credit_note set spent_minor = spent_minor - v_given,
            status = case when cd.left_of(n) = 0 and n.status in ('Applied', 'Cancelled')
                then 'Active' else status end
        where id = n.id and v_given > 0;
        v_touched := v_touched || ('credit:' || n.id);
    end loop;
    return v_touched;
end $$;

-- MON-7: a charge that is open again is first paid with what is left of the notes of later payments of
-- that very charge, the oldest first; also of one that expired since. What a visit holds stays.
create function cd.pay_again(x cd.undoing) returns text[] language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    c cd.charge;
    v_one record;
    v_minor bigint;
    v_room bigint;
    v_touched text[] := '{}';
begin
    for c in select * from cd.charge where charge_id in (select charge_id from unnest(x.undone))
            and not cancelled and not replaced_by_plan order by charge_id for update loop
        v_room := c.amount_minor - c.paid_minor;
        for v_one in select a.business_date, a.id, n.id as note, least(a.credited_minor, cd.left_of(n)
                    - coalesce((select sum(r.amount_minor) from cd.reservation as r
                        where r.credit_note_id = n.id), 0))::bigint as free, cd.left_of(n) as remains
                from cd.allocation as a join cd.credit_note as n on n.source_allocation = a.id
                where a.charge_id = c.charge_id and a.credited_minor > 0
                    and n.status in ('Active', 'Expired')
                order by n.created_on, n.id loop
            v_minor := least(v_room, v_one.free);
            continue when v_minor <= 0;
            update cd.allocation set applied_minor = applied_minor + v_minor,
                credited_minor = credited_minor - v_minor
            where business_date = v_one.business_date and id = v_one.id;
            update cd.credit_note set withdrawn_minor = withdrawn_minor + v_minor,
                status = case when v_one.remains = v_minor then 'Applied' else status end
            where id = v_one.note;
            update cd.charge set paid_minor = paid_minor + v_minor where charge_id = c.charge_id;
            v_room := v_room - v_minor;
            v_touched := v_touched || ('credit:' || v_one.note);
        end loop;
    end loop;
    return v_touched;
end $$;

-- The tenders stay; what they paid is another account's now.
create function cd.move_parts(x cd.undoing, p_counter uuid, p_seq bigint) returns text[]
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    m cd.visit := x.moved;
    v_series text[];
    v_numbers text[];
begin
    perform cd.use_ids(array(
        select id from unnest(m.payments) union all select id from unnest(m.allocations)
        union all select id from unnest(m.overpayments) union all select id from unnest(m.settlements)
        union all select id from unnest(m.credit_notes)));
    select array_agg(series), array_agg(number) into v_series, v_numbers from (
        select 'payment' as series, number::text from unnest(m.payments)
        union all select 'credit_note', number from unnest(m.credit_notes)) as used;
    perform cd.use_numbers(p_counter, p_seq, v_series, v_numbers);
    m.t.business_date := ((x.was).t).business_date;
    m.allocations := cd.settle_charges(m);
    perform cd.insert_visit(m, p_counter, p_seq, true);
    m.t.business_date := (x.u).business_date;
    return cd.credit_what_is_over(m) || array(
        select 'payment:' || p.id from unnest(m.payments) as p
        union all select 'charge:' || a.charge_id from unnest(m.allocations) as a
        union all select 'credit:' || n.id from unnest(m.credit_notes) as n);
end $$;

-- MON-8: who paid with a cheque that came back pays cash from now on, and what the office asks for it.
-- The counter knew the fee of its own settings; it is never more than it is here.
create function cd.take_no_cheques(x cd.undoing) returns text[] language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    c cd.undo_charge;
    v_consumer uuid;
    v_touched text[] := '{}';
begin
    for v_consumer in select consumer_id from cd.consumer where not cash_only
            and consumer_id in (select consumer_id from unnest(x.undone)) order by 1 for update loop
        update cd.consumer set cash_only = true where consumer_id = v_consumer;
        v_touched := v_touched || ('consumer:' || v_consumer);
    end loop;
    select * into c from unnest(x.charges) where purpose = 'cheque_fee';
    if found then
        c.amount_minor := least(c.amount_minor, coalesce(
            (select value::bigint from cd.setting where name = 'cheque_fee_minor'), 0));
    end if;
    if c.amount_minor > 0 then
        perform cd.insert_own_charge(x, c);
        v_touched := v_touched || ('charge:' || c.charge_id);
    end if;
    return v_touched;
end $$;

-- A payment of which nothing is left. What somebody credited of it goes with it: the payer has the money.
create function cd.mark_payments(x cd.undoing) returns text[] language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    v_note cd.credit_note;
    v_gone uuid[];
    v_touched text[];
begin
    with gone as (
        update cd.payment set status = case (x.u).kind when 'void' then 'Voided' else 'Reversed' end
        where business_date = ((x.was).t).business_date
            and id in (select payment_id from unnest(x.undone))
            and not exists (select from unnest(x.settled) as s where s.payment_id = payment.id
                and not exists (select from cd.undone_settlement as d
                    where d.settlement_id = s.settlement_id))
        returning id)
    select array_agg(id) into v_gone from gone;
    v_touched := array(select 'payment:' || id from unnest(v_gone) as id);
    for v_note in select * from cd.credit_note where payment_id = any(v_gone) and source = 'manual'
            and status not in ('Rejected', 'Cancelled') order by id for update loop
        v_touched := v_touched || cd.withdraw(x, v_note.id, v_note.amount_minor);
    end loop;
    return v_touched;
end $$;
