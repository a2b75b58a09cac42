-- Online payments that somebody at a counter vouched for. What a counter did stands; who was first makes
-- the payment count, and what could not is a matter for somebody.

create table cd.payment_verified (
    id uuid primary key,
    counter_id uuid not null references cd.counter,
    event_seq bigint not null,
    payment_id uuid not null,
    payment_number cd.short not null,
    receipt_number cd.short not null,
    consumer_id uuid not null,
    account_number cd.short not null,
    consumer_name text not null,
    amount_minor bigint not null check (amount_minor > 0),
    currency text not null,
    business_date cd.day not null,
    verified_at_utc cd.instant not null,
    user_id uuid not null,
    user_name text not null check (user_name <> '')
);
create index payment_verified_payment on cd.payment_verified (payment_id);

-- Two counters may verify the same payment while they are apart: the second finds it posted, and is well.
create function cd.apply_verified(p_counter uuid, p_seq bigint, p_event jsonb) returns text[]
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v cd.payment_verified := jsonb_populate_record(null::cd.payment_verified, p_event -> 'data');
    p cd.payment;
    v_wrong text;
begin
    if cd.moves_money(p_event) then
        perform cd.refuse('verifying a payment moves no money');
    end if;
    if v.business_date is distinct from cd.business_date_of(p_event) then
        perform cd.refuse('it is verified on another day than its event');
    end if;
    select * into p from cd.payment where id = v.payment_id for update;
    if p.id is null then
        perform cd.refuse('the payment is not known here');
    end if;
    if (v.payment_number, v.receipt_number, v.consumer_id, v.amount_minor, v.currency) is distinct from
            (p.number, p.receipt_number, p.consumer_id, p.amount_minor, (select currency from cd.site)) then
        perform cd.refuse('the payment that was verified is another one here');
    end if;
    perform cd.use_ids(array[v.id]);
    insert into cd.payment_verified (id, counter_id, event_seq, payment_id, payment_number, receipt_number,
        consumer_id, account_number, consumer_name, amount_minor, currency, business_date,
        verified_at_utc, user_id, user_name)
    values (v.id, p_counter, p_seq, v.payment_id, v.payment_number, v.receipt_number, v.consumer_id,
        v.account_number, v.consumer_name, v.amount_minor, v.currency, v.business_date,
        v.verified_at_utc, v.user_id, v.user_name);
    v_wrong := cd.wrong_with_verifying(v, p);
    if v_wrong is not null then
        insert into cd.work_item (kind, counter_id, seq, subject, detail)
        values ('not_verified', p_counter, p_seq, v.payment_number,
            format('payment %s was verified, and does not count by it: %s', v.payment_number, v_wrong));
        return array['payment:' || p.id, 'exception:' || p_seq];
    end if;
    update cd.payment set status = 'Posted', verified_by = v.user_name,
        verified_at_utc = v.verified_at_utc
    where business_date = p.business_date and id = p.id and status = 'Pending';
    return array['payment:' || p.id];
end $$;

-- Returns what is wrong, or null.
create function cd.wrong_with_verifying(v cd.payment_verified, p cd.payment) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_role text := (select role from cd.person where user_id = v.user_id and active);
begin
    return case
        when p.status not in ('Pending', 'Posted') then 'it is ' || p.status
        when p.status = 'Pending' and (v_role is null or v_role not in ('Supervisor', 'Billing Manager'))
            then 'whoever verified it may not'
    end;
end $$;
