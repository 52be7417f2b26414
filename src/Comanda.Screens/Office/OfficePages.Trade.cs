namespace Comanda.Screens.Office;

public static partial class OfficePages
{
    /// <summary>What is sold, to whom, of what, and what it came to.</summary>
    private static OfficeChapter[] Trade =>
    [
    ];
}
