-- What a person is told, in a list of their own: once for each event (its seq) and person. For an order, which status it told.
create table notifications (
    id            bigint generated always as identity primary key,
    shop_id       bigint not null references shops,
    user_id       bigint not null references users,
    type          text not null check (type in ('order', 'promotion', 'system')),
    title         text not null,
    message       text not null,
    reference_id  bigint,
    told          text,
    event_seq     bigint not null,
    created_at    timestamptz not null,
    read_at       timestamptz,
    removed_at    timestamptz,
    unique (event_seq, user_id)
);
create index notifications_of on notifications (user_id, shop_id, id) where removed_at is null;
create index notifications_of_order on notifications (user_id, reference_id, id) where type = 'order';

-- What somebody chose; without a row it is as usual.
create table notification_choices (
    shop_id  bigint not null references shops,
    user_id  bigint not null references users,
    type     text not null check (type in ('order', 'promotion', 'system')),
    channel  text not null check (channel in ('email', 'sms', 'fcm', 'web_push')),
    allowed  boolean not null,
    primary key (user_id, shop_id, type, channel)
);

-- A browser belongs to whoever signed in there last.
create table push_subscriptions (
    shop_id   bigint not null references shops,
    endpoint  text not null,
    user_id   bigint not null references users,
    p256dh    text not null,
    auth      text not null,
    added_at  timestamptz not null,
    primary key (shop_id, endpoint)
);
create index push_subscriptions_of on push_subscriptions (shop_id, user_id, added_at);

alter table messages drop constraint messages_channel_check;
alter table messages add constraint messages_channel_check check (channel in ('email', 'sms', 'fcm', 'web_push'));
create index messages_failed on messages (shop_id, id) where failed_at is not null;

-- Guests are told of what happens from now on, not of all that ever happened.
insert into consumers (name, position) select 'guest_notifications', coalesce(max(seq), 0) from events on conflict do nothing;
