using System.Collections.Frozen;
using Comanda.Data;
using Npgsql;

namespace Comanda.Printing;

/// <summary>Which shops have printers, in memory: what happens in the others is nobody's hurry, and costs nothing.</summary>
public sealed class PrinterBoard(NpgsqlDataSource database, IdlePrinters idle)
{
    private FrozenSet<long> shops = [];

    /// <summary>Whether there are printers at all, also such as are switched off.</summary>
    public bool HasAny { get; private set; } = true;

    /// <summary>Whether any is at TCP 9100: those that call us need nobody who drives them.</summary>
    public bool HasNetworked { get; private set; } = true;

    public bool HasPrinters(long shop) => shops.Contains(shop);

    /// <summary>Somebody changed a shop's printers, here.</summary>
    public Task Changed(long shop, CancellationToken cancel)
    {
        idle.Forget(shop);
        return Refresh(cancel);
    }

    /// <summary>Looks again: here or at another process a printer may have been added.</summary>
    public async Task Refresh(CancellationToken cancel)
    {
        await using var command = database.Command(
            """
            select shop_id, bool_or(enabled), bool_or(enabled and kind = 'tcp9100') from printers where removed_at is null group by shop_id
            """);
        var found = await command.List(r => (Shop: r.GetInt64(0), Enabled: r.GetBoolean(1), Networked: r.GetBoolean(2)), cancel);
        (HasAny, HasNetworked) = (found.Count > 0, found.Exists(f => f.Networked));
        shops = found.Where(f => f.Enabled).Select(f => f.Shop).ToFrozenSet();
    }
}
