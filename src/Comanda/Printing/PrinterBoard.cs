using System.Collections.Frozen;
using Comanda.Data;
using Npgsql;

namespace Comanda.Printing;

/// <summary>Which shops have printers, in memory: what happens in the others is nobody's hurry.</summary>
public sealed class PrinterBoard(NpgsqlDataSource database)
{
    private FrozenSet<long> shops = [];

    public bool HasPrinters(long shop) => shops.Contains(shop);

    /// <summary>Looks again: here or at another process a printer may have been added.</summary>
    public async Task Refresh(CancellationToken cancel)
    {
        await using var command = database.Command("select distinct shop_id from printers where removed_at is null and enabled");
        shops = (await command.List(r => r.GetInt64(0), cancel)).ToFrozenSet();
    }
}
