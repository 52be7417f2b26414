using System.Text;
using Comanda.Kernel;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Menu;

/// <summary>GET /api/menu/items/export: the menu as CSV (UTF-8, RFC 4180), which the import takes back and finds nothing changed.</summary>
public static class ExportMenu
{
    public static async Task<IResult> Handle(NpgsqlDataSource database, ShopDirectory shops, Here here, CancellationToken cancel)
    {
        var shop = await shops.Of(here, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        var csv = new StringBuilder();
        csv.AppendJoin(',', MenuTable.Columns.Select(c => c.Name)).Append("\r\n");
        foreach (var row in await MenuTable.Read(connection, here.ShopId, cancel))
            csv.AppendJoin(',', MenuTable.Columns.Select(c => CsvText.Cell(c.Write(row, shop.Currency)))).Append("\r\n");
        return Results.File(Encoding.UTF8.GetBytes(csv.ToString()), "text/csv; charset=utf-8", "menu.csv");
    }
}
