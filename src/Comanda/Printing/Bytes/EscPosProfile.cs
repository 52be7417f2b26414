namespace Comanda.Printing;

/// <summary>How a printer at TCP 9100 tells that it has printed.</summary>
internal enum PrintProof
{
    /// <summary>By a process id that it sends back once all before it is printed (GS ( H).</summary>
    ProcessId,

    /// <summary>By the paper's status, asked for in the queue (GS r 1): all before it is processed.</summary>
    PaperStatus,

    /// <summary>By the first where it sends automatic status, else by the second.</summary>
    AsItAnswers,
}

/// <summary>What is known of a model at TCP 9100.</summary>
internal sealed record EscPosProfile(PrintProof Proof, bool MayBeSilent, bool IsSilent, bool DrawsQr)
{
    /// <summary>Cheap clones, which answer nothing.</summary>
    private static readonly string[] Silent = ["silent", "clone", "pos-58", "pos58", "pos-80", "pos80", "xprinter", "xp-", "zj-", "mpt"];

    private static readonly string[] Epson = ["epson", "tm-"];

    /// <summary>Epson's own that know no process id.</summary>
    private static readonly string[] OldEpson = ["t88iii", "t88ii", "u220"];

    public static EscPosProfile Of(Printer printer)
    {
        var name = (printer.Model ?? "").ToLowerInvariant();
        bool Is(string[] words) => Array.Exists(words, w => name.Contains(w, StringComparison.Ordinal));
        return Is(Silent) ? new(PrintProof.PaperStatus, MayBeSilent: true, IsSilent: true, DrawsQr: false)
            : Is(OldEpson) ? new(PrintProof.PaperStatus, MayBeSilent: false, IsSilent: false, DrawsQr: false)
            : Is(Epson) ? new(PrintProof.ProcessId, MayBeSilent: false, IsSilent: false, DrawsQr: true)
            : new(PrintProof.AsItAnswers, MayBeSilent: printer.Answers != true, IsSilent: false, DrawsQr: false);
    }
}
