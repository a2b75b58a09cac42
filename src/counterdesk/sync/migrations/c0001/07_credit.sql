-- The life of a credit note: raised by a person, approved or not, held, paid back, moved. What a counter
-- did stands, whoever allowed it: what is wrong with it is a matter for somebody, and its note is held.

create table cd.credit_note_change (
    id uuid primary key,
    counter_id uuid not null references cd.counter,
    event_seq bigint not null,
    credit_note_id uuid not null references cd.credit_note,
    kind cd.short not null
        check (kind in ('approved', 'rejected', 'held', 'released', 'refunded', 'transferred')),
    amount_minor bigint not null check (amount_minor > 0),
    overspent_minor bigint not null default 0 check (overspent_minor between 0 and amount_minor),
    reason text not null,
    method cd.short not null,
    method_name cd.short not null,
    method_kind cd.short not null,
    reference text not null,
    to_note_id uuid,
    shift_id uuid,
    business_date cd.day not null,
    changed_at_utc cd.instant not null,
    user_id uuid not null,
    user_name text not null,
    approver_id uuid,
    approver_name text not null,
    check ((kind = 'refunded') = (method <> '')),
    check ((kind = 'transferred') = (to_note_id is not null)),
    check (method_kind <> 'cash' or shift_id is not null),
    check (approver_id is null or approver_id <> user_id)
);
create index credit_note_change_note on cd.credit_note_change (credit_note_id);
create index credit_note_change_shift on cd.credit_note_change (shift_id);
create index credit_note_payment on cd.credit_note (payment_id);
create index credit_note_running on cd.credit_note (expires_on) where status = 'Active';

-- CN-3, checked again: who said yes may, is somebody else, and not beyond the ceiling. Returns what is
-- wrong, or null.
create function cd.wrong_with_yes(p_decider uuid, p_raiser uuid, p_minor bigint) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_role text := (select role from cd.person where user_id = p_decider and active);
    v_ceiling bigint := coalesce((select value::bigint from cd.setting
        where name = 'credit_approval_ceiling_minor'), 0);
begin
    return case
        when p_decider is null then 'nobody else allowed it'
        when v_role is null or v_role not in ('Supervisor', 'Billing Manager') then 'whoever allowed it may not'
        when p_decider = p_raiser then 'it was allowed by who made it'
        when v_ceiling > 0 and p_minor > v_ceiling and v_role <> 'Billing Manager'
            then 'it is beyond the ceiling'
    end;
end $$;

create function cd.tell_credit(n cd.credit_note, p_wrong text, p_counter uuid, p_seq bigint)
returns text[] language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if p_wrong is null then
        return array['credit:' || n.id];
    end if;
    insert into cd.work_item (kind, counter_id, seq, subject, detail)
    values ('credit_approval', p_counter, p_seq, n.number,
        format('credit note %s must be looked at: %s', n.number, p_wrong));
    return array['credit:' || n.id, 'exception:' || p_seq];
end $$;

