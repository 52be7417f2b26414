-- Who may work every drawer, and not only their own, is a permission now. Roles that a shop chose the permissions of keep what they could:
-- its admins and managers work all drawers.
update role_permissions set permissions = permissions || array['manage_drawers'], updated_at = now()
where role in ('admin', 'manager') and 'take_payments' = any(permissions) and not 'manage_drawers' = any(permissions);
