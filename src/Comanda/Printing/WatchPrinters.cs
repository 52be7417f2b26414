using Comanda.Data;

namespace Comanda.Printing;

/// <summary>
/// Looks once a second for what has become too late, for answers that did not come, and for printers that fell silent; where there are
/// printers at all.
/// </summary>
public sealed class WatchPrinters(PrintQueue queue, PrinterStates states, PrinterBoard board, ILogger<WatchPrinters> log)
    : Rounds(log, "watching printers", TimeSpan.FromSeconds(1))
{
    /// <summary>So many rounds another process's new printer may go unnoticed, and what was heard of printers unwritten.</summary>
    private const int BoardRounds = 5, SeenRounds = 3;

    private int round;

    protected override async Task Round(CancellationToken cancel)
    {
        if (round % BoardRounds == 0)
            await board.Refresh(cancel);
        if (board.HasAny)
        {
            await queue.Expire(cancel);
            if (round % SeenRounds == 0)
                await states.WriteSeen(cancel);
            await states.FindSilent(cancel);
        }

        round++; // a round that failed is tried again as it was
    }
}
