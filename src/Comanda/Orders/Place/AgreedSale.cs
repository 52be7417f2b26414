using Comanda.Menu;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// A sale that was agreed before: its item is as it was then and bears no promotion of today, and what was paid ahead for it pays it first.
/// It is handed over when it is placed.
/// </summary>
internal sealed record AgreedSale
{
    /// <summary>As it was agreed.</summary>
    public required MenuEntry Item { get; init; }

    /// <summary>The code of the deposit; null where there is none.</summary>
    public string? Deposit { get; init; }

    /// <summary>Its ingredients are used, and not only its price is taken.</summary>
    public bool TakesStock { get; init; } = true;

    /// <summary>Locks what was agreed, before anything is locked that pays for it; or why it is no more.</summary>
    public required Func<NpgsqlConnection, CancellationToken, Task<Refusal?>> Hold { get; init; }

    /// <summary>In the transaction of the order, which is paid as far as it will be; or why it may not be.</summary>
    public required Func<NpgsqlConnection, Order, CancellationToken, Task<Refusal?>> Settle { get; init; }

    public Offer Find(LineRequest line, string at, FieldErrors errors) => new(Item);
}
