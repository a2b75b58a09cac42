-- The facts that the counters' events made, by business month. Amounts are minor units.

-- What goes to every counter in the feed is short; what programs read as a time has one in use.
create domain cd.short as text check (length(value) <= 200);
create domain cd.day as date check (value between '2000-01-01' and '2199-12-31');
create domain cd.instant as timestamptz check (value between '2000-01-01 00:00Z' and '2199-12-31 00:00Z');

-- Every id that a row of any of these tables has: none is used twice, whatever its date.
create table cd.fact_id (id uuid primary key);

create table cd.shift (
    id uuid primary key,
    counter_id uuid not null references cd.counter,
    event_seq bigint not null,
    number cd.short not null,
    user_id uuid not null,
    user_name text not null,
    business_date cd.day not null,
    opened_at_utc cd.instant not null,
    currency cd.short not null,
    float_minor bigint not null check (float_minor >= 0)
);

create table cd.shift_closed (
    shift_id uuid primary key references cd.shift,
    counter_id uuid not null references cd.counter,
    event_seq bigint not null,
    z_number cd.short not null unique,
    count_id uuid not null,
    closed_at_utc cd.instant not null,
    user_id uuid not null,
    user_name text not null,
    approver_id uuid,
    approver_name text not null,
    counted_minor bigint not null,
    expected_minor bigint not null,
    reason text not null
);

create table cd.payment_transaction (
    id uuid not null,
    business_date date not null,
    counter_id uuid not null,
    event_seq bigint not null,
    number cd.short not null,
    receipt_number cd.short not null,
    shift_id uuid not null,
    taken_at_utc cd.instant not null,
    user_id uuid not null,
    user_name text not null,
    channel cd.short not null,
    paid_by text not null,
    notes text not null,
    currency text not null,
    due_minor bigint not null,
    tendered_minor bigint not null check (tendered_minor > 0),
    change_minor bigint not null check (change_minor >= 0),
    rounding_minor bigint not null,
    check (tendered_minor - change_minor = due_minor),
    primary key (business_date, id)
) partition by range (business_date);
create index payment_transaction_id on cd.payment_transaction (id);

-- What a counter's lists show of it stands in the row. `collected_minor` is what of it was new money:
-- without the credit it spent, and the first of a visit with the visit's rounding (MON-10). `settled_minor`
-- is what its allocations came to, so many parts of it, so many days after their charges in all (KPI-1).
create table cd.payment (
    id uuid not null,
    business_date date not null,
    counter_id uuid not null,
    event_seq bigint not null,
    transaction_id uuid not null,
    receipt_number cd.short not null,
    number cd.short not null,
    consumer_id uuid not null,
    account_number cd.short not null,
    consumer_name text not null,
    type cd.short not null,
    method cd.short not null,
    amount_minor bigint not null check (amount_minor > 0),
    status cd.short not null,
    transaction_number cd.short not null default '',
    channel cd.short not null default '',
    counter cd.short not null default '',
    cashier text not null default '',
    taken_at_utc cd.instant,
    collected_minor bigint,
    verified_by text not null default '',
    verified_at_utc cd.instant,
    settled_minor bigint,
    settled_days bigint not null default 0,
    settled_parts bigint not null default 0,
    primary key (business_date, id)
) partition by range (business_date);
create index payment_id on cd.payment (id);
create index payment_consumer on cd.payment (consumer_id, business_date);

-- amount = applied to the charge + credited, because another payment was first, + undone since.
create table cd.allocation (
    id uuid not null,
    business_date date not null,
    payment_id uuid not null,
    charge_id uuid not null,
    charge_number cd.short not null,
    amount_minor bigint not null check (amount_minor > 0),
    applied_minor bigint not null check (applied_minor >= 0),
    credited_minor bigint not null check (credited_minor >= 0),
    undone_minor bigint not null default 0 check (undone_minor >= 0),
    charged_on cd.day,
    check (applied_minor + credited_minor + undone_minor = amount_minor),
    primary key (business_date, id)
) partition by range (business_date);
create index allocation_charge on cd.allocation (charge_id);

create table cd.overpayment (
    id uuid not null,
    business_date date not null,
    payment_id uuid not null,
    credit_note_id uuid not null,
    kind cd.short not null,
    amount_minor bigint not null check (amount_minor > 0),
    primary key (business_date, id)
) partition by range (business_date);

