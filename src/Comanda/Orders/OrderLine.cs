using Comanda.Data;
using Comanda.Menu;
using Comanda.Stock;
using Comanda.Taxes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Comanda.Orders;

/// <summary>One line of an order, frozen. <see cref="Total"/> is what the guest pays for it.</summary>
public sealed partial class OrderLine : IShopOwned
{
    public long Id { get; init; }

    public long OrderId { get; init; }

    public long ShopId { get; init; }

    public int Position { get; internal set; }

    public long MenuItemId { get; init; }

    public required string Name { get; init; }

    public required string Category { get; init; }

    /// <summary>How much of it: pieces, or of its unit.</summary>
    public Measure Quantity
    {
        get => Weight is { } thousandths ? new Measure(thousandths) : Pieces;
        internal set => (Pieces, Weight) = (value.PiecesIn(Unit), Unit is null ? null : value.Thousandths);
    }

    /// <summary>For all that counts pieces: what is weighed is one.</summary>
    public int Pieces { get; private set; }

    /// <summary>In thousandths of its unit; null where it is sold by the piece.</summary>
    public long? Weight { get; private set; }

    /// <summary>What its price is for, where it is sold by weight. To be set before the quantity.</summary>
    public WeightUnit? Unit { get; init; }

    /// <summary>The item's price without modifiers.</summary>
    public Money UnitPrice { get; init; }

    /// <summary>JSON: the chosen options, frozen.</summary>
    public required string Modifiers { get; init; }

    public string? SpecialInstructions { get; internal set; }

    /// <summary>The line's own discount and its share of the order's.</summary>
    public Money Discount { get; internal set; }

    public string? DiscountReason { get; init; }

    /// <summary>JSON: what of the discount promotions took off, frozen; null where none did.</summary>
    public string? Promotions { get; internal set; }

    /// <summary>Its share of the order's.</summary>
    public Money ServiceCharge { get; internal set; }

    /// <summary>What the line as a whole bears; 0 where several classes share its price.</summary>
    public TaxRate TaxRate { get; internal set; }

    /// <summary>All its taxes.</summary>
    public Money Tax { get; internal set; }

    /// <summary>How it is consumed.</summary>
    public Way Way { get; internal set; }

    /// <summary>What it is for the tax office, and the classes that share its price (JSON, see <see cref="Menu.TaxSplit"/>).</summary>
    public required string TaxClass { get; init; }

    public string? TaxSplit { get; init; }

    /// <summary>JSON: every tax that it bears, and what of it bears none, frozen.</summary>
    public string Taxes
    {
        get => taxes;
        internal set => (taxes, borne) = (value, null);
    }

    private string taxes = "[]";

    private IReadOnlyList<BorneTax>? borne;

    /// <summary>The same, read.</summary>
    public IReadOnlyList<BorneTax> Borne => borne ??= FrozenTaxes.Thaw(taxes);

    public Money Total { get; internal set; }

    public DateTimeOffset SoldAt { get; init; }

    /// <summary>Taken from a countdown, and goes back to it when it is not sold after all.</summary>
    public bool Counted { get; internal set; }

    /// <summary>The how manieth combo of the order this is a part of; null where it stands alone.</summary>
    public int? Combo { get; init; }

    public long? ComboId { get; init; }

    public string? ComboName { get; init; }

    /// <summary>Of the EU 14, with commas between, the chosen options counted in; null for lines from before this was kept.</summary>
    public string? Allergens { get; init; }

    /// <summary>Who makes it.</summary>
    public string Station { get; init; } = MenuEntry.Kitchen;

    /// <summary>A deposit, or one that came back (of a negative quantity): no station has to do with it.</summary>
    internal bool IsDeposit => Station == MenuEntry.Nobody;

    /// <summary>In minutes, for one.</summary>
    public int PreparationTime { get; init; }

    /// <summary>What one of it takes off stock, frozen (see <see cref="LineUse"/>); null where that is nothing.</summary>
    public string? Uses { get; init; }

