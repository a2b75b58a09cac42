-- A shift's money after the shift: handed over, turned in, deposited, and what was off settled. None
-- of it is a payment: it moves money that was counted before.

create table cd.shift_handover (
    from_shift_id uuid primary key references cd.shift_closed,
    to_shift_id uuid not null unique references cd.shift,
    counter_id uuid not null references cd.counter,
    event_seq bigint not null,
    cash_minor bigint not null,
    handed_at_utc cd.instant not null,
    user_id uuid not null,
    user_name text not null,
    receiver_id uuid not null,
    receiver_name text not null
);

create table cd.turn_in (
    id uuid primary key,
    shift_id uuid not null references cd.shift_closed,
    counter_id uuid not null references cd.counter,
    event_seq bigint not null,
    offered_at_utc cd.instant not null,
    user_id uuid not null,
    user_name text not null
);
create index turn_in_shift on cd.turn_in (shift_id);

create table cd.turn_in_piece (
    id uuid primary key,
    turn_in_id uuid not null references cd.turn_in,
    method cd.short not null,
    face_minor bigint not null check (face_minor > 0),
    pieces integer not null check (pieces > 0),
    unique (turn_in_id, method, face_minor)
);

create table cd.turn_in_answer (
    turn_in_id uuid primary key references cd.turn_in,
    counter_id uuid not null references cd.counter,
    event_seq bigint not null,
    accepted boolean not null,
    reason text not null,
    answered_at_utc cd.instant not null,
    user_id uuid not null,
    user_name text not null,
    check (accepted or reason <> '')
);

create table cd.deposit (
    id uuid primary key,
    counter_id uuid not null references cd.counter,
    event_seq bigint not null,
    number cd.short not null,
    business_date cd.day not null,
    made_at_utc cd.instant not null,
    currency cd.short not null,
    cash_minor bigint not null check (cash_minor >= 0),
    cheques_minor bigint not null check (cheques_minor >= 0),
    user_id uuid not null,
    user_name text not null,
    check (cash_minor + cheques_minor > 0),
    unique (counter_id, number)
);

create table cd.deposit_shift (
    id uuid primary key,
    deposit_id uuid not null references cd.deposit,
    shift_id uuid not null unique references cd.shift_closed,
    cash_minor bigint not null check (cash_minor >= 0),
    kept_minor bigint not null check (kept_minor >= 0),
    cheques_minor bigint not null check (cheques_minor >= 0)
);
create index deposit_shift_deposit on cd.deposit_shift (deposit_id);

create table cd.deposit_piece (
    id uuid primary key,
    deposit_id uuid not null references cd.deposit,
    face_minor bigint not null check (face_minor > 0),
    pieces integer not null check (pieces > 0),
    unique (deposit_id, face_minor)
);

create table cd.deposit_cheque (
    id uuid primary key,
    deposit_id uuid not null references cd.deposit,
    shift_id uuid not null references cd.shift_closed,
    amount_minor bigint not null check (amount_minor > 0),
    reference text not null,
    bank text not null
);
create index deposit_cheque_deposit on cd.deposit_cheque (deposit_id);

create table cd.deposit_validated (
    deposit_id uuid primary key references cd.deposit,
    counter_id uuid not null references cd.counter,
    event_seq bigint not null,
    bank_number cd.short not null check (bank_number <> ''),
    validated_on cd.day not null,
    recorded_at_utc cd.instant not null,
    user_id uuid not null,
    user_name text not null
);

create table cd.difference_settled (
    id uuid primary key,
    shift_method_id uuid not null references cd.shift_method,
    counter_id uuid not null references cd.counter,
    event_seq bigint not null,
    amount_minor bigint not null check (amount_minor <> 0),
    reason text not null check (reason <> ''),
    settled_at_utc cd.instant not null,
    user_id uuid not null,
    user_name text not null,
    approver_id uuid not null,
    approver_name text not null
);
create index difference_settled_method on cd.difference_settled (shift_method_id);

create function cd.refuse_money(p_event jsonb) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    if cd.moves_money(p_event) then
        perform cd.refuse('what was counted before is no money that comes in');
    end if;
end $$;

