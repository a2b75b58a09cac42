-- What counters may read: as it stands now, one row for each thing, named as in their ref.db.

create view cd.consumer_now with (security_invoker = true) as select * from cd.consumer;

-- `applied_through`: every event of the caller up to this one is in `paid_minor` (or never will be).
create view cd.charge_now with (security_invoker = true) as
select charge_id, consumer_id, kind, number, charged_on, due_on, amount_minor, paid_minor,
    description, period, plan_number, installment, minimum_minor, refused_methods, disputed,
    online_pending, replaced_by_plan,
    (select last_seq from cd.counter where role_name = session_user) as applied_through
from cd.charge where not cancelled;

create view cd.plan_now with (security_invoker = true) as select * from cd.plan;

create view cd.payment_now with (security_invoker = true) as
select id as payment_id, consumer_id, receipt_number, business_date, type, method, amount_minor, status,
    number as payment_number, transaction_number, channel, counter, left(cashier, 200) as cashier,
    left(consumer_name, 200) as consumer_name, account_number, taken_at_utc, collected_minor,
    left(verified_by, 200) as verified_by, verified_at_utc, settled_minor, settled_days, settled_parts
from cd.payment where business_date >= (current_date - interval '13 months')::date;

create view cd.back_now with (security_invoker = true) as
select id as back_id, consumer_id, kind, number, business_date, type, method, channel, counter,
    left(cashier, 200) as cashier, giving_counter, left(given_by, 200) as given_by, amount_minor,
    collected_minor, reopened_minor, payment_id
from cd.given_back where business_date >= (current_date - interval '13 months')::date;

create view cd.credit_now with (security_invoker = true) as
select id as credit_note_id, consumer_id, number, amount_minor,
    amount_minor - spent_minor - paid_out_minor - withdrawn_minor as remaining_minor, status, source,
    reason, remarks, created_on, expires_on, held_until, payment_number, receipt_number, created_by,
    created_by_id, approved_by,
    (select last_seq from cd.counter where role_name = session_user) as applied_through
from cd.credit_note;

-- However old, one that is open is told.
create view cd.dispute_now with (security_invoker = true) as
select id as dispute_id, consumer_id, number, payment_id, payment_number, receipt_number,
    account_number, left(consumer_name, 200) as consumer_name, payment_amount_minor, category,
    amount_minor, words, business_date as raised_on, raised_at_utc, left(user_name, 200) as raised_by,
    counter, outcome, closed_words, closed_at_utc, left(closed_by, 200) as closed_by
from cd.dispute
where business_date >= (current_date - interval '13 months')::date or outcome is null;

create view cd.setting_now with (security_invoker = true) as
select name, value, version from cd.setting;

create view cd.snapshot_now with (security_invoker = true) as
select office, body, signature, valid_until from cd.permission_snapshot;

-- One row for an event, however many matters there are: what is still open counts. Money in suspense,
-- or an event that was placed and is looked at all the same.
create view cd.exception_now with (security_invoker = true) as
select counter_id, seq,
    coalesce(string_agg(reason, '; ' order by reason) filter (where open),
        string_agg(reason, '; ' order by reason)) as reason,
    case when bool_or(open) then 'open' else 'applied' end as state,
    bool_or(suspended) as suspended
from (select counter_id, seq, reason, state = 'open' as open, state = 'open' as suspended
      from cd.suspense
      union all select counter_id, seq, detail, state = 'open', false from cd.work_item
      where told) as matter
group by counter_id, seq;

create view cd.my_counter with (security_invoker = true) as
select counter_id, code, name, office, status, certificate, tls_certificate, last_seq, last_hash,
    last_seen_at, clock_skew_ms
from cd.counter where role_name = session_user;

create view cd.site_now with (security_invoker = true) as
select epoch, name, currency, utility_public_key from cd.site;

-- A page of the feed after a cursor: {"status": "OK", "rows": [...], "sync_seq", "tag"}, or RESYNC
-- where the cursor is not of this history. Rows carry what stands now; null is gone.
create function cd.feed_page(p_after bigint, p_tag uuid, p_limit integer default 500) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_counter uuid := cd.caller_id();
    v_rows jsonb;
    v_seq bigint;
    v_tag uuid;
begin
    if v_counter is null then
        raise exception 'this login is no active counter''s' using errcode = '28000';
    end if;
    if p_after is null or p_after < 0
            or p_after > 0 and not exists (select from cd.change where sync_seq = p_after and tag = p_tag)
            or p_after = 0 and (select min(sync_seq) from cd.change) > 1 then
        return jsonb_build_object('status', 'RESYNC');
    end if;
    with page as (
        select sync_seq, tag, kind, key, counter_id from cd.change
        where sync_seq > p_after order by sync_seq limit least(greatest(p_limit, 1), 2000)
    ), told as (
        select distinct kind, key from page where counter_id is null or counter_id = v_counter
    )
    select (select max(sync_seq) from page),
        (select tag from page order by sync_seq desc limit 1),
        coalesce((select jsonb_agg(jsonb_build_object('kind', kind, 'key', key,
            'row', cd.row_now(v_counter, kind, key))) from told), '[]')
    into v_seq, v_tag, v_rows;
    return jsonb_build_object('status', 'OK', 'sync_seq', coalesce(v_seq, p_after),
        'tag', coalesce(v_tag, p_tag), 'rows', v_rows,
        'head_seq', (select coalesce(max(sync_seq), 0) from cd.change));
end $$;

create function cd.row_now(p_counter uuid, p_kind text, p_key text) returns jsonb language plpgsql stable
set search_path = pg_catalog, pg_temp as $$
begin
    return case p_kind
        when 'consumer' then (select to_jsonb(x) from cd.consumer_now as x where consumer_id = p_key::uuid)
        when 'charge' then (select to_jsonb(x) from cd.charge_now as x where charge_id = p_key::uuid)
        when 'plan' then (select to_jsonb(x) from cd.plan_now as x where number = p_key)
        when 'payment' then (select to_jsonb(x) from cd.payment_now as x where payment_id = p_key::uuid)
        when 'back' then (select to_jsonb(x) from cd.back_now as x where back_id = p_key::uuid)
        when 'credit' then (select to_jsonb(x) from cd.credit_now as x where credit_note_id = p_key::uuid)
        when 'dispute' then (select to_jsonb(x) from cd.dispute_now as x where dispute_id = p_key::uuid)
        when 'setting' then (select to_jsonb(x) from cd.setting_now as x where name = p_key)
        when 'snapshot' then (select jsonb_build_object('office', office, 'body', encode(body, 'hex'),
            'signature', encode(signature, 'hex'), 'valid_until', valid_until)
            from cd.permission_snapshot where office = p_key)
        when 'exception' then (select jsonb_build_object('seq', seq, 'reason', reason, 'state', state,
            'suspended', suspended)
            from cd.exception_now where counter_id = p_counter and seq = p_key::bigint)
    end;
end $$;

-- Where the feed stands: the cursor that a first fill begins with.
create function cd.feed_head() returns table (sync_seq bigint, tag uuid) language sql stable security definer
set search_path = pg_catalog, pg_temp as $$
    select c.sync_seq, c.tag from cd.change as c where cd.caller_id() is not null
    order by c.sync_seq desc limit 1
$$;
