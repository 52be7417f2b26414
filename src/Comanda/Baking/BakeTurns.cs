using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Baking;

/// <summary>Days share ovens: whoever plans or begins something in a shop takes turns until the transaction ends.</summary>
internal static class BakeTurns
{
    public static Task Take(NpgsqlConnection connection, long shop, CancellationToken cancel) =>
        connection.Execute("select pg_advisory_xact_lock(hashtextextended('baking ' || $1::text, 0))", cancel, shop);
}

/// <summary>Tells screens that a plan is not as it was.</summary>
internal static class BakePlanEvents
{
    public static Task Write(NpgsqlConnection connection, Moment moment, BakePlanChanged changed, CancellationToken cancel) =>
        ShopEvent.Of(moment.Here, EventNames.BakePlanUpdated, moment.Now, changed).Write(connection, cancel);
}
