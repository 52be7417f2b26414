using System.Text.Json;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>An ordered cake, as it is in its table.</summary>
internal sealed record CakeOrder
{
    public const string Select =
        """
        select c.id, c.menu_item_id, c.name, c.item, c.cake, c.quantity, c.servings, c.options, c.inscription, c.picture_url, c.customer_id,
            c.customer_name, c.phone, c.notes, c.collect_at, c.day, c.stage, c.tax_class, c.total, c.deposit, c.deposit_paid, c.card_id,
            c.held_until, c.order_id, c.kept, c.kept_order_id, c.cancel_reason, c.created_at, c.updated_at, c.version, g.code, m.method
        from cake_orders c left join gift_cards g on g.id = c.card_id
            left join gift_card_movements m on m.card_id = c.card_id and m.kind = 'sale'
        """;

    public required long Id { get; init; }

    public required string Name { get; init; }

    /// <summary>What was agreed: the item and the cake as they were then.</summary>
    public required KnownCake Of { get; init; }

    /// <summary>What was asked for.</summary>
    public required CakeOrderInput Asked { get; init; }

    public required DateTimeOffset CollectAt { get; init; }

    public required DateOnly Day { get; init; }

    public required CakeStage Stage { get; init; }

    public required string TaxClass { get; init; }

    public required Money Total { get; init; }

    public required Money Deposit { get; init; }

    public required Money DepositPaid { get; init; }

    /// <summary>The card that holds the deposit.</summary>
    public required long? CardId { get; init; }

    public required string? CardCode { get; init; }

    /// <summary>How the deposit was paid.</summary>
    public required string? PaidBy { get; init; }

    public required DateTimeOffset? HeldUntil { get; init; }

    public required long? OrderId { get; init; }

    public required Money? Kept { get; init; }

    public required long? KeptOrderId { get; init; }

    public required string? CancelReason { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public required long Version { get; init; }

    public int Quantity => Asked.Quantity!.Value;

    public DateTimeOffset ChangeUntil => CollectAt.AddHours(-Of.Cake.ChangeHours);

    public DateTimeOffset CancelUntil => CollectAt.AddHours(-Of.Cake.CancelHours);

    /// <summary>What would be kept of the deposit: of what was asked for, not of what was paid beyond it.</summary>
    public Money KeptAt(DateTimeOffset now) => CakeRules.KeptOf(Of.Cake, Money.Min(Deposit, DepositPaid), CollectAt, now);

    public bool IsOver => Stage is CakeStage.Collected or CakeStage.Cancelled;

    /// <summary>The options, as they were agreed.</summary>
    public List<CakeChoice> Chosen => CakeRules.Choose(Of.Item, Of.Cake, Asked, new());

    public static CakeOrder Read(NpgsqlDataReader r, Shop shop) => new()
    {
        Id = r.GetInt64(0),
        Name = r.GetString(2),
        Of = new(
            PriceCake.Thaw(r.GetString(3), shop),
            JsonSerializer.Deserialize<CakeView>(r.GetString(4), Json.Options)!),
        Asked = new(
            r.GetInt64(1),
            r.GetInt32(5),
            r.ValueOrNull<int>(6),
            JsonSerializer.Deserialize<ModifierChoice[]>(r.GetString(7), Json.Options),
            r.TextOrNull(8),
            r.TextOrNull(9),
            CustomerId: r.ValueOrNull<long>(10),
            CustomerName: r.TextOrNull(11),
            Phone: r.TextOrNull(12),
            Notes: r.TextOrNull(13)),
        CollectAt = r.GetFieldValue<DateTimeOffset>(14),
        Day = r.GetFieldValue<DateOnly>(15),
        Stage = WireName<CakeStage>.Parse(r.GetString(16)),
        TaxClass = r.GetString(17),
        Total = new(r.GetInt64(18)),
        Deposit = new(r.GetInt64(19)),
        DepositPaid = new(r.GetInt64(20)),
        CardId = r.ValueOrNull<long>(21),
        HeldUntil = r.ValueOrNull<DateTimeOffset>(22),
        OrderId = r.ValueOrNull<long>(23),
        Kept = r.ValueOrNull<long>(24) is { } kept ? new Money(kept) : null,
        KeptOrderId = r.ValueOrNull<long>(25),
        CancelReason = r.TextOrNull(26),
        CreatedAt = r.GetFieldValue<DateTimeOffset>(27),
        UpdatedAt = r.GetFieldValue<DateTimeOffset>(28),
        Version = r.GetInt64(29),
        CardCode = r.TextOrNull(30),
        PaidBy = r.TextOrNull(31),
    };

    public CakeOrderView View(IReadOnlyList<CakeStageView> stages, Currency currency, DateTimeOffset now) => new(
        Id,
        Of.Item.Id,
        Name,
        Quantity,
        Asked.Servings,
        Asked.Options ?? [],
        [.. Chosen.Select(c => new ModifierView(c.Option.Key, c.Option.Name, c.Option.Option.Price.In(currency), c.Option.Quantity))],
        Asked.Inscription,
        Asked.PictureUrl,
        Asked.CustomerId,
        Asked.CustomerName,
        Asked.Phone,
        Asked.Notes,
        CollectAt,
        Day,
        Stage.ToWire(),
        currency.Code,
        Total.In(currency),
        Deposit.In(currency),
        DepositPaid.In(currency),
        (IsOver ? Money.Zero : Total - DepositPaid).In(currency),
        Of.Cake.DepositTaxed,
        ChangeUntil,
        CancelUntil,
        (IsOver ? Money.Zero : KeptAt(now)).In(currency),
        stages,
        Stage == CakeStage.Requested ? HeldUntil : null,
        OrderId,
        Kept?.In(currency),
        KeptOrderId,
        CancelReason,
        CreatedAt,
        UpdatedAt,
        Version);
}
