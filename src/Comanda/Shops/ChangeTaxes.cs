using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.Shops;

/// <summary>
/// GET and PUT /api/taxes. A change of rates ahead of its day is two rows: one that ends, one that begins. Versions stay, and each change
/// is in the audit log with what was before.
/// </summary>
public sealed class ChangeTaxes(
    ShopDirectory shops, NpgsqlDataSource database, EventBell bell, Here here, RequestHead head, TimeProvider clock)
{
    public async Task<Answer<TaxesView>> Read(CancellationToken cancel)
    {
        // A table that follows a setting has no version of its own.
        var view = View(await shops.Of(here, cancel));
        return view.Version == 0 ? Answer.ByContent(view) : Answer.ByTag(view, VersionTag.Of(view.Version), 0);
    }

    public async Task<Answer<TaxesView>> Put(TaxesInput input, CancellationToken cancel)
    {
        var shop = await shops.Of(here, cancel);
        var errors = new FieldErrors();
        if (ReadTaxTable.From(new(input.Classes, input.Rows, input.DefaultClass), shop.Currency, errors) is not { } table)
            return errors.ToRefusal();
        if (await Write(table, shop, input, cancel) is { } refusal)
            return refusal;
        shops.Forget(here.ShopId);
        bell.Ring();
        return View(await shops.Of(here, cancel));
    }

    private static TaxesView View(Shop shop)
    {
        var wire = TaxTableWire.Of(shop.Taxes, shop.Currency);
        return new(wire.Classes!, wire.Rows!, wire.DefaultClass!, shop.TaxesVersion);
    }

    /// <summary>Writes a table as the next version in the caller's transaction, with its audit entry and its event.</summary>
    /// <param name="connection">With the caller's transaction open, which holds the shop's row.</param>
    /// <param name="table">What it will be.</param>
    /// <param name="before">What it was, for the audit log.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task Store(NpgsqlConnection connection, TaxTableWire table, TaxTableWire before, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var version = (long)(await connection.Scalar(
            """
            insert into tax_tables (shop_id, version, content, made_at, made_by)
            select $1, coalesce(max(version), 0) + 1, $2, $3, $4 from tax_tables where shop_id = $1
            returning version
            """,
            cancel,
            here.ShopId,
            Json.Write(table),
            now,
            here.Visitor?.UserId))!;
        await new AuditEntry(AuditActions.TaxesChanged, "taxes", version, before, table).Write(connection, here, now, cancel);
        await ShopEvent.Of(here, EventNames.SettingsChanged, now, new { key = "taxes", value = new { version } }).Write(connection, cancel);
    }

    private async Task<Refusal?> Write(TaxTable table, Shop shop, TaxesInput input, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // Changes of one shop take turns; a stale one is told before it writes.
        await connection.Execute("select 1 from shops where id = $1 for update", cancel, here.ShopId);
        var current = await connection.Scalar(
            "select coalesce(max(version), 0) from tax_tables where shop_id = $1", cancel, here.ShopId) as long? ?? 0;
        if (input.Version is { } version && version != current)
            return Refusal.Stale(current);
        var isFirst = current == 0 && shop.TaxesVersion == 0;
        if (head.Check(current) is { } stale && !(isFirst && head.Check(VersionTag.OfContent(View(shop))) is null))
            return stale;
        if (await Missing(connection, table, cancel) is { Count: > 0 } missing)
        {
            return Refusal.Conflict(
                "tax_class_in_use",
                $"Items, categories or options are of {string.Join(", ", missing)}; give them other classes first.");
        }

        await Store(
            connection,
            TaxTableWire.Of(table, shop.Currency),
            TaxTableWire.Of(shop.Taxes, shop.Currency),
            cancel);
        await transaction.CommitAsync(cancel);
        return null;
    }

    /// <summary>Classes that the menu names and the table has not.</summary>
    private async Task<List<string>> Missing(NpgsqlConnection connection, TaxTable table, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select distinct class from (
                select tax_class as class from menu_items where shop_id = $1 and archived_at is null
                union all
                select part->>'class' from menu_items, json_array_elements(tax_split::json) part
                where shop_id = $1 and archived_at is null and tax_split is not null
                union all
                select tax_class from categories where shop_id = $1
                union all
                select tax_class from modifier_options where shop_id = $1) named
            where class is not null order by class
            """,
            here.ShopId);
        return (await command.List(r => r.GetString(0), cancel)).FindAll(c => !table.Has(c));
    }
}
