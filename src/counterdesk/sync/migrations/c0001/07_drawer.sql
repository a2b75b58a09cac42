-- The cash of a shift: what moved in its drawer without a payment, how it was counted, and what was
-- over or short of each method.

create table cd.drawer_move (
    id uuid primary key,
    counter_id uuid not null references cd.counter,
    event_seq bigint not null,
    shift_id uuid not null,
    business_date cd.day not null,
    number cd.short not null,
    kind cd.short not null
        check (kind in ('paid_in', 'paid_out', 'drop', 'change_in', 'change_out', 'undone')),
    delta_minor bigint not null check (delta_minor <> 0),
    reason text not null,
    envelope cd.short not null,
    undoes_id uuid unique references cd.drawer_move,
    moved_at_utc cd.instant not null,
    user_id uuid not null,
    user_name text not null,
    approver_id uuid,
    approver_name text not null,
    check (kind = 'undone' or (delta_minor > 0) = (kind in ('paid_in', 'change_in'))),
    check ((kind = 'undone') = (undoes_id is not null)),
    unique (shift_id, number)
);

create table cd.drawer_count (
    id uuid primary key,
    counter_id uuid not null references cd.counter,
    event_seq bigint not null,
    shift_id uuid not null,
    purpose cd.short not null check (purpose in ('float', 'close')),
    counted_at_utc cd.instant not null,
    user_id uuid not null,
    user_name text not null
);
create index drawer_count_shift on cd.drawer_count (shift_id);

create table cd.counted_piece (
    id uuid primary key,
    count_id uuid not null references cd.drawer_count,
    method cd.short not null,
    face_minor bigint not null check (face_minor > 0),
    pieces integer not null check (pieces > 0),
    unique (count_id, method, face_minor)
);

create table cd.shift_method (
    id uuid primary key,
    shift_id uuid not null references cd.shift_closed,
    method cd.short not null,
    method_name cd.short not null,
    kind cd.short not null,
    expected_minor bigint not null,
    counted_minor bigint not null,
    reason text not null,
    check (expected_minor = counted_minor or reason <> ''),
    unique (shift_id, method)
);

-- MON-11, from what is applied here: money that waits in suspense is not in it.
create function cd.expected_drawer(p_shift uuid) returns bigint language sql stable
set search_path = pg_catalog, pg_temp as $$
    select coalesce((select float_minor from cd.shift where id = p_shift), 0)
        + coalesce((select sum(r.amount_minor - r.change_minor) from cd.payment_transaction as t
            join cd.tender as r on r.business_date = t.business_date and r.transaction_id = t.id
            where t.shift_id = p_shift and r.kind = 'cash'), 0)::bigint
        + coalesce((select sum(delta_minor) from cd.drawer_move where shift_id = p_shift), 0)::bigint
        + coalesce((select sum(b.delta_minor) from cd.undo as u join cd.undo_tender as b on b.undo_id = u.id
            where u.shift_id = p_shift and b.kind = 'cash'), 0)::bigint
        - coalesce((select sum(amount_minor) from cd.credit_note_change
            where shift_id = p_shift and method_kind = 'cash'), 0)::bigint
$$;

create function cd.check_shift_of(p_counter uuid, p_seq bigint, p_shift uuid, p_on date) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if exists (select from cd.shift where id = p_shift
            and (counter_id <> p_counter or business_date <> p_on)) then
        perform cd.refuse('the shift is of another counter or day');
    end if;
    if exists (select from cd.shift_closed where shift_id = p_shift and event_seq < p_seq) then
        perform cd.refuse('the shift was closed before');
    end if;
end $$;

create function cd.apply_drawer_moved(p_counter uuid, p_seq bigint, p_event jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    m cd.drawer_move := jsonb_populate_record(null::cd.drawer_move, p_event -> 'data');
    v_on date := cd.business_date_of(p_event);
begin
    if p_event #>> '{data,currency}' is distinct from (select currency from cd.site)
            or p_event #>> '{totals,currency}' is distinct from p_event #>> '{data,currency}' then
        perform cd.refuse('the currency is not the utility''s');
    end if;
    if p_event #> '{totals,tenders}' is distinct from '{}'
            or p_event #> '{totals,cash_delta_minor}' is distinct from to_jsonb(m.delta_minor) then
        perform cd.refuse('what moved is not what the event adds to the drawer');
    end if;
    if m.undoes_id is not null and not exists (select from cd.drawer_move where id = m.undoes_id
            and (counter_id, shift_id, delta_minor) = (p_counter, m.shift_id, -m.delta_minor)) then
        perform cd.refuse('it does not undo what it names');
    end if;
    perform cd.check_shift_of(p_counter, p_seq, m.shift_id, v_on);
    perform cd.use_ids(array[m.id]);
    insert into cd.drawer_move (id, counter_id, event_seq, shift_id, business_date, number, kind,
        delta_minor, reason, envelope, undoes_id, moved_at_utc, user_id, user_name, approver_id,
        approver_name)
    values (m.id, p_counter, p_seq, m.shift_id, v_on, m.number, m.kind, m.delta_minor, m.reason,
        m.envelope, m.undoes_id, m.moved_at_utc, m.user_id, m.user_name, m.approver_id, m.approver_name);
end $$;

-- Of a float, of the end of a shift, or of nothing, where the event tells of no count.
create function cd.apply_count(p_counter uuid, p_seq bigint, p_shift uuid, p_data jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_counts cd.drawer_count[] := array(
        select x from jsonb_populate_recordset(null::cd.drawer_count, p_data -> 'counts') as x);
    v_pieces cd.counted_piece[] := array(
        select x from jsonb_populate_recordset(null::cd.counted_piece, p_data -> 'pieces') as x);
begin
    if cardinality(v_counts) > 1 or cardinality(v_pieces) > 2000 then
        perform cd.refuse('a count of so many parts is none');
    end if;
    perform cd.use_ids(array(
        select id from unnest(v_counts) union all select id from unnest(v_pieces)));
    insert into cd.drawer_count (id, counter_id, event_seq, shift_id, purpose, counted_at_utc, user_id,
        user_name)
    select id, p_counter, p_seq, p_shift, purpose, counted_at_utc, user_id, user_name
    from unnest(v_counts);
    insert into cd.counted_piece (id, count_id, method, face_minor, pieces)
    select id, (v_counts[1]).id, method, face_minor, pieces from unnest(v_pieces);
end $$;

create function cd.apply_drawer_counted(p_counter uuid, p_seq bigint, p_event jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_shift uuid := (p_event #>> '{data,counts,0,shift_id}')::uuid;
begin
    if cd.moves_money(p_event) then
        perform cd.refuse('counting a drawer moves no money');
    end if;
    if v_shift is null then
        perform cd.refuse('the count is of no shift');
    end if;
    perform cd.check_shift_of(p_counter, p_seq, v_shift, cd.business_date_of(p_event));
    perform cd.apply_count(p_counter, p_seq, v_shift, p_event -> 'data');
end $$;

create function cd.apply_shift_methods(p_shift uuid, p_data jsonb) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    v_methods cd.shift_method[] := array(
        select x from jsonb_populate_recordset(null::cd.shift_method, p_data -> 'methods') as x);
begin
    if cardinality(v_methods) > 100 then
        perform cd.refuse('a close of so many parts is none');
    end if;
    perform cd.use_ids(array(select id from unnest(v_methods)));
    insert into cd.shift_method (id, shift_id, method, method_name, kind, expected_minor, counted_minor,
        reason)
    select id, p_shift, method, method_name, kind, expected_minor, counted_minor, reason
    from unnest(v_methods);
end $$;
