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
