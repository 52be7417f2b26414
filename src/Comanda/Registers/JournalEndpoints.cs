using System.Text.Json;
using Comanda.Data;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Comanda.Registers;

/// <summary>Reads the journal and checks that nobody changed it.</summary>
public static class JournalEndpoints
{
    public static void MapJournal(this IEndpointRouteBuilder app)
    {
        var journal = app.Chapter("Journal", "/api/journal").Needs(Permission.ReadJournal);
        journal.Get("", Page)
            .Called("journal", "The fiscal journal, register by register, oldest first; with order_id, what it has of one order.")
            .Refuses(400);
        journal.Get("/verify", Verify)
            .Called("verify_journal", "Recomputes every hash and checks that no number is missing.");
    }

    private static async Task<Answer<JournalPage>> Page(
        NpgsqlDataSource database,
        Here here,
        CancellationToken cancel,
        [FromQuery(Name = "order_id")] long? orderId = null,
        int? limit = null,
        string? cursor = null)
    {
        var errors = new FieldErrors();
        errors.CheckLimit(limit);
        var after = cursor?.Split('-');
        var (register, number) = (0L, 0L);
        errors.Check(
            after is null || (after.Length == 2 && long.TryParse(after[0], out register) && long.TryParse(after[1], out number)),
            "cursor", "must be a next_cursor that was answered before");
        if (errors.Any)
            return errors.ToRefusal();

        var wanted = limit ?? AskedPage.WithoutLimit;
        await using var command = database.Command(
            $"""
            select j.register_id, r.code, j.number, j.kind, j.at, j.content, j.hash from journal j join registers r on r.id = j.register_id
            where r.shop_id = $1 and (j.register_id, j.number) > ($2, $3) {(orderId is null ? "" : "and j.order_id = $5")}
            order by j.register_id, j.number limit $4
            """,
            orderId is { } order ? [here.ShopId, register, number, wanted + 1, order] : [here.ShopId, register, number, wanted + 1]);
        var rows = await command.List(
            r => (Register: r.GetInt64(0), Entry: new JournalEntryView(
                r.GetString(1), r.GetInt64(2), r.GetString(3), r.GetFieldValue<DateTimeOffset>(4),
                JsonDocument.Parse(r.GetString(5)).RootElement, Convert.ToHexStringLower(r.GetFieldValue<byte[]>(6)))),
            cancel);
        var page = rows.Take(wanted).ToList();
        return new JournalPage(
            [.. page.Select(p => p.Entry)], rows.Count > wanted ? $"{page[^1].Register}-{page[^1].Entry.Number}" : null);
    }

    private static async Task<Answer<JournalState>> Verify(NpgsqlDataSource database, Here here, CancellationToken cancel) =>
        await VerifyJournal.OfShop(database, here.ShopId, cancel);
}
