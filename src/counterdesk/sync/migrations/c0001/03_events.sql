-- What the counters did: the bytes as they came, and what could not be placed.

-- Exactly once rests on counter.last_seq, which push holds locked; the key here is the backstop.
create table cd.event (
    counter_id uuid not null references cd.counter,
    seq bigint not null,
    event_id uuid,
    kind text not null,
    body bytea not null,
    hash bytea not null,
    signature bytea not null,
    business_date date,
    received_at timestamptz not null default clock_timestamp(),
    primary key (counter_id, seq)
) partition by hash (counter_id);

do $$
begin
    for part in 0..15 loop
        execute format(
            'create table cd.event_%s partition of cd.event
                for values with (modulus 16, remainder %s)', lpad(part::text, 2, '0'), part);
    end loop;
end $$;

-- Money of events that could not be applied. `tenders` is money kept by payment mode.
create table cd.suspense (
    counter_id uuid not null,
    seq bigint not null,
    kind text not null,
    reason text not null,
    sqlstate text not null,
    currency text,
    business_date date,
    cash_delta_minor bigint,
    tenders jsonb not null default '{}',
    state text not null default 'open' check (state in ('open', 'applied')),
    created_at timestamptz not null default clock_timestamp(),
    applied_at timestamptz,
    primary key (counter_id, seq),
    foreign key (counter_id, seq) references cd.event
);

-- Things a person at the centre must look at. One row for one matter, however often it is met.
create table cd.work_item (
    item_id bigint generated always as identity primary key,
    kind text not null check (kind in ('suspense', 'fork', 'bad_chain', 'bad_signature',
        'cancelled_paid', 'stalled', 'overspent', 'setting_conflict', 'setting_refused',
        'person_conflict', 'person_refused', 'foreign_number', 'credit_approval', 'not_verified',
        'not_closed')),
    counter_id uuid references cd.counter,
    seq bigint,
    subject text not null,
    detail text not null,
    state text not null default 'open' check (state in ('open', 'done')),
    created_at timestamptz not null default clock_timestamp(),
    done_at timestamptz,
    done_because text not null default '',
    -- Whether the counter hears of it, as of something about its event that was kept and not refused.
    told boolean not null
        generated always as (kind in ('overspent', 'setting_conflict', 'setting_refused',
            'person_conflict', 'person_refused', 'credit_approval', 'not_verified', 'not_closed')) stored,
    unique nulls not distinct (kind, counter_id, seq, subject)
);
