-- A second factor beside the password: the secret that an authenticator app shares, and codes for the day that the phone is gone.
-- One that was not confirmed by a code counts for nothing; it takes the place of the confirmed one when it is.

create table second_factors (
    id            bigint generated always as identity primary key,
    shop_id       bigint not null references shops,
    user_id       bigint not null references users,
    secret        text not null,
    created_at    timestamptz not null,
    confirmed_at  timestamptz,
    -- The time step of the last code that signed somebody in: each code does so once (RFC 6238, 5.2).
    last_step     bigint not null default 0
);
create unique index second_factors_confirmed on second_factors (user_id) where confirmed_at is not null;
create unique index second_factors_offered on second_factors (user_id) where confirmed_at is null;

create table recovery_codes (
    shop_id           bigint not null references shops,
    second_factor_id  bigint not null references second_factors on delete cascade,
    hash              bytea not null,
    used_at           timestamptz,
    primary key (second_factor_id, hash)
);
