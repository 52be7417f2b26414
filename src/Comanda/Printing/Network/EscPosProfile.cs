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
internal sealed record EscPosProfile(PrintProof Proof, bool MayBeSilent, bool IsSilent)
{
    public static EscPosProfile Of(Printer printer) => printer.Make switch
    {
        { IsSilent: true } => new(PrintProof.PaperStatus, MayBeSilent: true, IsSilent: true),
        { IsOldEpson: true } => new(PrintProof.PaperStatus, MayBeSilent: false, IsSilent: false),
        { IsEpson: true } => new(PrintProof.ProcessId, MayBeSilent: false, IsSilent: false),
        _ => new(PrintProof.AsItAnswers, MayBeSilent: printer.Answers != true, IsSilent: false),
    };
}
