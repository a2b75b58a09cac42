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
