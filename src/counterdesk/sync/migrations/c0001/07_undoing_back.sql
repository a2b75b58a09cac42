-- Undoing: what an event that was checked takes back and gives, and what follows from that.

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
    m.t.taken_at_utc := ((x.was).t).taken_at_utc;
    m.tenders := (x.was).tenders;
    m.allocations := cd.settle_charges(m);
    perform cd.insert_visit(m, p_counter, p_seq, true);
    m.t.business_date := (x.u).business_date;
    m.t.taken_at_utc := (x.u).undone_at_utc;
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

-- One row for each payment, named like the first of its settlements: the counter that undoes knows it
-- by that. The rounding goes with the payment that is undone, or with the first of them.
create function cd.tell_given_back(x cd.undoing, p_counter uuid, p_seq bigint) returns text[]
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_first uuid := coalesce((x.u).payment_id,
        (select payment_id from unnest(x.undone) where payment_id is not null order by 1 limit 1),
        (select id from unnest((x.was).payments) order by 1 limit 1));
    v_moved bigint := coalesce((select sum(amount_minor) from unnest((x.moved).allocations)), 0);
    v_touched text[];
begin
    with given as (
        insert into cd.given_back (id, counter_id, event_seq, giving_counter, given_by, kind, number,
            payment_id, consumer_id, business_date, type, method, channel, counter, cashier,
            amount_minor, collected_minor, reopened_minor)
        select d.id, p_counter, p_seq, (select code from cd.counter where counter_id = p_counter),
            (x.u).user_name, (x.u).kind, (x.u).receipt_number, p.id, p.consumer_id, (x.u).business_date,
            p.type, p.method, p.channel, p.counter, p.cashier, d.minor,
            case (x.u).kind when 'moved' then 0 else d.collected end,
            d.reopened - case when p.id = v_first then v_moved else 0 end
        from (select coalesce(payment_id, v_first) as payment_id, (array_agg(id order by id))[1] as id,
                sum(amount_minor)::bigint as minor,
                coalesce(sum(amount_minor) filter (where spent_note_id is null), 0)::bigint as collected,
                coalesce(sum(amount_minor) filter (where charge_id is not null), 0)::bigint as reopened
            from unnest(x.undone) group by 1) as d
        join cd.payment as p on p.business_date = ((x.was).t).business_date and p.id = d.payment_id
        returning id)
    select array_agg('back:' || id) into v_touched from given;
    return coalesce(v_touched, '{}');
end $$;
