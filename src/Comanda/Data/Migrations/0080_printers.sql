-- Printers of a shop: who they are, what they print, and how they were when last heard of.
create table printers (
    id bigint generated always as identity primary key,
    shop_id bigint not null references shops (id),
    name text not null,
    kind text not null check (kind in ('cloudprnt', 'epson_sdp', 'tcp9100')),
    host text,
    port int,
    model text,
    columns int not null,
    prints text[] not null,
    stations text[] not null,
    register_id bigint,
    print_on_doubt text not null check (print_on_doubt in ('reprint_marked', 'ask')),
    enabled boolean not null,
    -- of the address that a polling printer calls
    secret_hash text unique,
    version bigint not null default 1,
    created_at timestamptz not null,
    created_by bigint not null,
    updated_at timestamptz not null,
    removed_at timestamptz,
    -- how it is: written by who hears it
    condition text not null default 'unknown',
    code text,
    paper text check (paper in ('ok', 'low', 'out')),
    cover text check (cover in ('closed', 'open')),
    seen_at timestamptz,
    mac text,
    warning text,
    poll_seconds int not null default 5,
    media text[],
    asked_at timestamptz,
    answers boolean,
    protocol text,
    -- the process that talks to it
    leased_by uuid,
    leased_until timestamptz
);

create index printers_shop on printers (shop_id) where removed_at is null;

-- What is to be printed: a row before a byte leaves. document is frozen, and drawn for whatever the printer takes.
create table print_jobs (
    id bigint generated always as identity primary key,
    -- the printers' name for it, the same over all tries
    token text not null unique,
    shop_id bigint not null references shops (id),
    printer_id bigint not null references printers (id),
    kind text not null check (kind in ('receipt', 'kitchen', 'drawer', 'report')),
    order_id bigint,
    order_number text,
    revision bigint,
    -- what it came of, so that it comes once; null where somebody asked for it
    source text,
    document text not null,
    status text not null
        check (status in ('queued', 'offered', 'sent', 'printed', 'failed', 'unconfirmed', 'cancelled', 'expired')),
    marked text check (marked in ('second_print', 'copy')),
    reprint_of bigint references print_jobs (id),
    held text,
    cancel_requested boolean not null default false,
    tries int not null default 0,
    next_try_at timestamptz,
    media text,
    refused_media text[] not null default '{}',
    quiet_polls int not null default 0,
    doubt_at timestamptz,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    sent_at timestamptz,
    first_sent_at timestamptz,
    changed_at timestamptz not null,
    -- nothing more is done for it; a late success may still come
    done boolean not null default false,
    unique (printer_id, source)
);

create index print_jobs_waiting on print_jobs (printer_id, id) where not done;
create unique index print_jobs_one_outstanding on print_jobs (printer_id) where status in ('offered', 'sent') and not done;
create index print_jobs_shop on print_jobs (shop_id, id);
create index print_jobs_order on print_jobs (order_id) where order_id is not null;

-- Every change of a job, with the printer's own code.
create table print_job_changes (
    id bigint generated always as identity primary key,
    shop_id bigint not null,
    job_id bigint not null references print_jobs (id),
    at timestamptz not null,
    status text not null
        check (status in ('queued', 'offered', 'sent', 'printed', 'failed', 'unconfirmed', 'cancelled', 'expired')),
    code text,
    note text
);

create index print_job_changes_job on print_job_changes (job_id, id);
