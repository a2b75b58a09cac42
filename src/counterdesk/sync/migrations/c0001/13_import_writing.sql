-- Lines of a file written over what stands at the centre, a chunk in a transaction.

-- A consumer as it will stand after a line; `c` is null for a new one.
create function cd.consumer_after(c cd.consumer, l cd.import_consumer) returns cd.consumer
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    c.consumer_id := coalesce(c.consumer_id, l.id);
    c.account_number := l.account_number;
    c.name := l.name;
    c.service_address := coalesce(l.service_address, c.service_address, '');
    c.phone := coalesce(l.phone, c.phone, '');
    c.email := coalesce(l.email, c.email, '');
    c.preferences := coalesce(l.preferences, c.preferences, '');
    c.circumstances := coalesce(l.circumstances, c.circumstances, '');
    c.cash_only := coalesce(l.cash_only, c.cash_only, false);
    c.disconnected := coalesce(l.disconnected, c.disconnected, false);
    return c;
end $$;

-- A charge as it will stand after a line. What was paid is the counters', never a file's.
create function cd.charge_after(c cd.charge, l cd.import_charge, p_consumer uuid) returns cd.charge
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    c.cancelled := coalesce(l.cancelled, c.cancelled, false);
    if l.cancelled then
        return c;
    end if;
    c.charge_id := coalesce(c.charge_id, l.id);
    c.consumer_id := p_consumer;
    c.kind := l.kind;
    c.number := l.number;
    c.charged_on := l.charged_on;
    c.due_on := l.due_on;
    c.amount_minor := l.amount_minor;
    c.paid_minor := coalesce(c.paid_minor, 0);
    c.description := coalesce(l.description, c.description, '');
    c.period := coalesce(l.period, c.period, '');
    c.plan_number := coalesce(l.plan_number, c.plan_number, '');
    c.installment := coalesce(l.installment, c.installment, 0);
    c.minimum_minor := coalesce(l.minimum_minor, c.minimum_minor, 0);
    c.refused_methods := coalesce(l.refused_methods, c.refused_methods, '');
    c.disputed := coalesce(l.disputed, c.disputed, false);
    c.online_pending := coalesce(l.online_pending, c.online_pending, false);
    c.replaced_by_plan := coalesce(l.replaced_by_plan, c.replaced_by_plan, false);
    return c;
end $$;

-- The lines without fault that change something. One that cancels what is not known here does not.
create function cd.consumers_to_write(p_after bigint, p_upto bigint)
returns table (was cd.consumer, becomes cd.consumer) language plpgsql
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan as $$
begin
    return query
    with compared as materialized (
        select c as was, cd.consumer_after(c, l) as becomes
        from cd.import_consumer as l
        left join cd.consumer as c on c.account_number = l.account_number
        where l.line > p_after and l.line <= p_upto
            and not exists (select from cd.import_fault as f where f.line = l.line)
    )
    select one.was, one.becomes from compared as one where one.becomes is distinct from one.was;
end $$;

create function cd.charges_to_write(p_after bigint, p_upto bigint)
returns table (was cd.charge, becomes cd.charge) language plpgsql
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan as $$
begin
    return query
    with compared as materialized (
        select c as was, cd.charge_after(c, l, owner.consumer_id) as becomes
        from cd.import_charge as l
        join cd.consumer as owner on owner.account_number = l.account_number
        left join cd.charge as c on c.number = l.number
        where l.line > p_after and l.line <= p_upto
            and (c.charge_id is not null or l.cancelled is not true)
            and not exists (select from cd.import_fault as f where f.line = l.line)
    )
    select one.was, one.becomes from compared as one where one.becomes is distinct from one.was;
end $$;

-- What an import would do, without doing it.
create function cd.preview_import(p_kind text, p_upto bigint,
    out added bigint, out changed bigint, out cancelled bigint, out cancelled_paid bigint) language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    if p_kind = 'consumer' then
        select count(*) filter (where (was).consumer_id is null),
            count(*) filter (where (was).consumer_id is not null), 0, 0
        into added, changed, cancelled, cancelled_paid from cd.consumers_to_write(0, p_upto);
    else
        select count(*) filter (where (was).charge_id is null),
            count(*) filter (where (was).charge_id is not null
                and not ((becomes).cancelled and not (was).cancelled)),
            count(*) filter (where (becomes).cancelled and not (was).cancelled),
            count(*) filter (where (becomes).cancelled and not (was).cancelled
                and (was).paid_minor > 0)
        into added, changed, cancelled, cancelled_paid from cd.charges_to_write(0, p_upto);
    end if;
end $$;

create function cd.next_chunk(p_table regclass, p_after bigint, p_count integer) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_upto bigint;
begin
    execute format('select max(line) from (select line from %s where line > $1
        order by line limit $2) as next', p_table) into v_upto using p_after, p_count;
    return v_upto;
end $$;

-- Write the next lines of a run, in the caller's transaction; the run's row says how far it came.
-- Returns the last line written, null when none is left.
create function cd.import_consumers(p_run uuid, p_count integer) returns bigint language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    r cd.import_run;
    v_upto bigint;
    v_keys text[];
    v_added bigint;
