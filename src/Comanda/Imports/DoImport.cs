using System.Security.Cryptography;
using System.Text.Json;
using Comanda.Data;
using Comanda.Shops;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.Imports;

/// <summary>
/// An import from its files to the shop: planned, run, undone. The command line and the API do the same. One import at a time in a shop;
/// what is done is done in one transaction, and one that breaks off leaves nothing.
/// </summary>
public sealed class DoImport(NpgsqlDataSource database, Ids ids, TimeProvider clock)
{
    /// <summary>With the shop's id: one import of a shop at a time.</summary>
    private const int LockSpace = 0x696d70;

    /// <summary>Files of imports that were never run are kept so long.</summary>
    private const int DaysPlanned = 7;

    /// <summary>Looks at the files and writes down what they would do; answers the import's id.</summary>
    public async Task<long> Plan(
        long shop, IReadOnlyList<BroughtFile> files, ImportOptions options, long? user, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var now = Clock.Now(clock);
        var planned = await Look(connection, shop, files, options, cancel);
        await connection.Execute(
            """
            delete from import_files f using imports i
            where i.id = f.import_id and i.shop_id = $1 and i.status in ('planned', 'failed') and i.created_at < $2
            """,
            cancel, shop, now.AddDays(-DaysPlanned));
        var id = (long)(await connection.Scalar(
            """
            insert into imports (shop_id, system, kind, status, options, plan, created_at, created_by)
            values ($1, $2, $3, 'planned', $4, $5, $6, $7::bigint) returning id
            """,
            cancel, shop, planned.System, planned.Kind.ToWire(), Json.Write(options), Json.Write(planned.Said), now, user))!;
        foreach (var (place, file) in files.Index())
        {
            await connection.Execute(
                "insert into import_files (import_id, shop_id, place, name, content) values ($1, $2, $3, $4, $5)",
                cancel, id, shop, place, file.Name, file.Content);
        }

        await transaction.CommitAsync(cancel);
        return id;
    }

    private sealed record Looked(HeldAgainst Held, PlannedImport Said, string System, ImportKind Kind, ImportShop Shop);

    private static async Task<Looked> Look(
        NpgsqlConnection connection, long shop, IReadOnlyList<BroughtFile> files, ImportOptions options, CancellationToken cancel)
    {
        var of = (await ShopOf(connection, shop, cancel)) with { Sha256 = HashOf(files) };
        var takeover = new Takeover(of.Currency, of.Days, options)
        {
            PricesIncludeTax = of.PricesIncludeTax,
            ShopName = of.Name,
            HasTaxClass = of.HasTaxClass,
        };
        KnownExports.Read(files, takeover);
        var held = await HeldAgainst.Shop(connection, shop, takeover, cancel);
        var systems = takeover.Files.Select(f => f.System).Distinct(StringComparer.Ordinal).ToList();
        return new(
            held,
            PlannedImport.Of(held),
            systems.Count switch { 0 => "unknown", 1 => systems[0], _ => "several" },
            PlannedImport.KindOf(takeover),
            of);
    }

    /// <summary>Whoever runs it says so first: what was planned may be thrown away until then.</summary>
    public async Task Start(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.Execute(
            "update imports set status = 'running', failure = null where id = $1 and status in ('planned', 'failed')", cancel, id);
    }

    /// <summary>
    /// Does what was planned, anew from the files: between plan and deed the shop goes on. Whoever finds it begun already waits until
    /// that is over. Answers whether it is done now.
    /// </summary>
    public async Task<bool> Run(long id, Action<long, long> progress, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await connection.Scalar("select shop_id from imports where id = $1", cancel, id) is not long shop)
            return false;
        await connection.Execute("select pg_advisory_xact_lock($1, $2)", cancel, LockSpace, (int)(shop % int.MaxValue));
        await using var head = connection.Command("select status, options from imports where id = $1", id);
        var (status, options) = (await head.List(r => (r.GetString(0), r.GetString(1)), cancel))[0];
        if (status != ImportStatus.Running.ToWire())
            return status == ImportStatus.Done.ToWire();
        var files = await FilesOf(connection, id, cancel);
        var looked = await Look(connection, shop, files, JsonSerializer.Deserialize<ImportOptions>(options, Json.Options)!, cancel);
        var work = new ImportWork(connection, shop, id, Clock.Now(clock));
        await new WriteTakeover(work, ids, looked.Shop, progress).Run(looked.Held, cancel);
        await connection.Execute(
            "update imports set status = 'done', plan = $2, finished_at = $3 where id = $1",
            cancel, id, Json.Write(PlannedImport.Of(looked.Held)), work.Now);
        await connection.Execute("delete from import_files where import_id = $1", cancel, id);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Notes that it could not be done, and why; it can be run again.</summary>
    public async Task Fail(long id, string why, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.Execute(
            "update imports set status = 'failed', failure = $2, finished_at = $3 where id = $1 and status = 'running'",
            cancel, id, why, Clock.Now(clock));
    }

    /// <summary>
    /// Takes back an import on which nothing was built: as if it had never been, but for the journal, which keeps that it was.
    /// </summary>
    public async Task<Refusal?> Undo(long shop, long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.Execute("select pg_advisory_xact_lock($1, $2)", cancel, LockSpace, (int)(shop % int.MaxValue));
        await using var head = connection.Command("select status from imports where id = $1 and shop_id = $2 for update", id, shop);
        if (await head.List(r => r.GetString(0), cancel) is not [var status])
            return Refusal.NotFound("import");
        var now = Clock.Now(clock);
        if (status == ImportStatus.Done.ToWire())
        {
            if (await UndoImport.Run(new(connection, shop, id, now), cancel) is { } built)
                return built;
        }
        else if (status == ImportStatus.Running.ToWire())
        {
            return Refusal.Conflict("import_running", "The import is being done; wait until it is over.");
        }

        await connection.Execute("delete from import_files where import_id = $1", cancel, id);
        await connection.Execute("update imports set status = 'undone', finished_at = $2 where id = $1", cancel, id, now);
        await transaction.CommitAsync(cancel);
        return null;
    }

    private static async Task<List<BroughtFile>> FilesOf(NpgsqlConnection connection, long id, CancellationToken cancel)
    {
        await using var command = connection.Command(
            "select name, content from import_files where import_id = $1 order by place", id);
        return await command.List(r => new BroughtFile(r.GetString(0), r.GetFieldValue<byte[]>(1)), cancel);
    }

    private static async Task<ImportShop> ShopOf(NpgsqlConnection connection, long shop, CancellationToken cancel)
    {
        await using var command = connection.Command("select key, value from settings where shop_id = $1", shop);
        var stored = await command.List(r => (Key: r.GetString(0), Value: r.GetString(1)), cancel);
        var settings = ShopSettings.From(stored.ToDictionary(s => s.Key, s => s.Value, StringComparer.Ordinal));
        var name = (string)(await connection.Scalar("select name from shops where id = $1", cancel, shop))!;
        var taxes = await connection.Scalar(
            "select content from tax_tables where shop_id = $1 order by version desc limit 1", cancel, shop) is string content
            ? ReadTaxTable.From(JsonSerializer.Deserialize<TaxTableWire>(content, Json.Options)!, settings.Currency, new())
            : null;
        return new(settings.Currency, settings.BusinessDay, settings.Rules.Tax.PricesIncludeTax, name, settings.Country)
        {
            HasTaxClass = (taxes ?? settings.Taxes).Has,
        };
    }

    private static string HashOf(IReadOnlyList<BroughtFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
            hash.AppendData(file.Content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
