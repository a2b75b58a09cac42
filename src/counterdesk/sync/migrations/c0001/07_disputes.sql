-- Payments that somebody doubts: raised and closed at counters, told to all of them. They move no money.

-- How it ended stands in the row: by whoever was first to close it and might.
create table cd.dispute (
    id uuid primary key,
    counter_id uuid not null references cd.counter,
    event_seq bigint not null,
    counter cd.short not null,
    number cd.short not null check (number <> ''),
    payment_id uuid not null,
    payment_number cd.short not null,
    receipt_number cd.short not null,
    consumer_id uuid not null,
    account_number cd.short not null,
    consumer_name text not null,
    payment_amount_minor bigint not null,
    payment_on cd.day not null,
    category text not null check (category in
        ('failed', 'partial', 'overpaid', 'duplicate', 'refund', 'chargeback', 'other')),
    amount_minor bigint not null check (amount_minor between 1 and payment_amount_minor),
    currency text not null,
    words text not null check (length(words) between 1 and 500),
    business_date cd.day not null,
    raised_at_utc cd.instant not null,
    user_id uuid not null,
    user_name text not null check (user_name <> ''),
    outcome text,
    closed_words text not null default '',
    closed_at_utc cd.instant,
    closed_by text not null default ''
);
create index dispute_consumer on cd.dispute (consumer_id);

-- Every closing as it was told, whether it counts or not.
create table cd.dispute_closed (
    id uuid primary key,
    counter_id uuid not null references cd.counter,
    event_seq bigint not null,
    dispute_id uuid not null references cd.dispute,
    number cd.short not null,
    payment_id uuid not null,
    consumer_id uuid not null,
    outcome text not null check (outcome in ('refunded', 'adjusted', 'reprocessed', 'rejected')),
    words text not null check (length(words) between 1 and 500),
    business_date cd.day not null,
    closed_at_utc cd.instant not null,
    user_id uuid not null,
    user_name text not null check (user_name <> '')
);

-- Two counters may doubt the same payment while they are apart: there are two disputes then.
create function cd.apply_dispute_raised(p_counter uuid, p_seq bigint, p_event jsonb) returns text[]
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v cd.dispute := jsonb_populate_record(null::cd.dispute, p_event -> 'data');
    p cd.payment;
begin
    if cd.moves_money(p_event) then
        perform cd.refuse('a dispute moves no money');
    end if;
    if v.business_date is distinct from cd.business_date_of(p_event) then
        perform cd.refuse('it is raised on another day than its event');
    end if;
    select * into p from cd.payment where id = v.payment_id;
    if p.id is null then
        perform cd.refuse('the payment is not known here');
    end if;
    if (v.payment_number, v.receipt_number, v.consumer_id, v.payment_amount_minor, v.payment_on,
            v.currency) is distinct from (p.number, p.receipt_number, p.consumer_id, p.amount_minor,
            p.business_date, (select currency from cd.site))
            or p.account_number not in ('', v.account_number) then
        perform cd.refuse('the payment that is disputed is another one here');
    end if;
    perform cd.use_ids(array[v.id]);
    perform cd.use_numbers(p_counter, p_seq, array['dispute'], array[v.number::text]);
    insert into cd.dispute (id, counter_id, event_seq, counter, number, payment_id, payment_number,
        receipt_number, consumer_id, account_number, consumer_name, payment_amount_minor, payment_on,
        category, amount_minor, currency, words, business_date, raised_at_utc, user_id, user_name)
    values (v.id, p_counter, p_seq, (select code from cd.counter where counter_id = p_counter),
        v.number, v.payment_id, v.payment_number, v.receipt_number, v.consumer_id, v.account_number,
        v.consumer_name, v.payment_amount_minor, v.payment_on, v.category, v.amount_minor,
        v.currency, v.words, v.business_date, v.raised_at_utc, v.user_id, v.user_name);
    return array['dispute:' || v.id];
end $$;

-- Who comes second finds it closed, and is well.
create function cd.apply_dispute_closed(p_counter uuid, p_seq bigint, p_event jsonb) returns text[]
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v cd.dispute_closed := jsonb_populate_record(null::cd.dispute_closed, p_event -> 'data');
    d cd.dispute;
begin
    if cd.moves_money(p_event) then
        perform cd.refuse('closing a dispute moves no money');
    end if;
    if v.business_date is distinct from cd.business_date_of(p_event) then
        perform cd.refuse('it is closed on another day than its event');
    end if;
    select * into d from cd.dispute where id = v.dispute_id for update;
    if d.id is null then
        perform cd.refuse('the dispute is not known here');
    end if;
    if (v.number, v.payment_id, v.consumer_id) is distinct from
            (d.number, d.payment_id, d.consumer_id) then
        perform cd.refuse('the dispute that was closed is another one here');
    end if;
    perform cd.use_ids(array[v.id]);
    insert into cd.dispute_closed (id, counter_id, event_seq, dispute_id, number, payment_id,
        consumer_id, outcome, words, business_date, closed_at_utc, user_id, user_name)
    values (v.id, p_counter, p_seq, v.dispute_id, v.number, v.payment_id, v.consumer_id, v.outcome,
        v.words, v.business_date, v.closed_at_utc, v.user_id, v.user_name);
    if d.outcome is null and not cd.may_close_dispute(v.user_id) then
        insert into cd.work_item (kind, counter_id, seq, subject, detail)
        values ('not_closed', p_counter, p_seq, d.number,
            format('dispute %s was closed, and stays open: whoever closed it may not', d.number));
        return array['dispute:' || d.id, 'exception:' || p_seq];
    end if;
    update cd.dispute set outcome = v.outcome, closed_words = v.words,
        closed_at_utc = v.closed_at_utc, closed_by = v.user_name
    where id = d.id and outcome is null;
    return array['dispute:' || d.id];
end $$;

create function cd.may_close_dispute(p_user uuid) returns boolean language plpgsql stable
set search_path = pg_catalog, pg_temp as $$
begin
    return exists (select from cd.person
        where user_id = p_user and active and role in ('Supervisor', 'Billing Manager'));
end $$;
