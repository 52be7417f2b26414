-- A printer's plug opens two drawers: 1 at pin 2, 2 at pin 5. And some printers beep for a kitchen that does not look.
alter table printers add column drawer int not null default 1 check (drawer in (1, 2));
alter table printers add column buzzer boolean not null default false;
