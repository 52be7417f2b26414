-- What somebody else's system calls an order, and how the guest means to pay for it.
alter table orders
    add column reference text,
    add column pay_by text;

-- Allergens that are none of the fourteen of EU law, as they were given.
alter table menu_items
    add column other_allergens text[] not null default '{}';

-- A role stays as it was spelled: staff may what a cashier may.
alter table shop_members drop constraint shop_members_role_check;
alter table shop_members
    add check (role in ('owner', 'admin', 'manager', 'cashier', 'staff', 'barista', 'trainee', 'customer'));
