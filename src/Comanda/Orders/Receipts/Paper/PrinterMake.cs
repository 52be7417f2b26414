namespace Comanda.Orders;

/// <summary>
/// What of a printer decides how its paper is written: what stands on it, how many columns it has, and how many dots across. Columns and
/// dots do not follow from each other.
/// </summary>
internal sealed record PrinterMake(string? Model, int Columns, int Dots)
{
    /// <summary>Cheap clones, which answer nothing.</summary>
    private static readonly string[] Silent = ["silent", "clone", "pos-58", "pos58", "pos-80", "pos80", "xprinter", "xp-", "zj-", "mpt"];

    private static readonly string[] Epson = ["epson", "tm-"];

    /// <summary>Epson's own that know neither process ids nor QR codes.</summary>
    private static readonly string[] OldEpson = ["t88iii", "t88ii", "u220"];

    public bool IsSilent => Is(Silent);

    public bool IsOldEpson => !IsSilent && Is(OldEpson);

    public bool IsEpson => !IsSilent && Is(Epson);

    /// <summary>It draws QR codes itself: Epson's own do, and many others print the command's digits.</summary>
    public bool DrawsQr => IsEpson && !IsOldEpson;

    /// <summary>It has the buzzer command of Epson's; others have one of their own that not all know.</summary>
    public bool BuzzesAsEpson => IsEpson && !IsOldEpson;

    /// <summary>As most are that have so many columns.</summary>
    public static int DotsOf(int columns) => columns <= 35 ? 384 : columns == 42 ? 512 : 576;

    private bool Is(string[] words)
    {
        var name = (Model ?? "").ToLowerInvariant();
        return Array.Exists(words, w => name.Contains(w, StringComparison.Ordinal));
    }
}
