using Comanda.Data;
using Comanda.Registers;
using Comanda.Shops;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.GiftCards;

/// <summary>
/// The movement of a card for which money changes hands: its sale, and its giving back (<see cref="Amount"/> and <see cref="Rounding"/>
/// negative then). <see cref="Balance"/> is what the card has after it.
/// </summary>
internal sealed record GiftCardMovement
{
    public required long CardId { get; init; }

    public required string Kind { get; init; }

    public required Money Amount { get; init; }

    public required Money Balance { get; init; }

    public required string Method { get; init; }

    public required Money Rounding { get; init; }

    public Money? Tendered { get; init; }

    public Money Change { get; init; }

    public string? Reason { get; init; }

    /// <summary>What it bears where the card is taxed when it is sold; mirrored where that goes back.</summary>
    public IReadOnlyList<BorneTax> Taxes { get; init; } = [];

    private Money Tax => Taxes.Aggregate(Money.Zero, (sum, t) => sum + t.Tax);

    /// <summary>Writes it into the current drawer session of the register, which is held from here on.</summary>
    public async Task Write(NpgsqlConnection connection, Here here, Shop shop, long register, DateTimeOffset now, CancellationToken cancel)
    {
        var drawer = await HoldRegisters.CurrentDrawer(connection, shop.Id, register, null, cancel);
        await connection.Execute(
            """
            insert into gift_card_movements (card_id, shop_id, kind, amount, balance, method, tendered, change, rounding, business_day,
                drawer_id, reason, user_id, at, taxes, tax)
            values ($1, $2, $3, $4, $5, $6, $7::bigint, $8, $9, $10, $11, $12::text, $13::bigint, $14, $15, $16)
            """,
            cancel,
            CardId,
            shop.Id,
            Kind,
            Amount.Minor,
            Balance.Minor,
            Method,
            Tendered?.Minor,
            Change.Minor,
            Rounding.Minor,
            shop.Settings.BusinessDay.Of(now),
            drawer,
            Reason,
            here.Caller.UserId,
            now,
            FrozenTaxes.Freeze(Taxes),
            Tax.Minor);
    }

    /// <summary>What the journal writes of it: amounts in minor units, no row ids, the code masked.</summary>
    public string Journal(string what, string code, Currency currency, Caller by, DateTimeOffset now) => Json.Write(new
    {
        what,
        code = GiftCardCode.Mask(code),
        at = now,
        currency = currency.Code,
        by = by.Name,
        amount = Amount.Minor,
        method = Method,
        tendered = Tendered?.Minor,
        change = Change.Minor,
        rounding = Rounding.Minor,
        reason = Reason,
        tax = Tax.Minor,
        taxes = Taxes.Select(t => new
        {
            name = t.Levy.Name,
            rate = t.Levy.Rate.Percent,
            treatment = t.Levy.Treatment.ToWire(),
            @base = t.Base.Minor,
            tax = t.Tax.Minor,
        }),
    });
}
