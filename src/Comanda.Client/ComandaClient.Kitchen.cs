using Comanda.Kernel;
using Comanda.Orders;

namespace Comanda.Client;

public sealed partial class ComandaClient
{
    /// <summary>
    /// What a station has to make (<paramref name="status"/> open), or has made and not handed over (ready), the oldest first.
    /// </summary>
    public Task<PageOf<BoardTicket>> GetKitchenTickets(
        string status = "open",
        string? station = null,
        CancellationToken cancel = default) =>
        Ask<PageOf<BoardTicket>>(
            HttpMethod.Get,
            $"/api/kitchen/tickets?status={status}{(station is null ? "" : "&station=" + Uri.EscapeDataString(station))}",
            cancel: cancel);

    /// <summary>Says how far a station is with a line: queued, started or ready.</summary>
    public Task<OrderView> PrepareLine(long lineId, string status, CancellationToken cancel = default) =>
        Ask<OrderView>(HttpMethod.Put, $"/api/kitchen/items/{lineId}", new { status }, cancel: cancel);
}
