-- What a browser at the storefront has in its basket, and who signed in there; found by the hash of its cookie. See docs/adr/0057.
create table storefront_visits (
    shop_id    bigint not null references shops,
    hash       bytea not null,
    session_id bigint,
    basket     text not null,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (shop_id, hash)
);
create index storefront_visits_changed on storefront_visits (changed_at);