create function cd.apply_shift_handed_over(p_counter uuid, p_seq bigint, p_event jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare h cd.shift_handover := jsonb_populate_record(null::cd.shift_handover, p_event -> 'data');
begin
    perform cd.refuse_money(p_event);
    if not exists (select from cd.shift_closed where shift_id = h.from_shift_id
            and (counter_id, counted_minor) = (p_counter, h.cash_minor)) then
        perform cd.refuse('the drawer was not closed with what is handed over');
    end if;
    if not exists (select from cd.shift where id = h.to_shift_id
            and (counter_id, float_minor, user_id) = (p_counter, h.cash_minor, h.receiver_id)) then
        perform cd.refuse('the next shift did not begin with what is handed over');
    end if;
    insert into cd.shift_handover (from_shift_id, to_shift_id, counter_id, event_seq, cash_minor,
        handed_at_utc, user_id, user_name, receiver_id, receiver_name)
    values (h.from_shift_id, h.to_shift_id, p_counter, p_seq, h.cash_minor, h.handed_at_utc,
        h.user_id, h.user_name, h.receiver_id, h.receiver_name);
end $$;

create function cd.closed_here(p_counter uuid, p_shift uuid) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from cd.shift_closed where (shift_id, counter_id) = (p_shift, p_counter)) then
        perform cd.refuse('the shift is not closed, or another counter''s');
    end if;
end $$;