-- A tender of the kind credit, and no other, names the credit note that is spent, by its id and number.
create table cd.tender (
    id uuid not null,
    business_date date not null,
    transaction_id uuid not null,
    position integer not null,
    method cd.short not null,
    method_name cd.short not null,
    kind cd.short not null,
    amount_minor bigint not null check (amount_minor > 0),
    change_minor bigint not null check (change_minor between 0 and amount_minor),
    reference text not null,
    card_last_four text not null,
    cheque_bank text not null,
    cheque_dated_on cd.day,
    credit_note_id uuid,
    credit_note_number cd.short not null default '',
    check ((kind = 'credit') = (credit_note_id is not null)),
    primary key (business_date, id)
) partition by range (business_date);

create table cd.settlement (
    id uuid not null,
    business_date date not null,
    tender_id uuid not null,
    allocation_id uuid,
    overpayment_id uuid,
    amount_minor bigint not null check (amount_minor <> 0),
    check (allocation_id is null or overpayment_id is null),
    primary key (business_date, id)
) partition by range (business_date);

-- `source_allocation` names the allocation whose excess this note is: at most one note for each. What
-- is gone of it was spent on charges, paid out (in money, or to a note of another account), or
-- withdrawn because the payment it was born of was undone.
create table cd.credit_note (
    id uuid primary key,
    number cd.short not null,
    consumer_id uuid not null,
    account_number cd.short not null,
    consumer_name text not null,
    source cd.short not null check (source in ('overpayment', 'excess', 'manual', 'transfer')),
    transaction_id uuid,
    payment_id uuid,
    payment_number cd.short not null default '',
    receipt_number cd.short not null default '',
    from_note_id uuid,
    source_allocation uuid unique,
    reason cd.short not null,
    amount_minor bigint not null check (amount_minor > 0),
    spent_minor bigint not null default 0 check (spent_minor >= 0),
    paid_out_minor bigint not null default 0 check (paid_out_minor >= 0),
    withdrawn_minor bigint not null default 0 check (withdrawn_minor >= 0),
    currency text not null,
    status cd.short not null,
    created_on cd.day not null,
    created_at_utc cd.instant not null,
    created_by text not null,
    created_by_id uuid,
    approved_by text not null default '',
    expires_on cd.day not null,
    held_until cd.day,
    remarks text not null default '',
    counter_id uuid references cd.counter,
    event_seq bigint,
    check (spent_minor + paid_out_minor + withdrawn_minor <= amount_minor)
);
create index credit_note_consumer on cd.credit_note (consumer_id);

-- MON-6: what remains of a note.
create function cd.left_of(n cd.credit_note) returns bigint language sql immutable
set search_path = pg_catalog, pg_temp as $$
    select n.amount_minor - n.spent_minor - n.paid_out_minor - n.withdrawn_minor
$$;

-- A tender that spent a note: amount = taken of the note + overspent, because it was not good for more.
create table cd.credit_spent (
    tender_id uuid primary key,
    credit_note_id uuid not null references cd.credit_note,
    business_date date not null,
    counter_id uuid not null,
    event_seq bigint not null,
    amount_minor bigint not null check (amount_minor > 0),
    overspent_minor bigint not null check (overspent_minor between 0 and amount_minor)
);
create index credit_spent_note on cd.credit_spent (credit_note_id);

-- A credit note held for one visit while it is being paid.
create table cd.reservation (
    request_id uuid not null,
    credit_note_id uuid not null references cd.credit_note,
    counter_id uuid not null references cd.counter,
    amount_minor bigint not null check (amount_minor > 0),
    held_until timestamptz not null,
    primary key (request_id, credit_note_id)
);
create index reservation_note on cd.reservation (credit_note_id);

-- A business month of every partitioned table. Dates nobody prepared for lie in the default part.
create function cd.prepare_month(p_day date) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    v_from date := date_trunc('month', p_day)::date;
    v_table text;
begin
    foreach v_table in array cd.monthly_tables() loop
        if to_regclass(format('cd.%I', v_table || to_char(v_from, '_YYYYMM'))) is null then
            execute format('create table cd.%I partition of cd.%I for values from (%L) to (%L)',
                v_table || to_char(v_from, '_YYYYMM'), v_table,
                v_from, (v_from + interval '1 month')::date);
        end if;
    end loop;
end $$;

create function cd.monthly_tables() returns text[] language sql immutable
set search_path = pg_catalog, pg_temp as $$
    select array['payment_transaction', 'payment', 'allocation', 'overpayment', 'tender', 'settlement']
$$;

do $$
declare v_table text;
begin
    foreach v_table in array cd.monthly_tables() loop
        execute format('create table cd.%I partition of cd.%I default', v_table || '_other', v_table);
    end loop;
    for months in -1..18 loop
        perform cd.prepare_month((current_date + make_interval(months => months))::date);
    end loop;
end $$;
