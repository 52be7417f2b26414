-- 'none' is the station of deposits. A category could be given it, and all that was in it was sold as deposits: without points, discounts
-- and service charge.
update categories set station = 'counter' where station = 'none';
