namespace Comanda.Printing;

/// <summary>One text for each thing that can be the matter: what, and what to do.</summary>
internal static class PrinterWords
{
    /// <summary>What is the matter with a printer; null where nothing is.</summary>
    public static string? OfCondition(string name, string condition) => condition switch
    {
        Conditions.Unknown or Conditions.Ready => null,
        Conditions.Offline => $"{name} is not heard of: it is off, or cut off from the network. Switch it on and look at its cable.",
        Conditions.PaperOut => $"{name} has no paper. Put in a roll; it goes on by itself.",
        Conditions.CoverOpen => $"The cover of {name} is open. Close it; it goes on by itself.",
        Conditions.PaperJam => $"The paper of {name} is jammed. Open it, take the paper out and put it in anew.",
        Conditions.Busy => $"{name} is busy with somebody else's print. It is tried again by itself.",
        Conditions.Refused => $"{name} refuses to be called. Look whether its port is open and its secure printing off.",
        Conditions.Silent => $"{name} is there but does not answer. Switch it off and on.",
        Conditions.WrongDevice => $"{name} does not know its device. Its device id must be local_printer.",
        Conditions.Elsewhere => $"The address of {name} is not in a network where printers may be (COMANDA_PRINTER_NETWORKS).",
        _ => $"{name} has a fault. Look at its display, switch it off and on.",
    };

    /// <summary>What is the matter with a job; null where nothing is.</summary>
    public static string? OfJob(PrintJob job) => job.Status switch
    {
        PrintStatus.Unconfirmed when job.Kind == PrintKind.Drawer => "Nobody knows whether the drawer was opened. It is not tried again.",
        PrintStatus.Unconfirmed => "Nobody knows whether this was printed. Look: say that it is there, or print it again.",
        PrintStatus.Expired when job.Kind == PrintKind.Drawer => "The printer could not open the drawer in time. Open it by its key.",
        PrintStatus.Expired => "The printer could not print this in time. Print it again if it is still wanted.",
        PrintStatus.Failed => "The printer cannot print this. Print it again at another one.",
        PrintStatus.Queued or PrintStatus.Offered or PrintStatus.Sent when job.Held is { } held => OfCondition("The printer", held),
        _ => null,
    };
}
