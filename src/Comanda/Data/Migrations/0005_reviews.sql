-- What guests think of an item: one review each, and what follows from them on the item.

create table reviews (
    id            bigint generated always as identity primary key,
    shop_id       bigint not null references shops,
    menu_item_id  bigint not null references menu_items,
    user_id       bigint not null references users,
    rating        smallint not null check (rating between 1 and 5),
    comment       text not null default '',
    images        text[] not null default '{}',
    is_approved   boolean not null default true,
    created_at    timestamptz not null,
    updated_at    timestamptz not null,
    unique (menu_item_id, user_id)
);
create index reviews_of_item on reviews (shop_id, menu_item_id, id);
create index reviews_of_user on reviews (user_id);

create table review_likes (
    review_id  bigint not null references reviews on delete cascade,
    user_id    bigint not null references users,
    primary key (review_id, user_id)
);
create index review_likes_of_user on review_likes (user_id);

-- Of the approved reviews; counted anew with each change of one, under the item's lock.
alter table menu_items add column rating_count integer not null default 0;
alter table menu_items add column rating_sum bigint not null default 0;
