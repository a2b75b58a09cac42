-- From an event's bytes to rows. What raises here is the event's own fault: it goes to suspense.
-- In plpgsql, because its plans are kept for the session.

create function cd.refuse(p_reason text) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    raise exception using message = p_reason, errcode = 'CD001';
end $$;

create function cd.apply_event(p_counter uuid, p_seq bigint, p_event jsonb) returns text[]
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_kind text := p_event ->> 'kind';
begin
    if (p_event ->> 'counter_id')::uuid is distinct from p_counter
            or (p_event ->> 'seq')::bigint is distinct from p_seq then
        perform cd.refuse('the event says that it belongs elsewhere');
    end if;
    if v_kind not in ('payment.taken', 'shift.opened', 'shift.closed', 'numbers.leased',
            'setting.changed', 'user.changed', 'drawer.moved', 'drawer.counted',
            'transaction.undone', 'credit_note.raised', 'credit_note.changed', 'shift.handed_over',
            'turn_in.offered', 'turn_in.answered', 'deposit.made', 'deposit.validated',
            'difference.settled', 'payment.verified', 'dispute.raised', 'dispute.closed') then
        if cd.moves_money(p_event) then
            perform cd.refuse(format('this centre does not know events of the kind %s', v_kind));
        end if;
        return '{}';
    end if;
    if p_event -> 'v' is distinct from '1' then
        perform cd.refuse('this centre does not know events of this version');
    end if;
    case v_kind
        when 'payment.taken' then return cd.apply_payment(p_counter, p_seq, p_event);
        when 'payment.verified' then return cd.apply_verified(p_counter, p_seq, p_event);
        when 'dispute.raised' then return cd.apply_dispute_raised(p_counter, p_seq, p_event);
        when 'dispute.closed' then return cd.apply_dispute_closed(p_counter, p_seq, p_event);
        when 'transaction.undone' then return cd.apply_undo(p_counter, p_seq, p_event);
        when 'credit_note.raised' then return cd.apply_credit_raised(p_counter, p_seq, p_event);
        when 'credit_note.changed' then return cd.apply_credit_changed(p_counter, p_seq, p_event);
        when 'shift.opened' then perform cd.apply_shift_opened(p_counter, p_seq, p_event);
        when 'shift.closed' then perform cd.apply_shift_closed(p_counter, p_seq, p_event);
        when 'drawer.moved' then perform cd.apply_drawer_moved(p_counter, p_seq, p_event);
        when 'drawer.counted' then perform cd.apply_drawer_counted(p_counter, p_seq, p_event);
        when 'shift.handed_over' then perform cd.apply_shift_handed_over(p_counter, p_seq, p_event);
        when 'turn_in.offered' then perform cd.apply_turn_in_offered(p_counter, p_seq, p_event);
        when 'turn_in.answered' then perform cd.apply_turn_in_answered(p_counter, p_seq, p_event);
        when 'deposit.made' then perform cd.apply_deposit_made(p_counter, p_seq, p_event);
        when 'deposit.validated' then perform cd.apply_deposit_validated(p_counter, p_seq, p_event);
        when 'difference.settled' then perform cd.apply_difference_settled(p_counter, p_seq, p_event);
        when 'numbers.leased' then perform cd.apply_numbers_leased(p_counter, p_event);
        when 'setting.changed', 'user.changed' then
            perform cd.ask_change(p_counter, p_seq, p_event);
    end case;
    return '{}';
end $$;