begin
    select * into strict r from cd.import_run where run_id = p_run for update;
    v_upto := cd.next_chunk('cd.import_consumer', r.applied_line, p_count);
    if v_upto is null then
        return null;
    end if;
    with written as materialized (
        select * from cd.consumers_to_write(r.applied_line, v_upto)
    ), kept as (
        insert into cd.consumer select (becomes).* from written
        on conflict (consumer_id) do update set name = excluded.name,
            service_address = excluded.service_address, phone = excluded.phone,
            email = excluded.email, preferences = excluded.preferences,
            circumstances = excluded.circumstances, cash_only = excluded.cash_only,
            disconnected = excluded.disconnected
    )
    select array_agg((becomes).consumer_id::text), count(*) filter (where (was).consumer_id is null)
    into v_keys, v_added from written;
    update cd.import_run set applied_line = v_upto, added = added + v_added,
        changed = changed + coalesce(cardinality(v_keys), 0) - v_added
    where run_id = p_run;
    perform cd.publish(array_fill('consumer'::text, array[coalesce(cardinality(v_keys), 0)]), v_keys);
    return v_upto;
end $$;

create function cd.import_charges(p_run uuid, p_count integer) returns bigint language plpgsql
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
    r cd.import_run;
    v_upto bigint;
    v_keys text[];
    v_plans text[];
    v_added bigint;
    v_cancelled bigint;
    v_paid bigint;
begin
    select * into strict r from cd.import_run where run_id = p_run for update;
    v_upto := cd.next_chunk('cd.import_charge', r.applied_line, p_count);
    if v_upto is null then
        return null;
    end if;
    -- In the order in which a push locks them.
    perform from cd.charge where number in (select l.number from cd.import_charge as l
        where l.line > r.applied_line and l.line <= v_upto) order by charge_id for update;
    perform cd.check_charge_lines(r.applied_line, v_upto);
    v_plans := cd.import_plans(r.applied_line, v_upto);
    with written as materialized (
        select * from cd.charges_to_write(r.applied_line, v_upto)
    ), kept as (
        insert into cd.charge select (becomes).* from written
        on conflict (charge_id) do update set charged_on = excluded.charged_on,
            due_on = excluded.due_on, amount_minor = excluded.amount_minor,
            description = excluded.description, period = excluded.period,
            plan_number = excluded.plan_number, installment = excluded.installment,
            minimum_minor = excluded.minimum_minor, refused_methods = excluded.refused_methods,
            disputed = excluded.disputed, online_pending = excluded.online_pending,
            replaced_by_plan = excluded.replaced_by_plan, cancelled = excluded.cancelled
    ), looked_at as (
        insert into cd.work_item (kind, subject, detail)
        select 'cancelled_paid', (becomes).number,
            format('the charge was cancelled, but %s of %s minor units were paid on it',
                (becomes).paid_minor, (becomes).amount_minor)
        from written where (becomes).cancelled and not (was).cancelled and (was).paid_minor > 0
        on conflict (kind, counter_id, seq, subject) do update
            set detail = excluded.detail, state = 'open', done_at = null
        returning item_id
    )
    select array_agg((becomes).charge_id::text), count(*) filter (where (was).charge_id is null),
        count(*) filter (where (becomes).cancelled and not (was).cancelled),
        (select count(*) from looked_at)
    into v_keys, v_added, v_cancelled, v_paid from written;
    update cd.import_run set applied_line = v_upto, added = added + v_added,
        cancelled = cancelled + v_cancelled, cancelled_paid = cancelled_paid + v_paid,
        changed = changed + coalesce(cardinality(v_keys), 0) - v_added - v_cancelled
    where run_id = p_run;
    perform cd.publish(
        array_fill('charge'::text, array[coalesce(cardinality(v_keys), 0)])
            || array_fill('plan'::text, array[coalesce(cardinality(v_plans), 0)]),
        v_keys || v_plans);
    return v_upto;
end $$;

-- The plans that these lines name, and how well they are kept; returns those that changed.
create function cd.import_plans(p_after bigint, p_upto bigint) returns text[] language plpgsql
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan as $$
declare v_plans text[];
begin
    with named as (
        select l.plan_number as number, owner.consumer_id,
            coalesce(max(l.plan_status), max(p.status), 'On track') as status
        from cd.import_charge as l
        join cd.consumer as owner on owner.account_number = l.account_number
        left join cd.plan as p on p.number = l.plan_number
        where l.line > p_after and l.line <= p_upto and l.plan_number <> ''
            and l.cancelled is not true
            and not exists (select from cd.import_fault as f where f.line = l.line)
        group by 1, 2
    ), kept as (
        insert into cd.plan as p (number, consumer_id, status)
        select number, consumer_id, status from named
        on conflict (number) do update set status = excluded.status
            where p.status <> excluded.status
        returning number
    )
    select array_agg(number) into v_plans from kept;
    return v_plans;
end $$;
