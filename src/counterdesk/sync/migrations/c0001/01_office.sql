-- Who the centre is, which counters it knows, and what it tells them of people and settings.

create table cd.site (
    one boolean primary key default true check (one),
    epoch uuid not null default gen_random_uuid(),
    name text not null,
    currency text not null,
    utility_public_key bytea check (octet_length(utility_public_key) = 32),
    created_at timestamptz not null default clock_timestamp()
);

create table cd.counter (
    counter_id uuid primary key,
    code text not null unique,
    name text not null,
    office text not null,
    role_name name not null unique,
    status text not null default 'invited'
        check (status in ('invited', 'enrolling', 'active', 'revoked')),
    public_key bytea unique check (octet_length(public_key) = 32),
    certificate bytea,
    tls_request text,
    tls_certificate text,
    invited_at timestamptz not null default clock_timestamp(),
    invited_until timestamptz not null default clock_timestamp() + interval '48 hours',
    enrolled_at timestamptz,
    revoked_at timestamptz,
    last_seq bigint not null default 0,
    last_hash bytea not null default decode(repeat('00', 32), 'hex'),
    verified_seq bigint not null default 0,
    last_seen_at timestamptz,
    clock_skew_ms bigint,
    app_version text not null default '',
    check (status in ('invited', 'revoked') or public_key is not null)
);

create table cd.setting (
    name text primary key,
    value jsonb not null,
    version integer not null default 1,
    changed_at timestamptz not null default clock_timestamp(),
    changed_by text not null default ''
);

-- The secrets' hashes are argon2id(secret, salt); no counter may read this table.
create table cd.person (
    user_id uuid primary key,
    login text not null unique,
    name text not null,
    role text not null,
    office text not null default '',
    password_salt bytea not null,
    password_hash bytea not null,
    pin_salt bytea,
    pin_hash bytea,
    memory_kib integer not null,
    passes integer not null,
    lanes integer not null,
    active boolean not null default true,
    version integer not null default 1
);

-- Who may do what at the counters of an office, signed by the utility; '' is every office.
create table cd.permission_snapshot (
    office text primary key,
    body bytea not null,
    signature bytea not null,
    valid_until timestamptz not null
);
