-- A counter's login is a public API: these functions and rows, nothing else.

revoke all on schema cd from public;
revoke all on all functions in schema cd from public;
-- And on those to come. Not for one schema: such rights only add to what everyone has by default.
alter default privileges revoke execute on functions from public;

grant usage on schema cd to cd_counter, cd_enrolling;
grant execute on function
    cd.push(bigint[], bytea[], bytea[], bytea[], jsonb),
    cd.feed_page(bigint, uuid, integer), cd.feed_head(), cd.my_events(bigint, integer),
    cd.lease_numbers(uuid, text, integer, integer),
    cd.reserve_credit(uuid, uuid, bigint, integer), cd.release_credit(uuid),
    cd.payment_to_undo(text),
    cd.caller_is_active(), cd.caller_id()
to cd_counter;
grant execute on function cd.enroll(bytea, text, text) to cd_enrolling;
grant execute on function cd.caller_is_active(), cd.caller_id() to cd_enrolling;

do $$
declare v_table text;
begin
    -- Everyone at a counter may see consumers and what they owe, paid and are owed.
    foreach v_table in array array['consumer', 'charge', 'plan', 'payment', 'given_back',
            'credit_note', 'dispute', 'setting', 'permission_snapshot'] loop
        execute format('grant select on cd.%I to cd_counter', v_table);
        execute format('create policy counters_read on cd.%I for select to cd_counter
            using ((select cd.caller_is_active()))', v_table);
    end loop;
end $$;
-- Of what is about counters, each sees its own.
grant select on cd.suspense to cd_counter;
create policy own_rows on cd.suspense for select to cd_counter using (counter_id = (select cd.caller_id()));
grant select (counter_id, seq, detail, state, told) on cd.work_item to cd_counter;
create policy own_rows on cd.work_item for select to cd_counter
    using (counter_id = (select cd.caller_id()) and told);
grant select (counter_id, code, name, office, role_name, status, certificate, tls_certificate, last_seq,
    last_hash, last_seen_at, clock_skew_ms) on cd.counter to cd_counter, cd_enrolling;
create policy own_row on cd.counter for select to cd_counter, cd_enrolling using (role_name = session_user);
grant select (epoch, name, currency, utility_public_key) on cd.site to cd_counter, cd_enrolling;
create policy everyone on cd.site for select to cd_counter, cd_enrolling using (true);
grant select on cd.consumer_now, cd.charge_now, cd.plan_now, cd.payment_now, cd.back_now, cd.credit_now,
    cd.dispute_now, cd.setting_now, cd.snapshot_now, cd.exception_now to cd_counter;
grant select on cd.my_counter, cd.site_now to cd_counter, cd_enrolling;

do $$
declare v_table text;
begin
    for v_table in select relname from pg_class where relnamespace = 'cd'::regnamespace
            and relkind in ('r', 'p') and not relispartition loop
        execute format('alter table cd.%I enable row level security', v_table);
        execute format('alter table cd.%I force row level security', v_table);
        execute format('create policy owner on cd.%I to cd_owner using (true) with check (true)', v_table);
    end loop;
end $$;
