namespace Comanda.Screens.Office;

public static partial class OfficePages
{
    /// <summary>What the shop is: its menu, its people and devices, its rules.</summary>
    private static OfficeChapter[] House =>
    [
    ];
}