    /// <summary>What that cost, in the order's currency, not rounded.</summary>
    public decimal? UnitCost { get; init; }

    public DateTimeOffset? StartedAt { get; internal set; }

    public DateTimeOffset? ReadyAt { get; internal set; }

    /// <summary>What a priced line becomes when it is sold.</summary>
    /// <param name="line">What it sells, priced.</param>
    /// <param name="order">Of which it becomes a line.</param>
    /// <param name="id">Its id.</param>
    /// <param name="place">Its place in the order, from 1, and how many combos the order has had before it.</param>
    /// <param name="now">When it is sold.</param>
    /// <param name="recipes">What it uses.</param>
    public static OrderLine Freeze(
        PricedLine line,
        Order order,
        long id,
        (int Position, int CombosBefore) place,
        DateTimeOffset now,
        RecipeBook recipes)
    {
        // A practice order takes nothing off stock, nor from what is counted down.
        var use = order.Training ? null : recipes.Of(line.Item.Id, line.Options);
        return new()
        {
            Id = id,
            OrderId = order.Id,
            ShopId = order.ShopId,
            Position = place.Position,
            MenuItemId = line.Item.Id,
            Name = line.Item.Name,
            Category = line.Item.Category,
            Unit = line.Item.Unit,
            Quantity = line.Quantity,
            UnitPrice = line.Item.PriceNow,
            Modifiers = line.Modifiers.Count == 0 ? "[]" : OrderView.Freeze(line.Modifiers),
            SpecialInstructions = line.SpecialInstructions,
            Discount = line.Discount,
            DiscountReason = line.DiscountReason,
            Promotions = FrozenPromotions.Freeze(line.Promotions),
            ServiceCharge = line.ServiceCharge,
            TaxRate = line.TaxRate,
            Tax = line.Tax,
            Way = line.Way,
            TaxClass = line.TaxClass,
            TaxSplit = Menu.TaxSplit.Keep(line.TaxSplit),
            Taxes = FrozenTaxes.Freeze(line.Taxes),
            Total = line.Total,
            SoldAt = now,
            Counted = line.Item.IsCounted && order.TakesFromCountdowns,
            Combo = place.CombosBefore + line.Combo?.Number,
            ComboId = line.Combo?.Combo.Id,
            ComboName = line.Combo?.Combo.Name,
            Allergens = string.Join(',', line.Allergens),
            Station = line.Item.IsDeposit ? MenuEntry.Nobody : line.Item.Station,
            PreparationTime = line.Item.IsDeposit ? 0 : line.Item.PreparationTime,
            Uses = use?.ToJson(),
            UnitCost = use?.Cost,
        };
    }

    /// <summary>The same as a line of another order, or a part of it, with this part of its figures.</summary>
    internal OrderLine MovedTo(Order order, long id, Measure quantity, LinePart part, int? combo) => new()
    {
        Id = id,
        OrderId = order.Id,
        ShopId = ShopId,
        Position = order.Items.Count == 0 ? 1 : order.Items.Max(l => l.Position) + 1,
        MenuItemId = MenuItemId,
        Name = Name,
        Category = Category,
        Unit = Unit,
        Quantity = quantity,
        UnitPrice = UnitPrice,
        Modifiers = Modifiers,
        SpecialInstructions = SpecialInstructions,
        Discount = part.Discount,
        DiscountReason = DiscountReason,
        Promotions = FrozenPromotions.PartOf(Promotions, quantity, Quantity),
        ServiceCharge = part.ServiceCharge,
        TaxRate = TaxRate,
        Tax = part.Tax,
        Way = Way,
        TaxClass = TaxClass,
        TaxSplit = TaxSplit,
        Taxes = FrozenTaxes.Freeze(part.Taxes),
        Total = part.Total,
        SoldAt = SoldAt,
        Counted = Counted,
        Combo = combo,
        ComboId = ComboId,
        ComboName = ComboName,
        Allergens = Allergens,
        Station = Station,
        PreparationTime = PreparationTime,
        Uses = Uses,
        UnitCost = UnitCost,
        StartedAt = StartedAt,
        ReadyAt = ReadyAt,
    };

