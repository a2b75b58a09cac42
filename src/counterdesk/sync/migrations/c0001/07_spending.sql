-- A payment with credit: what it takes of the notes, and what they were not good for.

-- Returns what is wrong, or null. Credit pays charges: a note that paid for another note would never
-- expire.
create function cd.wrong_with_credit(v cd.visit) returns text language plpgsql stable
set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from unnest(v.tenders) where kind = 'credit' or credit_note_id is not null) then
        return null;
    end if;
    return case
        when exists (select from unnest(v.tenders)
                where (kind = 'credit') is distinct from (credit_note_id is not null))
            then 'credit without a credit note, or a credit note without credit'
        when (select count(credit_note_id) > count(distinct credit_note_id) from unnest(v.tenders))
            then 'a credit note is spent twice in one payment'
        when exists (select from unnest(v.settlements) as s join unnest(v.tenders) as x on x.id = s.tender_id
                where x.kind = 'credit' and s.allocation_id is null)
            then 'credit pays for something other than charges'
    end;
end $$;

-- MON-6: what is left of a note is taken, whoever comes first; more than that stays posted as
-- overspent, and somebody must look at it. What the visit held of its notes is free again.
-- Returns what the feed must tell.
create function cd.spend_notes(v cd.visit, p_counter uuid, p_seq bigint) returns text[]
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    x cd.tender;
    n cd.credit_note;
    v_taken bigint;
    v_touched text[] := '{}';
begin
    for x in select * from unnest(v.tenders) where kind = 'credit' order by credit_note_id loop
        n := cd.note_to_spend(v, x);
        v_taken := case when n.status in ('Active', 'Expired') and (v.t).business_date <= n.expires_on
            then least(x.amount_minor, cd.left_of(n)) else 0 end;
        insert into cd.credit_spent (tender_id, credit_note_id, business_date, counter_id, event_seq,
            amount_minor, overspent_minor)
        values (x.id, n.id, (v.t).business_date, p_counter, p_seq, x.amount_minor,
            x.amount_minor - v_taken);
        update cd.credit_note set spent_minor = spent_minor + v_taken,
            status = case when cd.left_of(n) = v_taken then 'Applied' else status end
        where id = n.id and v_taken > 0;
        v_touched := v_touched || ('credit:' || n.id);
        if v_taken < x.amount_minor then
            perform cd.tell_overspent(n, x.amount_minor - v_taken, (v.t).business_date, p_counter, p_seq);
            v_touched := v_touched || ('exception:' || p_seq);
        end if;
    end loop;
    delete from cd.reservation where request_id = (v.t).id and counter_id = p_counter;
    return v_touched;
end $$;

-- The note that a tender names, locked. It pays the charges of its own consumer alone.
create function cd.note_to_spend(v cd.visit, x cd.tender) returns cd.credit_note language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare n cd.credit_note;
begin
    select * into n from cd.credit_note
    where id = x.credit_note_id and number = x.credit_note_number for update;
    if not found or exists (select from unnest(v.settlements) as s
            join unnest(v.allocations) as a on a.id = s.allocation_id
            join unnest(v.payments) as p on p.id = a.payment_id
            where s.tender_id = x.id and p.consumer_id <> n.consumer_id) then
        perform cd.refuse(format('not known here, or not of the account that pays: %s',
            x.credit_note_number));
    end if;
    return n;
end $$;

create function cd.tell_overspent(n cd.credit_note, p_minor bigint, p_on date, p_counter uuid, p_seq bigint)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    insert into cd.work_item (kind, counter_id, seq, subject, detail)
    values ('overspent', p_counter, p_seq, n.number,
        format('%s minor units more were spent than credit note %s was good for: %s', p_minor, n.number,
            case when n.status not in ('Active', 'Applied') then 'it is ' || n.status
                when p_on > n.expires_on then format('it expired on %s', n.expires_on)
                else 'it was spent before' end));
end $$;

-- A note born of overspent credit is worth nothing until somebody says so.
create function cd.status_of_excess(v cd.visit, p_allocation uuid) returns text language plpgsql stable
set search_path = pg_catalog, pg_temp as $$
begin
    return case when exists (select from cd.credit_spent as c
            join unnest(v.settlements) as s on s.tender_id = c.tender_id
            where s.allocation_id = p_allocation and c.overspent_minor > 0)
        then 'Held' else 'Active' end;
end $$;
