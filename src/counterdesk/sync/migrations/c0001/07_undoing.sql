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
    return v_touched || cd.tell_given_back(x, p_counter, p_seq) || cd.mark_payments(x);
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
                coalesce(v_modes @> jsonb_build_array(
                    jsonb_build_object('code', b.method, 'kind', b.kind)), false)
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
