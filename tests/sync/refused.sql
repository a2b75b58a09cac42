-- What a counter's login must not be able to do: a statement a line.
create table cd.mine (a int)
create table public.mine (a int)
create schema mine
create temp table mine (a int)
create view cd.mine as select 1
create function cd.mine() returns int language sql as 'select 1'
create function pg_temp.mine() returns int language sql as 'select 1'
create function public.mine() returns int language sql as 'select 1'
create type cd.mine as (a int)
create domain public.mine as int
create operator public.= (leftarg = int, rightarg = int, function = int4eq)
create extension dblink
create language plpython3u
create role mine
create publication mine for all tables
create subscription mine connection '' publication x
create event trigger mine on ddl_command_start execute function cd.publish()
create trigger mine before insert on cd.event for each row execute function cd.publish()
create index on cd.charge (number)
create policy mine on cd.charge using (true)
create rule mine as on select to cd.charge do instead select 1
create statistics cd.mine on kind, number from cd.charge
alter table cd.charge disable row level security
drop table cd.charge
alter function cd.caller_id() owner to current_user
drop function cd.push
alter role current_user superuser
alter role current_user bypassrls
alter role current_user createrole
alter role postgres password 'x'
alter role cd_owner login password 'x'
alter database postgres set search_path = public
alter system set log_statement = 'none'
alter default privileges for role cd_owner grant all on tables to public
grant cd_owner to current_user
reassign owned by cd_owner to current_user
comment on table cd.charge is 'mine'
set role cd_owner
set role postgres
set role cd_enrolling
set session authorization postgres
set session_replication_role = replica
set log_statement = 'none'
set log_min_messages = panic
set max_stack_depth = '60MB'
select set_config('role', 'cd_owner', false)
select set_config('session_authorization', 'postgres', false)
copy cd.charge to '/tmp/mine'
copy cd.charge from '/etc/passwd'
copy (select 1) to program 'id'
copy cd.charge from program 'id'
copy cd.charge from stdin
select pg_read_file('/etc/passwd')
select pg_read_binary_file('PG_VERSION')
select pg_ls_dir('.')
select pg_stat_file('PG_VERSION')
select pg_ls_waldir()
select pg_reload_conf()
select pg_rotate_logfile()
select pg_switch_wal()
select pg_create_restore_point('x')
select pg_backup_start('x')
select pg_stat_reset()
select pg_promote()
select pg_create_physical_replication_slot('x')
select pg_logical_emit_message(false, 'x', 'y')
select lo_create(0)
select lo_creat(-1)
select lo_from_bytea(0, 'x')
select lo_import('/etc/passwd')
select lo_export(1, '/tmp/mine')
select lo_put(1, 0, 'x')
select pg_advisory_lock(3241003)
select pg_advisory_xact_lock(1, 2)
select pg_try_advisory_lock_shared(1)
select * from pg_authid
select * from pg_shadow
select * from pg_largeobject
select * from pg_hba_file_rules
select * from pg_statistic
select * from pg_user_mapping
select * from cd.charge for update
select * from cd.charge for key share
select * from cd.consumer for share
select * from cd.payment for no key update
select * from cd.charge_now for share
do $$ begin lock table cd.turn in exclusive mode; end $$
do $$ begin lock table cd.turn in access share mode; end $$
do $$ begin lock table cd.charge in share mode; end $$
do $$ begin lock table cd.charge_now in exclusive mode; end $$
select nextval('cd.change_seq')
select setval('cd.change_seq', 1)
select * from cd.change_seq
select public_key from cd.counter
select tls_request from cd.counter
select * from cd.counter
update cd.counter set status = 'active'
update cd.my_counter set last_seq = 0
update cd.charge_now set paid_minor = 0
delete from cd.exception_now
insert into cd.number_lease default values
update cd.setting_now set value = '1'
merge into cd.charge as c using (select 1) as x on true when matched then update set paid_minor = 0
with gone as (delete from cd.charge returning 1) select * from gone
explain analyze update cd.charge set paid_minor = 0
do $$ begin update cd.charge set paid_minor = 0; end $$
do $$ begin execute 'set role cd_owner'; end $$
declare mine cursor with hold for select * from cd.charge for update
select cd.publish(array['charge'], array['x'])
select cd.prepare_month('2090-01-01')
select cd.note_seen(null, null)
select cd.end_stalls()
select cd.alarm('fork', null, 1, '')
select cd.cut_block('receipt', 0, 1)
select cd.centre_number('receipt', '2025-01-01')
select cd.apply_again(gen_random_uuid(), 1)
select cd.row_now(null, 'charge', null)
select cd.this_counter()
select cd.enroll('x', 'x', 'x')
refresh materialized view cd.charge_now
cluster cd.charge
reindex table cd.charge
truncate cd.charge
import foreign schema x from server y into cd
select cd.confirm_enrolled()
select cd.certify(gen_random_uuid(), 'x', 'x', 'x')
select cd.prune_feed(0)
select cd.tell_people('', 'x', 'x', now())
select cd.note_verified(gen_random_uuid(), 9, '{}')
select * from cd.reach
select * from cd.import_run
select pg_try_advisory_lock(3241005)
select * from cd.undo
select * from cd.undone_settlement
select * from cd.undo_tender
select * from cd.undo_charge
insert into cd.undo_charge default values
update cd.undone_settlement set settlement_id = id
delete from cd.undo
select cd.apply_undo(gen_random_uuid(), 1, '{}')
select cd.visit_of(gen_random_uuid())
select cd.read_undo('{}')
select cd.withdraw(null, null, 1)
select cd.pay_again(null)
select cd.debit_id(gen_random_uuid(), gen_random_uuid())
select cd.notes_undone('x')
insert into cd.dispute default values
update cd.dispute set outcome = 'rejected'
update cd.dispute_now set outcome = 'rejected'
delete from cd.dispute
select * from cd.dispute_closed
select cd.apply_dispute_raised(gen_random_uuid(), 1, '{}')
select cd.apply_dispute_closed(gen_random_uuid(), 1, '{}')
select cd.may_close_dispute(gen_random_uuid())