    /// <summary>What it came to before discount and service charge; where tax comes on top, without that too.</summary>
    internal Money Gross(bool inclusive) => (inclusive ? Total : Total - Tax) + Discount - ServiceCharge;

    internal LinePart Whole => new(Discount, ServiceCharge, Borne, Tax, Total);

    /// <summary>So many of it: their price in full, their part of discount, service charge and tax, and what follows from these.</summary>
    internal LinePart PartOf(Measure quantity, bool inclusive)
    {
        if (quantity == Quantity)
            return Whole;
        var amount = inclusive ? Total : Total - Tax;
        var (discount, charge) = (quantity.PartOf(Discount, Quantity), quantity.PartOf(ServiceCharge, Quantity));
        var part = quantity.PartOf(Gross(inclusive), Quantity) - discount + charge;
        var borne = amount.IsZero ? [] : Borne.Select(t => PartOf(t, part, amount)).ToList();
        var tax = borne.Aggregate(Money.Zero, (sum, t) => sum + t.Tax);
        return new(discount, charge, borne, tax, inclusive ? part : part + tax);
    }

    /// <summary>So much of it as is asked for; 0, which nothing is done with, where it cannot be.</summary>
    internal Measure ReadPart(decimal? given, Measure otherwise, string field, FieldErrors errors)
    {
        if (given is null)
            return otherwise;
        if (Measure.TryFrom(given.Value, Unit is not null, out var part) && part <= Quantity)
            return part;
        errors.Add(field, given > 0 && given <= Quantity.Number
            ? (Unit is null ? $"must be a whole number: {Name} is sold by the piece" : "must have at most three decimals")
            : Unit is null ? $"must be between 1 and {Quantity}" : $"must be more than 0 and at most {Quantity}");
        return Measure.Zero;
    }

    private static BorneTax PartOf(BorneTax tax, Money part, Money of) =>
        new(tax.Levy, tax.Base.Times(part.Minor, of.Minor), tax.Tax.Times(part.Minor, of.Minor));

    /// <summary>What stays when a part of it goes.</summary>
    internal void Without(Measure quantity, LinePart part)
    {
        Promotions = FrozenPromotions.Without(Promotions, quantity, Quantity);
        (Quantity, Discount, ServiceCharge, Taxes, Tax, Total) = (
            Quantity - quantity,
            Discount - part.Discount,
            ServiceCharge - part.ServiceCharge,
            FrozenTaxes.Freeze([.. Borne.Select((t, i) => i < part.Taxes.Count
                ? new BorneTax(t.Levy, t.Base - part.Taxes[i].Base, t.Tax - part.Taxes[i].Tax)
                : t)]),
            Tax - part.Tax,
            Total - part.Total);
    }

    /// <summary>Figures that an edit priced anew, before which it was so much. What promotions gave shrinks and never grows.</summary>
    internal void Reprice(PricedLine line, Measure before)
    {
        Promotions = FrozenPromotions.With(
            line.Quantity < before ? FrozenPromotions.PartOf(Promotions, line.Quantity, before) : Promotions, line.Promotions);
        (Discount, ServiceCharge, Way, TaxRate, Taxes, Tax, Total) = (
            line.Discount,
            line.ServiceCharge,
            line.Way,
            line.TaxRate,
            FrozenTaxes.Freeze(line.Taxes),
            line.Tax,
            line.Total);
    }

    public sealed class Mapping : IEntityTypeConfiguration<OrderLine>
    {
        public void Configure(EntityTypeBuilder<OrderLine> builder)
        {
            builder.ToTable("order_items");
            builder.Property(l => l.Id).ValueGeneratedNever();
            builder.Ignore(l => l.Borne);
            builder.Ignore(l => l.Quantity);
            builder.Property(l => l.Pieces).HasColumnName("quantity");
        }
    }
}
