-- What people at desks ask of the office itself. Which values make sense and who may change what is
-- written once, in the program: so the event is kept here, and the service answers.

-- In the order of arrival. No answer: it waits.
create table cd.asked_change (
    asked_id bigint generated always as identity primary key,
    counter_id uuid not null references cd.counter,
    seq bigint not null,
    answer text check (answer in ('done', 'returned')),
    answered_at timestamptz,
    unique (counter_id, seq)
);
create index asked_change_waiting on cd.asked_change (asked_id) where answer is null;

create function cd.ask_change(p_counter uuid, p_seq bigint, p_event jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if cd.moves_money(p_event) then
        perform cd.refuse('asking for a change moves no money');
    end if;
    insert into cd.asked_change (counter_id, seq) values (p_counter, p_seq);
    if pg_notification_queue_usage() < 0.5 then
        perform pg_notify('cd_service', '');
    end if;
end $$;

-- The rest is the service's. A change is made if nobody made another since it was asked for, as its
-- version says (0: there was no such row); returns whether it was.
create function cd.make_change(p_asked bigint, p_name text, p_seen integer, p_value jsonb, p_by text)
returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if p_seen = 0 then
        insert into cd.setting (name, value, changed_by) values (p_name, p_value, p_by)
        on conflict do nothing;
    else
        update cd.setting set value = p_value, version = version + 1,
            changed_at = clock_timestamp(), changed_by = p_by
        where name = p_name and version = p_seen;
    end if;
    if not found then
        perform cd.return_change(p_asked, 'setting_conflict', p_name,
            format('%s was changed by somebody else meanwhile; nothing was changed', p_name));
        return false;
    end if;
    perform cd.answer_asked(p_asked, 'done');
    perform cd.publish(array['setting'], array[p_name]);
    return true;
end $$;

-- A person as the service worked it out, whole. Whoever asks for it names nothing of this: the service
-- compared what was seen, and the version says that nobody changed the person since (0: is new).
create function cd.make_person(p_asked bigint, p_version integer, p_person jsonb) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare p cd.person := jsonb_populate_record(null::cd.person, p_person);
begin
    p.version := p_version + 1;
    if p_version = 0 then
        insert into cd.person select p.* on conflict do nothing;
    else
        update cd.person set name = p.name, role = p.role, active = p.active,
            password_salt = p.password_salt, password_hash = p.password_hash,
            pin_salt = p.pin_salt, pin_hash = p.pin_hash, version = p.version
        where user_id = p.user_id and version = p_version;
    end if;
    if not found then
        perform cd.return_change(p_asked, 'person_conflict', p.login,
            format('%s was changed by somebody else meanwhile; nothing was changed', p.login));
        return false;
    end if;
    perform cd.answer_asked(p_asked, 'done');
    return true;
end $$;

-- Nothing is changed: somebody must look at it, and the counter hears why.
create function cd.return_change(p_asked bigint, p_kind text, p_subject text, p_reason text)
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare a cd.asked_change := cd.answer_asked(p_asked, 'returned');
begin
    insert into cd.work_item (kind, counter_id, seq, subject, detail)
    values (p_kind, a.counter_id, a.seq, left(p_subject, 200), left(p_reason, 500));
    perform cd.publish(array['exception'], array[a.seq::text], a.counter_id);
end $$;

create function cd.answer_asked(p_asked bigint, p_answer text) returns cd.asked_change
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare a cd.asked_change;
begin
    update cd.asked_change set answer = p_answer, answered_at = clock_timestamp()
    where asked_id = p_asked and answer is null returning * into a;
    if not found then
        raise exception 'nobody waits for this answer' using errcode = 'CD002';
    end if;
    return a;
end $$;
