-- A payment that another counter of the office took, for undoing it at this one: what its event told,
-- and what the events told that undid parts of it since. Null where there is none.
create function cd.payment_to_undo(p_receipt text) returns jsonb language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
declare
    v_here cd.counter;
    v_there text;
    v_taken jsonb;
begin
    select * into v_here from cd.counter where role_name = session_user and status = 'active';
    if not found then
        raise exception 'this login is no active counter''s' using errcode = '28000';
    end if;
    select c.code, convert_from(e.body, 'UTF8')::jsonb -> 'data' into v_there, v_taken
    from cd.number_used as n
    join cd.counter as c on c.counter_id = n.counter_id and c.office = v_here.office
    join cd.event as e on e.counter_id = n.counter_id and e.seq = n.event_seq
    where n.series = 'receipt' and n.number = p_receipt;
    if not found then
        return null;
    end if;
    return jsonb_build_object('counter', v_there, 'taken', v_taken, 'undone', coalesce((
        select jsonb_agg(convert_from(e.body, 'UTF8')::jsonb -> 'data' order by e.received_at, u.id)
        from cd.undo as u join cd.event as e on e.counter_id = u.counter_id and e.seq = u.event_seq
        where u.transaction_id = (v_taken #>> '{transaction,id}')::uuid), '[]'));
end $$;
