-- How many requests came from an address or a person in a minute, at all processes together: what the limit of requests is judged by.
-- Lost when the server crashes, and that is all right.

create unlogged table request_counts (
    key           text not null,
    minute        timestamptz not null,
    count         bigint not null,
    primary key (key, minute)
);
