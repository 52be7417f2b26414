using Comanda.Data;

namespace Comanda.Printing;

/// <summary>Looks once a second for what has become too late, for answers that did not come, and for printers that fell silent.</summary>
public sealed class WatchPrinters(PrintQueue queue, PrinterStates states, PrinterBoard board, ILogger<WatchPrinters> log)
    : Rounds(log, "watching printers", TimeSpan.FromSeconds(1))
{
    protected override async Task Round(CancellationToken cancel)
    {
        await board.Refresh(cancel);
        await queue.Expire(cancel);
        await states.FindSilent(cancel);
    }
}
