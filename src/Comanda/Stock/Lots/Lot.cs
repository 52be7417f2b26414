using Comanda.Data;
using Npgsql;

namespace Comanda.Stock;

/// <summary>What is said of a lot where stock comes, is made or thrown away: as the body has it.</summary>
/// <param name="Code">As it stands on the sack.</param>
/// <param name="BestBefore">The last day on which it is good.</param>
internal sealed record SaidLot(string? Code, DateOnly? BestBefore)
{
    public const int Longest = 50;

    public bool IsNone => Name is null && BestBefore is null;

    /// <summary>Null where none is said.</summary>
    public string? Name => string.IsNullOrWhiteSpace(Code) ? null : Code.Trim();

    /// <summary>What can be told without the database.</summary>
    /// <param name="today">Of the shop.</param>
    /// <param name="at">What stands before the fields' names.</param>
    /// <param name="errors">Where it is told.</param>
    public void Check(DateOnly today, string at, FieldErrors errors)
    {
        errors.Check(BestBefore is null || Name is not null, at + "lot", "is required where best_before is said");
        errors.Check(
            BestBefore is not { } day || (day >= today.AddDays(-366) && day <= today.AddDays(3660)),
            at + "best_before",
            "must be within a year before today and ten years after");
    }
}

/// <summary>A lot of an item: where it came from and when, until when it keeps.</summary>
internal static class Lot
{
    /// <summary>
    /// The lot of this name, made where it is new; null with the reason told under the field where it is there with another date. In the
    /// caller's transaction, in which the item keeps lots already.
    /// </summary>
    public static async Task<long?> Open(
        NpgsqlConnection connection,
        NewLot given,
        MovedAt at,
        string field,
        FieldErrors errors,
        CancellationToken cancel)
    {
        await connection.Execute(
            """
            insert into lots (shop_id, item_id, code, best_before, purchase_id, supplier_id, day, created_at, allergens)
            select $1, $2, $3, coalesce($4::date, $7::date + t.shelf_life_days), $5::bigint,
                case when $6 then i.supplier_id end, $7, $8, $9::text[]
            from stock_items i join lot_items t on t.item_id = i.id where i.id = $2
            on conflict (item_id, lower(coalesce(code, ''))) do nothing
            """,
            cancel, at.Shop, given.ItemId, given.Said.Name, given.Said.BestBefore, given.PurchaseId, given.IsBought, at.Day, at.At,
            given.Allergens);
        await using var find = connection.Command(
            "select id, best_before, allergens from lots where item_id = $1 and lower(coalesce(code, '')) = lower($2)",
            given.ItemId,
            given.Said.Name ?? "");
        var (id, bestBefore, allergens) = (await find.List(
            r => (r.GetInt64(0), r.ValueOrNull<DateOnly>(1), r.IsDBNull(2) ? null : r.GetFieldValue<string[]>(2)),
            cancel))[0];
        errors.Check(
            given.Said.BestBefore is null || given.Said.BestBefore == bestBefore,
            field,
            $"is another than the lot has already ({bestBefore:yyyy-MM-dd}); give it a name of its own");
        errors.Check(
            given.Allergens is null || (allergens is not null && given.Allergens.SequenceEqual(allergens)),
            field.Replace("best_before", "allergens", StringComparison.Ordinal),
            "are others than the lot has already; give it a name of its own, or correct the lot");
        return errors.Any ? null : id;
    }

    /// <summary>The item's lot of this name, of which something may be taken by hand.</summary>
    public static async Task<long?> Named(NpgsqlConnection connection, long item, string code, CancellationToken cancel) =>
        await connection.Scalar("select id from lots where item_id = $1 and lower(code) = lower($2)", cancel, item, code) as long?;

    /// <summary>A name for what is made today and was given none: the day, and which of the day it is.</summary>
    public static async Task<string> NameFor(NpgsqlConnection connection, long item, DateOnly day, CancellationToken cancel)
    {
        var made = (long)(await connection.Scalar("select count(*) from lots where item_id = $1 and day = $2", cancel, item, day))!;
        for (var n = made + 1; ; n++)
        {
            var name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{day:yyyyMMdd}-{n}");
            if (await Named(connection, item, name, cancel) is null)
                return name;
        }
    }
}

/// <summary>A lot that is to be there: of which item, what was said of it, and what it came by.</summary>
internal sealed record NewLot(long ItemId, SaidLot Said, long? PurchaseId = null, bool IsBought = true)
{
    /// <summary>What is in it, where that is other than in its item.</summary>
    public string[]? Allergens { get; init; }
}