create function cd.check_new_note(n cd.credit_note, p_event jsonb, p_source text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if n.currency is distinct from (select currency from cd.site) then
        perform cd.refuse('the currency is not the utility''s');
    end if;
    if n.created_on is distinct from cd.business_date_of(p_event) then
        perform cd.refuse('the credit note counts on another day than its event');
    end if;
    if n.source::text is distinct from p_source or n.status not in ('Active', 'Pending approval') then
        perform cd.refuse('no counter makes such a credit note');
    end if;
    if not exists (select from cd.consumer where consumer_id = n.consumer_id) then
        perform cd.refuse('an account is not known here');
    end if;
end $$;

create function cd.insert_note(n cd.credit_note, p_approved_by text, p_counter uuid, p_seq bigint)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    insert into cd.credit_note (id, number, consumer_id, account_number, consumer_name, source,
        payment_id, payment_number, receipt_number, from_note_id, reason, amount_minor, currency,
        status, created_on, created_at_utc, created_by, created_by_id, approved_by, expires_on,
        held_until, remarks, counter_id, event_seq)
    values (n.id, n.number, n.consumer_id, n.account_number, n.consumer_name, n.source, n.payment_id,
        coalesce(n.payment_number, ''), coalesce(n.receipt_number, ''), n.from_note_id, n.reason,
        n.amount_minor, n.currency, n.status, n.created_on, n.created_at_utc, n.created_by,
        n.created_by_id, coalesce(p_approved_by, ''), n.expires_on, n.held_until, n.remarks,
        p_counter, p_seq);
end $$;

create function cd.apply_credit_raised(p_counter uuid, p_seq bigint, p_event jsonb) returns text[]
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    d jsonb := p_event #> '{data,credit_note}';
    n cd.credit_note := jsonb_populate_record(null::cd.credit_note, d);
    v_wrong text;
begin
    if cd.moves_money(p_event) then
        perform cd.refuse('raising a credit note moves no money');
    end if;
    perform cd.check_new_note(n, p_event, 'manual');
    perform cd.use_ids(array[n.id]);
    perform cd.use_numbers(p_counter, p_seq, array['credit_note'], array[n.number::text]);
    v_wrong := coalesce(cd.wrong_with_ground(n),
        case when n.status = 'Active' then cd.wrong_with_raising(n, (d ->> 'approver_id')::uuid) end);
    n.status := case when v_wrong is null then n.status else 'Held' end;
    perform cd.insert_note(n, d ->> 'approver_name', p_counter, p_seq);
    return cd.tell_credit(n, v_wrong, p_counter, p_seq);
end $$;

-- A payment that is known here is locked: two counters may credit it at once. All its notes together
-- are no more than it.
create function cd.wrong_with_ground(n cd.credit_note) returns text language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare p cd.payment;
begin
    select * into p from cd.payment where id = n.payment_id for update;
    return case
        when n.payment_id is null then 'it is of no payment'
        when p.id is null then null
        when p.consumer_id <> n.consumer_id then 'its payment is of another account'
        when p.status <> 'Posted' then 'its payment was undone'
        when p.amount_minor < n.amount_minor + coalesce((select sum(amount_minor) from cd.credit_note
                where payment_id = n.payment_id and status not in ('Rejected', 'Cancelled')), 0)
            then 'its payment was credited before'
    end;
end $$;

create function cd.wrong_with_raising(n cd.credit_note, p_approver uuid) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    if p_approver is null and n.amount_minor <= coalesce((select value::bigint from cd.setting
            where name = 'auto_approve_minor'), 0) then
        return null;
    end if;
    return cd.wrong_with_yes(p_approver, n.created_by_id, n.amount_minor);
end $$;

create function cd.apply_credit_changed(p_counter uuid, p_seq bigint, p_event jsonb) returns text[]
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    d jsonb := p_event #> '{data,change}';
    c cd.credit_note_change := jsonb_populate_record(null::cd.credit_note_change, d);
    n cd.credit_note;
    v_wrong text;
begin
    c.counter_id := p_counter;
    c.event_seq := p_seq;
    c.overspent_minor := 0;
    perform cd.check_change(c, d ->> 'currency', p_event);
    select * into n from cd.credit_note
    where id = c.credit_note_id and number = d ->> 'number' for update;
    if not found or n.consumer_id is distinct from (d ->> 'consumer_id')::uuid then
        perform cd.refuse(format('the credit note is not known here: %s', d ->> 'number'));
    end if;
    perform cd.use_ids(array[c.id]);
    if c.kind in ('refunded', 'transferred') then
        return cd.pay_out(c, n, p_event #> '{data,credit_note}', p_event);
    end if;
    v_wrong := cd.decide_note(c, n);
    insert into cd.credit_note_change select c.*;
    return cd.tell_credit(n, v_wrong, p_counter, p_seq);
end $$;

-- What leaves the till is what the event says, once, and in a way that this office pays.
create function cd.check_change(c cd.credit_note_change, p_currency text, p_event jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_back boolean := c.kind = 'refunded';
begin
    if c.business_date is distinct from cd.business_date_of(p_event) then
        perform cd.refuse('the change counts on another day than its event');
    end if;
    if p_currency is distinct from (select currency from cd.site)
            or p_event #>> '{totals,currency}' is distinct from p_currency then
        perform cd.refuse('the currency is not the utility''s');
    end if;
    if p_event #> '{totals,tenders}' is distinct from (case when v_back
                then jsonb_build_object(c.method, -c.amount_minor) else '{}' end)
            or p_event #> '{totals,cash_delta_minor}' is distinct from
                to_jsonb(case when v_back and c.method_kind = 'cash' then -c.amount_minor else 0 end) then
        perform cd.refuse('what is paid back is not what the event takes from the till');
    end if;
    if v_back and (c.method_kind = 'credit' or not coalesce((select value from cd.setting
            where name = 'payment_modes') @> jsonb_build_array(
                jsonb_build_object('code', c.method, 'kind', c.method_kind)), false)) then
        perform cd.refuse('money goes back in a way that this centre does not know');
    end if;
    if c.method_kind = 'cash' then
        perform cd.check_shift_of(c.counter_id, c.event_seq, c.shift_id, c.business_date);
    end if;
end $$;

-- Returns what somebody must look at, or null. A yes that does not hold leaves the note held; whoever
-- was first decided, and a hold is always kept.
create function cd.decide_note(c cd.credit_note_change, n cd.credit_note) returns text
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_yes boolean := c.kind in ('approved', 'rejected');
    v_wrong text := cd.wrong_with_yes(
        case when v_yes then coalesce(c.approver_id, c.user_id) else c.approver_id end,
        case when c.kind in ('approved', 'released') then n.created_by_id end,
        case when c.kind in ('approved', 'released') then n.amount_minor else 0 end);
    v_from text := case when v_yes then 'Pending approval' when c.kind = 'held' then 'Active' else 'Held' end;
begin
    if n.status <> v_from then
        return case when c.kind = 'approved' and n.status = 'Active' or c.kind = 'held'
            or c.kind = 'rejected' and n.status = 'Rejected' then v_wrong
            else coalesce(v_wrong, 'it is ' || n.status || ' here') end;
    end if;
    if c.kind = 'approved' and (c.amount_minor, c.reason) is distinct from (n.amount_minor, n.reason::text) then
        v_wrong := coalesce(v_wrong, 'another amount or reason was approved');
    end if;
    update cd.credit_note set
        status = case
            when c.kind = 'held' or v_wrong is not null then 'Held'
            when c.kind = 'rejected' then 'Rejected'
            else 'Active' end,
        approved_by = case when c.kind = 'approved'
            then coalesce(nullif(c.approver_name, ''), c.user_name) else approved_by end
    where id = n.id;
    return v_wrong;
end $$;

-- The money is out: what the note was not good for is overspent, and somebody must look at it.
create function cd.pay_out(c cd.credit_note_change, n cd.credit_note, p_note jsonb, p_event jsonb)
returns text[] language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_wrong text := cd.wrong_with_yes(c.approver_id, null, c.amount_minor);
    v_taken bigint := case when n.status in ('Active', 'Expired') and c.business_date <= n.expires_on
        then least(c.amount_minor, cd.left_of(n)) else 0 end;
    v_touched text[] := '{}';
begin
    c.overspent_minor := c.amount_minor - v_taken;
    update cd.credit_note set paid_out_minor = paid_out_minor + v_taken,
        status = case when v_taken > 0 and cd.left_of(n) = v_taken then 'Applied'
            when v_wrong is not null and status = 'Active' then 'Held' else status end
    where id = n.id;
    if c.kind = 'transferred' then
        v_touched := cd.move_credit(c, n, p_note, v_wrong, p_event);
    end if;
    insert into cd.credit_note_change select c.*;
    if c.kind = 'refunded' then
        v_touched := cd.tell_refunded(c, n);
    end if;
    if c.overspent_minor > 0 then
        perform cd.tell_overspent(n, c.overspent_minor, c.business_date, c.counter_id, c.event_seq);
        v_touched := v_touched || ('exception:' || c.event_seq);
    end if;
    return v_touched || cd.tell_credit(n, v_wrong, c.counter_id, c.event_seq);
end $$;

-- What was paid out counts on its own day, whatever the note was good for.
create function cd.tell_refunded(c cd.credit_note_change, n cd.credit_note) returns text[]
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_code text := (select code from cd.counter where counter_id = c.counter_id);
begin
    insert into cd.given_back (id, counter_id, event_seq, giving_counter, given_by, kind, number,
        consumer_id, business_date, type, method, channel, counter, cashier, amount_minor,
        collected_minor, reopened_minor)
    values (c.id, c.counter_id, c.event_seq, v_code, c.user_name, 'refund', n.number, n.consumer_id,
        c.business_date, 'Refund', c.method_name, '', v_code, c.user_name, c.amount_minor,
        c.amount_minor, 0);
    return array['back:' || c.id];
end $$;

-- The note on the other account: held where the credit was not there, or went to somebody else.
create function cd.move_credit(c cd.credit_note_change, n cd.credit_note, p_note jsonb, p_wrong text,
    p_event jsonb) returns text[] language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    m cd.credit_note := jsonb_populate_record(null::cd.credit_note, p_note);
    v_wrong text;
begin
    perform cd.check_new_note(m, p_event, 'transfer');
    if (m.id, m.from_note_id, m.amount_minor) is distinct from (c.to_note_id, n.id, c.amount_minor)
            or m.consumer_id = n.consumer_id or m.payment_id is not null then
        perform cd.refuse('what left one account did not come to the other');
    end if;
    perform cd.use_ids(array[m.id]);
    perform cd.use_numbers(c.counter_id, c.event_seq, array['credit_note'], array[m.number::text]);
    v_wrong := case when cd.folded_name(m.consumer_id) <> cd.folded_name(n.consumer_id)
        then 'the accounts are of two consumers' end;
    m.status := case when p_wrong is null and v_wrong is null and c.overspent_minor = 0
        then 'Active' else 'Held' end;
    perform cd.insert_note(m, c.approver_name, c.counter_id, c.event_seq);
    return cd.tell_credit(m, v_wrong, c.counter_id, c.event_seq);
end $$;

-- A consumer's name without case, accents and double spaces.
create function cd.folded_name(p_consumer uuid) returns text language sql stable
set search_path = pg_catalog, pg_temp as $$
    select btrim(regexp_replace(translate(lower(regexp_replace(normalize(name, NFKD),
        '[\u0300-\u036f]', '', 'g')), 'łøđħı', 'lodhi'), '\s+', ' ', 'g'))
    from cd.consumer where consumer_id = p_consumer
$$;

-- CN-4: what nobody spent in time. A thousand at once; what is left comes with the next look.
create function cd.expire_credit() returns bigint language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
declare
    v_today date := (clock_timestamp() at time zone coalesce((select value #>> '{}' from cd.setting
        where name = 'time_zone'), 'UTC'))::date;
    v_ids uuid[];
begin
    with late as (
        select id from cd.credit_note where status = 'Active' and expires_on < v_today
        order by id limit 1000 for update skip locked
    ), gone as (
        update cd.credit_note set status = 'Expired' from late where credit_note.id = late.id
        returning credit_note.id)
    select array_agg(id) into v_ids from gone;
    perform cd.publish_touched(array(select 'credit:' || id from unnest(v_ids) as id), null);
    return coalesce(cardinality(v_ids), 0);
end $$;
