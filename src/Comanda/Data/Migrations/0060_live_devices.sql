-- Who follows events just now, at which process. A process that no longer says that it lives takes its rows along.
create table live_processes (
    id uuid primary key,
    seen_at timestamptz not null
);

create table live_devices (
    id uuid primary key,
    process_id uuid not null,
    shop_id bigint not null,
    user_id bigint not null,
    session_id bigint not null,
    device_id bigint,
    screen text,
    door text not null check (door in ('websocket', 'stream', 'socket_io')),
    since timestamptz not null
);

create index live_devices_shop on live_devices (shop_id, since);
create index live_devices_session on live_devices (session_id);
create index live_devices_process on live_devices (process_id);
