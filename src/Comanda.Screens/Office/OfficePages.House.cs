using Comanda.Screens.Office.House;
using Comanda.Screens.Office.Offer;

namespace Comanda.Screens.Office;

public static partial class OfficePages
{
    /// <summary>What the shop is: its menu, its people and devices, its rules.</summary>
    private static OfficeChapter[] House =>
    [
        new(
            "office.house",
            [
                new("menu", "menu.title", Permission.EditMenu, typeof(MenuPage)),
                new("staff", "staff.title", Permission.ReadStaff, typeof(StaffPage)),
                new("roles", "roles.title", Permission.ReadStaff, typeof(RolesPage)),
                new("devices", "devices.title", Permission.ReadDevices, typeof(DevicesPage)),
                new("printers", "printers.title", Permission.ReadOrders, typeof(PrintersPage)),
                new("hours", "hours.title", Permission.ReadSettings, typeof(HoursPage)),
                new("taxes", "taxes.title", Permission.ReadSettings, typeof(TaxesPage)),
                new("settings", "settings.title", Permission.ReadSettings, typeof(SettingsPage)),
                new("imports", "imports.title", Permission.EditSettings, typeof(ImportsPage)),
                new("sessions", "sessions.title", Permission.ReadOwnProfile, typeof(SessionsPage)),
            ]),
    ];
}
