using Comanda.Data;
using Npgsql;

namespace Comanda.Registers;

/// <summary>
/// A session that was closed: what had to lie in the drawer and what was counted. Nobody counts a session that nobody opened.
/// </summary>
internal sealed record ClosedDrawer(
    long Id, string Register, DateTimeOffset ClosedAt, string? ClosedBy, Money Expected, Money? Counted, bool Late)
{
    public Money Difference => Counted is { } counted ? counted - Expected : Money.Zero;
}

/// <summary>The sessions that were closed in some time.</summary>
internal static class ClosedDrawers
{
    public static async Task<List<ClosedDrawer>> Between(
        NpgsqlConnection connection, long shop, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel)
    {
        await using var command = connection.Command(
            $"{DrawerRow.Select} and d.closed_at >= $2 and d.closed_at < $3 order by d.closed_at, d.id", shop, from, to);
        return (await command.List(DrawerRow.Read, cancel)).ConvertAll(d => new ClosedDrawer(
            d.Id,
            d.Register,
            d.ClosedAt!.Value,
            d.ClosedBy,
            new(d.Closed?.Expected(d.Float) ?? d.Float),
            d.Counted is { } counted ? new(counted) : null,
            d.Late));
    }
}
