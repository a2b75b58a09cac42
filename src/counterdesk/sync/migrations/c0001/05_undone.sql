-- What was undone of payments: the original stays as it was told, settlements of it are taken back.
-- Amounts are minor units.

create table cd.undo (
    id uuid primary key,
    counter_id uuid not null references cd.counter,
    event_seq bigint not null,
    kind cd.short not null check (kind in ('void', 'reversal', 'bounced', 'moved', 'corrected')),
    transaction_id uuid not null,
    transaction_number cd.short not null,
    receipt_number cd.short not null,
    payment_id uuid,
    payment_number cd.short not null,
    tender_id uuid,
    shift_id uuid,
    business_date cd.day not null,
    undone_at_utc cd.instant not null,
    user_id uuid not null,
    user_name text not null,
    approver_id uuid not null,
    approver_name text not null,
    reason text not null check (reason <> ''),
    remarks text not null,
    currency text not null,
    replaced_by uuid,
    check ((kind = 'reversal') = (payment_id is not null)),
    check ((kind = 'bounced') = (tender_id is not null)),
    check ((kind = 'corrected') = (replaced_by is not null))
);
create index undo_transaction on cd.undo (transaction_id);
create index undo_shift on cd.undo (shift_id);

-- Each settlement once, and whole.
create table cd.undone_settlement (
    id uuid primary key,
    undo_id uuid not null references cd.undo,
    settlement_id uuid not null unique,
    tender_id uuid not null,
    allocation_id uuid,
    overpayment_id uuid,
    payment_id uuid,
    consumer_id uuid,
    charge_id uuid,
    born_note_id uuid,
    spent_note_id uuid,
    amount_minor bigint not null check (amount_minor <> 0)
);
create index undone_settlement_undo on cd.undone_settlement (undo_id);
create index undone_settlement_tender on cd.undone_settlement (tender_id);

-- How much less of a method there is.
create table cd.undo_tender (
    id uuid primary key,
    undo_id uuid not null references cd.undo,
    method cd.short not null,
    method_name cd.short not null,
    kind cd.short not null,
    delta_minor bigint not null check (delta_minor < 0),
    reference text not null
);
create index undo_tender_undo on cd.undo_tender (undo_id);

-- The charges that an undo made: credit that was spent already, and the fee of a cheque.
create table cd.undo_charge (
    charge_id uuid primary key references cd.charge,
    undo_id uuid not null references cd.undo,
    consumer_id uuid not null,
    purpose cd.short not null check (purpose in ('credit_withdrawn', 'cheque_fee')),
    number cd.short not null check (number <> ''),
    description cd.short not null,
    charged_on cd.day not null,
    due_on cd.day not null,
    amount_minor bigint not null check (amount_minor > 0),
    credit_note_id uuid,
    check ((purpose = 'credit_withdrawn') = (credit_note_id is not null))
);
create index undo_charge_undo on cd.undo_charge (undo_id);

-- What figures count as given back: of one payment by one undo, or paid out of a credit note. It is
-- counted by what the payment is counted by, on its own day; what was no new money is not collected,
-- and what was moved to another account stays collected (MON-10). `reopened_minor` is what charges owe
-- again, less what was moved to others.
create table cd.given_back (
    id uuid primary key,
    counter_id uuid not null references cd.counter,
    event_seq bigint not null,
    giving_counter cd.short not null,
    given_by text not null,
    kind cd.short not null
        check (kind in ('void', 'reversal', 'bounced', 'moved', 'corrected', 'refund')),
    number cd.short not null,
    payment_id uuid,
    consumer_id uuid not null,
    business_date cd.day not null,
    type cd.short not null,
    method cd.short not null,
    channel cd.short not null,
    counter cd.short not null,
    cashier text not null,
    amount_minor bigint not null,
    collected_minor bigint not null,
    reopened_minor bigint not null,
    check ((kind = 'refund') = (payment_id is null))
);
create index given_back_consumer on cd.given_back (consumer_id);
