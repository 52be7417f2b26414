namespace Comanda.Reports;

/// <summary>
/// The shop's clock in SQL, reckoned from offsets that the server gives (<see cref="Kernel.BusinessDay.OffsetsBetween"/>). The database's
/// <c>at time zone</c> is not asked: its zone data may be older or newer than the server's, and a sale would be in two hours.
/// </summary>
internal static class LocalTime
{
    /// <summary>Seconds that the shop's clock shows since 1970, as bigint.</summary>
    /// <param name="at">An expression of type timestamptz.</param>
    /// <param name="since">A parameter: instants in order, since when each offset holds.</param>
    /// <param name="offsets">A parameter: seconds for each.</param>
    public static string Seconds(string at, string since, string offsets) =>
        $"(floor(extract(epoch from {at}))::bigint + ({offsets}::int[])[width_bucket({at}, {since}::timestamptz[])])";

    /// <summary>The hour that the shop's clock shows, 0 to 23.</summary>
    public static string Hour(string at, string since, string offsets) => $"({Seconds(at, since, offsets)} % 86400 / 3600)::int";
}
