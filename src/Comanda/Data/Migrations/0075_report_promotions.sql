-- What promotions cost, by business day: orders that had one, and what it took off (Reports/Facets.Promotions.cs). title is as the last of
-- them has it. A position of no zone makes everything anew, once.
create table report_promotions (
    shop_id bigint not null,
    day date not null,
    promotion_id bigint not null,
    title text not null,
    code text,
    uses bigint not null,
    discount bigint not null,
    primary key (shop_id, day, promotion_id)
);
update report_positions set zone = '';