create function cd.apply_turn_in_offered(p_counter uuid, p_seq bigint, p_event jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    t cd.turn_in := jsonb_populate_record(null::cd.turn_in, p_event -> 'data');
    v_pieces cd.turn_in_piece[] := array(select x from jsonb_populate_recordset(
        null::cd.turn_in_piece, p_event #> '{data,turn_in_pieces}') as x);
begin
    perform cd.refuse_money(p_event);
    perform cd.closed_here(p_counter, t.shift_id);
    if cardinality(v_pieces) > 2000 then
        perform cd.refuse('a count of so many parts is none');
    end if;
    perform cd.use_ids(array[t.id] || array(select id from unnest(v_pieces)));
    insert into cd.turn_in (id, shift_id, counter_id, event_seq, offered_at_utc, user_id, user_name)
    values (t.id, t.shift_id, p_counter, p_seq, t.offered_at_utc, t.user_id, t.user_name);
    insert into cd.turn_in_piece (id, turn_in_id, method, face_minor, pieces)
    select id, t.id, method, face_minor, pieces from unnest(v_pieces);
end $$;

-- Nobody takes over what they offer, and nobody takes the same money twice.
create function cd.apply_turn_in_answered(p_counter uuid, p_seq bigint, p_event jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    a cd.turn_in_answer := jsonb_populate_record(null::cd.turn_in_answer, p_event -> 'data');
    t cd.turn_in;
begin
    perform cd.refuse_money(p_event);
    select * into t from cd.turn_in where (id, counter_id) = (a.turn_in_id, p_counter);
    if t.id is null then
        perform cd.refuse('nobody offers this money');
    end if;
    if a.accepted and (a.user_id = t.user_id or exists (select from cd.turn_in as other
            join cd.turn_in_answer as given on given.turn_in_id = other.id
            where other.shift_id = t.shift_id and given.accepted)) then
        perform cd.refuse('the money was taken over before, or by who offered it');
    end if;
    insert into cd.turn_in_answer (turn_in_id, counter_id, event_seq, accepted, reason,
        answered_at_utc, user_id, user_name)
    values (a.turn_in_id, p_counter, p_seq, a.accepted, a.reason, a.answered_at_utc, a.user_id,
        a.user_name);
end $$;

create function cd.apply_deposit_made(p_counter uuid, p_seq bigint, p_event jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    d cd.deposit := jsonb_populate_record(null::cd.deposit, p_event -> 'data');
    v_shifts cd.deposit_shift[] := array(select x from jsonb_populate_recordset(
        null::cd.deposit_shift, p_event #> '{data,deposit_shifts}') as x);
    v_pieces cd.deposit_piece[] := array(select x from jsonb_populate_recordset(
        null::cd.deposit_piece, p_event #> '{data,deposit_pieces}') as x);
    v_cheques cd.deposit_cheque[] := array(select x from jsonb_populate_recordset(
        null::cd.deposit_cheque, p_event #> '{data,deposit_cheques}') as x);
begin
    perform cd.refuse_money(p_event);
    if d.currency is distinct from (select currency from cd.site) then
        perform cd.refuse('the currency is not the utility''s');
    end if;
    if cardinality(v_shifts) + cardinality(v_pieces) + cardinality(v_cheques) > 5000 then
        perform cd.refuse('a deposit of so many parts is none');
    end if;
    perform cd.closed_here(p_counter, shift_id) from unnest(v_shifts);
    if d.cash_minor is distinct from (select sum(cash_minor) from unnest(v_shifts))
            or d.cheques_minor is distinct from (select sum(cheques_minor) from unnest(v_shifts))
            or d.cash_minor <> (select coalesce(sum(face_minor * pieces), 0) from unnest(v_pieces))
            or d.cheques_minor <> (select coalesce(sum(amount_minor), 0) from unnest(v_cheques)) then
        perform cd.refuse('the sums of the deposit do not agree');
    end if;
    perform cd.use_ids(array[d.id] || array(select id from unnest(v_shifts) union all
        select id from unnest(v_pieces) union all select id from unnest(v_cheques)));
    insert into cd.deposit (id, counter_id, event_seq, number, business_date, made_at_utc, currency,
        cash_minor, cheques_minor, user_id, user_name)
    values (d.id, p_counter, p_seq, d.number, d.business_date, d.made_at_utc, d.currency,
        d.cash_minor, d.cheques_minor, d.user_id, d.user_name);
    insert into cd.deposit_shift (id, deposit_id, shift_id, cash_minor, kept_minor, cheques_minor)
    select id, d.id, shift_id, cash_minor, kept_minor, cheques_minor from unnest(v_shifts);
    insert into cd.deposit_piece (id, deposit_id, face_minor, pieces)
    select id, d.id, face_minor, pieces from unnest(v_pieces);
    insert into cd.deposit_cheque (id, deposit_id, shift_id, amount_minor, reference, bank)
    select id, d.id, shift_id, amount_minor, reference, bank from unnest(v_cheques);
end $$;

create function cd.apply_deposit_validated(p_counter uuid, p_seq bigint, p_event jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v cd.deposit_validated := jsonb_populate_record(null::cd.deposit_validated, p_event -> 'data');
begin
    perform cd.refuse_money(p_event);
    if not exists (select from cd.deposit where (id, counter_id) = (v.deposit_id, p_counter)) then
        perform cd.refuse('this counter made no such deposit');
    end if;
    insert into cd.deposit_validated (deposit_id, counter_id, event_seq, bank_number, validated_on,
        recorded_at_utc, user_id, user_name)
    values (v.deposit_id, p_counter, p_seq, v.bank_number, v.validated_on, v.recorded_at_utc,
        v.user_id, v.user_name);
end $$;

-- Never more than was off, and never to the other side.
create function cd.apply_difference_settled(p_counter uuid, p_seq bigint, p_event jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    s cd.difference_settled := jsonb_populate_record(null::cd.difference_settled, p_event -> 'data');
    v_open bigint := (select m.counted_minor - m.expected_minor - coalesce((
            select sum(amount_minor) from cd.difference_settled where shift_method_id = m.id), 0)
        from cd.shift_method as m join cd.shift_closed as z on z.shift_id = m.shift_id
        where (m.id, z.counter_id) = (s.shift_method_id, p_counter));
begin
    perform cd.refuse_money(p_event);
    if v_open is null or abs(s.amount_minor) > abs(v_open) or sign(s.amount_minor) <> sign(v_open) then
        perform cd.refuse('so much of this difference is not open');
    end if;
    perform cd.use_ids(array[s.id]);
    insert into cd.difference_settled (id, shift_method_id, counter_id, event_seq, amount_minor, reason,
        settled_at_utc, user_id, user_name, approver_id, approver_name)
    values (s.id, s.shift_method_id, p_counter, p_seq, s.amount_minor, s.reason, s.settled_at_utc,
        s.user_id, s.user_name, s.approver_id, s.approver_name);
end $$;
