using Comanda.Data;
using Comanda.Shops;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Comanda.Reports;

/// <summary>What GET /api/returnables is asked.</summary>
public sealed record ReturnablesQuery
{
    /// <summary>Ids of shops with commas between, or all; without it, the request's own.</summary>
    [FromQuery(Name = "shops")]
    public string? Shops { get; init; }
}

/// <summary>What GET /api/returnables/guests is asked.</summary>
public sealed record ReturnableGuestsQuery
{
    [FromQuery(Name = "shops")]
    public string? Shops { get; init; }

    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }
}

/// <summary>
/// GET /api/returnables: cups, boxes and crates out and back, of a shop or of a chain. Nothing is kept for it: it is what the lines of
/// orders say of deposits.
/// </summary>
public sealed class ReadReturnables(NpgsqlDataSource database, ChosenShops choose)
{
    private const int UsualLimit = 100;

    /// <summary>What moved on a day, of one kind or guest. Amounts in minor units.</summary>
    private sealed record Moved(string Key, DateOnly Day, long Out, long Back, long OutAmount, long BackAmount);

    public async Task<Answer<ReturnablesView>> Handle(ReturnablesQuery query, CancellationToken cancel)
    {
        var chosen = await choose.Read(query.Shops, new(), cancel);
        if (chosen.Refusal is { } refusal)
            return refusal;
        var (shops, currency) = (chosen.Value.ConvertAll(s => s.Id), chosen.Value[0].Currency);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await DayBook.OneMoment(connection, cancel);
        const string kind = "coalesce('#' || i.sku, lower(i.name))";
        var moved = await Read(connection, kind, "", shops, cancel);
        await using var names = connection.Command(
            $"""
            select {kind}, (array_agg(i.name order by i.archived_at nulls first, i.id))[1], max(i.sku), array_agg(i.id order by i.id)
            from menu_items i where i.shop_id = any($1) and (i.is_deposit and i.archived_at is null
                or i.id in (select menu_item_id from deposit_moves where shop_id = any($1)))
            group by 1 order by 2
            """,
            shops.ToArray());
        var items = await names.List(
            r => View(
                r.GetString(1),
                r.TextOrNull(2),
                r.GetFieldValue<long[]>(3),
                [.. moved[r.GetString(0)]],
                currency),
            cancel);
        return new ReturnablesView(
            currency.Code,
            shops,
            items.Sum(i => i.Out),
            items.Sum(i => i.Back),
            items.Sum(i => i.Outstanding),
            items.Sum(i => i.OutAmount),
            items.Sum(i => i.BackAmount),
            items.Sum(i => i.Liability),
            items);
    }

    /// <summary>GET /api/returnables/guests: who has how many, those first who have most.</summary>
    public async Task<Answer<PageOf<ReturnableGuestView>>> Guests(ReturnableGuestsQuery query, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.CheckLimit(query.Limit);
        var skip = AskedPage.SkippedBy(query.Cursor) ?? 0;
        errors.Check(query.Cursor is null || skip > 0, "cursor", "must be a next_cursor that was answered before");
        var chosen = await choose.Read(query.Shops, errors, cancel);
        if (chosen.Refusal is { } refusal)
            return refusal;
        var (shops, currency, limit) = (chosen.Value.ConvertAll(s => s.Id), chosen.Value[0].Currency, query.Limit ?? UsualLimit);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await DayBook.OneMoment(connection, cancel);
        const string guest = "coalesce(g.phone, lower(g.email), '#' || g.id, '')";
        const string join =
            "left join customers c on c.id = m.customer_id left join customers g on g.id = coalesce(c.merged_into, c.id)";
        var moved = await Read(connection, guest, join, shops, cancel);
        await using var who = connection.Command(
            $"""
            select {guest}, (array_agg(g.id order by m.at desc))[1], (array_agg(g.name order by m.at desc))[1]
            from deposit_moves m {join} where m.shop_id = any($1) group by 1
            """,
            shops.ToArray());
        var guests = (await who.List(
            r =>
            {
                var all = View("", null, [], [.. moved[r.GetString(0)]], currency);
                return new ReturnableGuestView(
                    r.ValueOrNull<long>(1), r.TextOrNull(2), all.Out, all.Back, all.Outstanding, all.Liability, all.MissingSince);
            },
            cancel))
            .OrderByDescending(g => g.Outstanding)
            .ThenBy(g => g.CustomerId ?? 0)
            .Skip(skip)
            .Take(limit + 1)
            .ToList();
        return new PageOf<ReturnableGuestView>(
            [.. guests.Take(limit)], guests.Count > limit ? AskedPage.Skipping(skip + limit) : null);
    }

    private static async Task<ILookup<string, Moved>> Read(
        NpgsqlConnection connection, string key, string join, List<long> shops, CancellationToken cancel)
    {
        await using var command = connection.Command(
            $"""
            select {key}, m.day, sum(m.pieces) filter (where m.pieces > 0), -sum(m.pieces) filter (where m.pieces < 0),
                sum(m.amount) filter (where m.pieces > 0), -sum(m.amount) filter (where m.pieces < 0)
            from deposit_moves m join menu_items i on i.id = m.menu_item_id {join} where m.shop_id = any($1) group by 1, 2
            """,
            shops.ToArray());
        var rows = await command.List(
            r => new Moved(r.GetString(0), r.GetFieldValue<DateOnly>(1), Sum(r, 2), Sum(r, 3), Sum(r, 4), Sum(r, 5)), cancel);
        return rows.ToLookup(r => r.Key, StringComparer.Ordinal);

        static long Sum(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? 0 : (long)r.GetDecimal(column);
    }

    private static ReturnableView View(string name, string? sku, long[] ids, List<Moved> moved, Currency currency)
    {
        var (gone, back) = (moved.Sum(m => m.Out), moved.Sum(m => m.Back));
        var (given, paid) = (new Money(moved.Sum(m => m.OutAmount)), new Money(moved.Sum(m => m.BackAmount)));
        var missing = MissingPieces.Of(moved.Select(m => (m.Day, m.Out)), back);
        return new(
            name,
            sku,
            ids,
            gone,
            back,
            gone - back,
            given.In(currency),
            paid.In(currency),
            (given - paid).In(currency),
            missing.Count == 0 ? null : missing[0].Day,
            [
                .. missing.GroupBy(m => new DateOnly(m.Day.Year, m.Day.Month, 1))
                    .Select(g => new MissingView(g.Key, g.Sum(m => m.Pieces))),
            ]);
    }
}
