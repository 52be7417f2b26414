using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Menu;

/// <summary>GET /api/menu/items/export: the menu as CSV (UTF-8, RFC 4180), which the import takes back and finds nothing changed.</summary>
public static class ExportMenu
{
    public static async Task<Answer<CsvFile>> Handle(NpgsqlDataSource database, ShopDirectory shops, Here here, CancellationToken cancel)
    {
        var shop = await shops.Of(here, cancel);
        return await CsvFile.Make("menu.csv", shop.Id, MenuTable.Columns.Select(c => c.Name), Rows, cancel);

        async Task<IEnumerable<IEnumerable<string>>> Rows()
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            var rows = await MenuTable.Read(connection, shop.Id, cancel);
            return rows.Select(row => MenuTable.Columns.Select(c => CsvText.Cell(c.Write(row, shop.Currency))));
        }
    }
}
