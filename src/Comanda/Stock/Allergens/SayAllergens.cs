using Comanda.Audit;
using Comanda.Data;
using Comanda.Menu;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Stock;

/// <summary>What is in ingredients and in lots of them, as somebody reads it on the pack.</summary>
public sealed class SayAllergens(NpgsqlDataSource database, DeclareAllergens declare, Moment moment)
{
    /// <summary>The fourteen as they are called here; null where nothing is given. What is none of them is told under the field.</summary>
    internal static string[]? Read(string[]? given, string field, FieldErrors errors)
    {
        if (given is null)
            return null;
        var words = given.Select(g => AllergenWords.Read(g ?? "")).ToList();
        errors.Check(given.Length <= 50 && !words.Contains(null), field, Menu.Allergens.Rule);
        return Menu.Allergens.With(words.OfType<string>(), []);
    }

    public async Task<Answer<StockAllergensView>> OfItem(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await Find(connection, id, cancel) is { } view ? view : Refusal.NotFound("stock item");
    }

    public async Task<Answer<StockAllergensView>> SetOfItem(long id, StockAllergensRequest request, CancellationToken cancel)
    {
        await using (var connection = await database.OpenConnectionAsync(cancel))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            if (await StockItem.Hold(connection, moment.Shop.Id, id, cancel) is not { } item)
                return Refusal.NotFound("stock item");
            var errors = new FieldErrors();
            var allergens = Read(request.Allergens, "allergens", errors);
            if (errors.Any)
                return errors.ToRefusal();
            var before = await Find(connection, id, cancel);
            await connection.Execute("update stock_items set allergens = $2::text[] where id = $1", cancel, id, allergens);
            await Audit(connection, "stock_item", (id, item.Name, null), (before!.Allergens, allergens), cancel);
            await transaction.CommitAsync(cancel);
        }

        await declare.Run(moment.Shop.Id, cancel);
        return await OfItem(id, cancel);
    }

    public async Task<Answer<LotAllergensView>> SetOfLot(long id, StockAllergensRequest request, CancellationToken cancel)
    {
        LotAllergensView after;
        await using (var connection = await database.OpenConnectionAsync(cancel))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await using var find = connection.Command(
                "select id, code, item_id, allergens from lots where id = $1 and shop_id = $2",
                id,
                moment.Shop.Id);
            var before = (await find.List(
                r => new LotAllergensView(
                    r.GetInt64(0),
                    r.TextOrNull(1),
                    r.GetInt64(2),
                    r.IsDBNull(3) ? null : r.GetFieldValue<string[]>(3)),
                cancel)).FirstOrDefault();
            if (before is null)
                return Refusal.NotFound("lot");
            var errors = new FieldErrors();
            after = before with { Allergens = Read(request.Allergens, "allergens", errors) };
            if (errors.Any)
                return errors.ToRefusal();
            await connection.Execute("update lots set allergens = $2::text[] where id = $1", cancel, id, after.Allergens);
            await Audit(connection, "lot", (id, null, before.Lot), (before.Allergens, after.Allergens), cancel);
            await transaction.CommitAsync(cancel);
        }

        await declare.Run(moment.Shop.Id, cancel);
        return after;
    }

    private Task Audit(
        NpgsqlConnection connection,
        string what,
        (long Id, string? Name, string? Lot) of,
        (string[]? Before, string[]? After) allergens,
        CancellationToken cancel) =>
        new AuditEntry(
            AuditActions.AllergensChanged,
            what,
            of.Id,
            new { of.Name, of.Lot, allergens = allergens.Before },
            new { of.Name, of.Lot, allergens = allergens.After }).Write(connection, moment.Here, moment.Now, cancel);

    private async Task<StockAllergensView?> Find(NpgsqlConnection connection, long id, CancellationToken cancel)
    {
        await using var read = connection.Command(
            "select allergens from stock_items where id = $1 and shop_id = $2 and archived_at is null",
            id,
            moment.Shop.Id);
        return (await read.List(r => new StockAllergensView(id, r.IsDBNull(0) ? null : r.GetFieldValue<string[]>(0)), cancel))
            .FirstOrDefault();
    }
}
