-- Consumers and what they owe. Amounts are minor units of the site's currency.

create table cd.consumer (
    consumer_id uuid primary key,
    account_number text not null unique,
    name text not null,
    service_address text not null default '',
    phone text not null default '',
    email text not null default '',
    preferences text not null default '',
    circumstances text not null default '',
    cash_only boolean not null default false,
    disconnected boolean not null default false
);

create table cd.charge (
    charge_id uuid primary key,
    consumer_id uuid not null references cd.consumer,
    kind text not null check (kind in ('Bill', 'Service', 'Installment')),
    number text not null unique,
    charged_on date not null,
    due_on date not null,
    amount_minor bigint not null check (amount_minor > 0),
    paid_minor bigint not null default 0 check (paid_minor >= 0),
    description text not null default '',
    period text not null default '',
    plan_number text not null default '',
    installment integer not null default 0,
    minimum_minor bigint not null default 0 check (minimum_minor >= 0),
    refused_methods text not null default '',
    disputed boolean not null default false,
    online_pending boolean not null default false,
    replaced_by_plan boolean not null default false,
    cancelled boolean not null default false
);
create index charge_consumer on cd.charge (consumer_id);

create table cd.plan (
    number text primary key,
    consumer_id uuid not null references cd.consumer,
    status text not null
);
create index plan_consumer on cd.plan (consumer_id);