create function cd.moves_money(p_event jsonb) returns boolean language plpgsql immutable
set search_path = pg_catalog, pg_temp as $$
begin
    return coalesce((p_event #>> '{totals,cash_delta_minor}')::bigint, 0) <> 0
        or exists (select from jsonb_each_text(p_event #> '{totals,tenders}') as one
                   where one.value::numeric <> 0);
end $$;

-- The date an event counts on, written the one way it may be. Late is well; far ahead is a wrong
-- clock, and there is no month prepared for it.
create function cd.business_date_of(p_event jsonb) returns date language plpgsql stable
set search_path = pg_catalog, pg_temp as $$
declare v_on cd.day := (p_event ->> 'business_date')::date;
begin
    if to_char(v_on, 'YYYY-MM-DD') is distinct from p_event ->> 'business_date' then
        perform cd.refuse('the event has no business date');
    end if;
    if v_on > current_date + 60 then
        perform cd.refuse('the business date is far in the future');
    end if;
    return v_on;
end $$;

-- Every id and every number is used once, by whoever was first.
create function cd.use_ids(p_ids uuid[]) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare v_new integer;
begin
    insert into cd.fact_id (id) select unnest(p_ids) on conflict do nothing;
    get diagnostics v_new = row_count;
    if v_new < cardinality(p_ids) then
        perform cd.refuse('an id was used before');
    end if;
end $$;

create function cd.use_numbers(p_counter uuid, p_seq bigint, p_series text[], p_numbers text[])
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_new integer;
begin
    insert into cd.number_used (series, number, counter_id, event_seq)
    select one.series, one.number, p_counter, p_seq
    from unnest(p_series, p_numbers) as one (series, number) on conflict do nothing;
    get diagnostics v_new = row_count;
    if v_new < cardinality(p_numbers) then
        perform cd.refuse('a number was used before: ' || coalesce((
            select string_agg(one.number, ', ') from unnest(p_series, p_numbers) as one (series, number)
            join cd.number_used as used using (series, number)
            where (used.counter_id, used.event_seq) is distinct from (p_counter, p_seq)), 'by itself'));
    end if;
    perform cd.watch_numbers(p_counter, p_seq, p_series, p_numbers);
end $$;

create function cd.apply_shift_opened(p_counter uuid, p_seq bigint, p_event jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare s cd.shift := jsonb_populate_record(null::cd.shift, p_event -> 'data');
begin
    if s.business_date is distinct from cd.business_date_of(p_event) then
        perform cd.refuse('the shift counts on another day than its event');
    end if;
    if s.currency is distinct from (select currency from cd.site)
            or p_event #>> '{totals,currency}' is distinct from s.currency then
        perform cd.refuse('the currency is not the utility''s');
    end if;
    if p_event #> '{totals,tenders}' is distinct from '{}'
            or p_event #> '{totals,cash_delta_minor}' is distinct from to_jsonb(s.float_minor) then
        perform cd.refuse('the float is not what the event adds to the drawer');
    end if;
    perform cd.use_ids(array[s.id]);
    perform cd.use_numbers(p_counter, p_seq, array['shift'], array[s.number::text]);
    insert into cd.shift (id, counter_id, event_seq, number, user_id, user_name, business_date,
        opened_at_utc, currency, float_minor)
    values (s.id, p_counter, p_seq, s.number, s.user_id, s.user_name, s.business_date,
        s.opened_at_utc, s.currency, s.float_minor);
    perform cd.apply_count(p_counter, p_seq, s.id, p_event -> 'data');
end $$;

create function cd.apply_shift_closed(p_counter uuid, p_seq bigint, p_event jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare s cd.shift_closed := jsonb_populate_record(null::cd.shift_closed, p_event -> 'data');
begin
    if cd.moves_money(p_event) then
        perform cd.refuse('counting a drawer moves no money');
    end if;
    if not exists (select from cd.shift where id = s.shift_id and counter_id = p_counter) then
        perform cd.refuse('this counter never opened the shift');
    end if;
    insert into cd.shift_closed (shift_id, counter_id, event_seq, z_number, count_id, closed_at_utc,
        user_id, user_name, approver_id, approver_name, counted_minor, expected_minor, reason)
    values (s.shift_id, p_counter, p_seq, s.z_number, s.count_id, s.closed_at_utc, s.user_id,
        s.user_name, s.approver_id, s.approver_name, s.counted_minor, s.expected_minor, s.reason);
    perform cd.apply_shift_methods(s.shift_id, p_event -> 'data');
end $$;

-- A restored centre learns again which numbers it had given away since. It may have answered the same
-- request anew meanwhile, with others: of a counter whose data was put back, or that was cloned.
create function cd.apply_numbers_leased(p_counter uuid, p_event jsonb) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    l cd.number_lease := jsonb_populate_record(null::cd.number_lease, p_event -> 'data');
    v_id uuid := (p_event #>> '{data,id}')::uuid;
    v_next bigint;
begin
    if exists (select from cd.number_lease
            where (counter_id, series, year, first, last) = (p_counter, l.series, l.year, l.first, l.last)) then
        return;
    end if;
    insert into cd.number_series (series, year) values (l.series, l.year) on conflict do nothing;
    select next into v_next from cd.number_series where series = l.series and year = l.year for update;
    if l.first < v_next and exists (select from cd.number_lease where series = l.series
            and year = l.year and first <= l.last and last >= l.first) then
        perform cd.refuse('these numbers were given to another counter');
    end if;
    if l.last - l.first >= cd.largest_lease() or l.last > v_next + 20 * cd.largest_lease()
            or cd.number_format(l.series) is null then
        perform cd.refuse('such numbers were never given away');
    end if;
    insert into cd.number_lease (request_id, counter_id, series, year, first, last, next)
    values (case when exists (select from cd.number_lease where request_id = v_id)
            then (p_event ->> 'event_id')::uuid else v_id end,
        p_counter, l.series, l.year, l.first, l.last, l.first);
    update cd.number_series set next = greatest(next, l.last + 1)
    where series = l.series and year = l.year;
end $$;
