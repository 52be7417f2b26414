using Comanda.Menu;
using Comanda.Orders;
using Comanda.Registers;

namespace Comanda.Imports;

/// <summary>A tax as a file gives it for a line. <see cref="Rate"/> is nothing where the file only says the amount.</summary>
public readonly record struct TakenTax(string Name, TaxRate Rate, Money Base, Money Tax);

/// <summary>
/// What the files of an import know of a sale. Many systems have its lines in one file, its tip and tenders in another; a file of one half
/// must not undo what the other half brought.
/// </summary>
[Flags]
public enum Knows
{
    Lines = 1,
    Sums = 2,
    All = 3,
}

/// <summary>A line of a sale of another system, frozen as it was there. <see cref="Total"/> is what the guest paid for it.</summary>
public sealed record TakenLine
{
    public required int Line { get; init; }

    /// <summary>What the other system calls the product: by this it is found again, whatever its name is by now.</summary>
    public required string Product { get; init; }

    public required string Name { get; init; }

    public string Category { get; init; } = "Imported";

    public string Sku { get; init; } = "";

    /// <summary>In thousandths; below 0 for what came back in the same sale.</summary>
    public long Quantity { get; init; } = 1000;

    public WeightUnit? Unit { get; init; }

    public Money UnitPrice { get; init; }

    /// <summary>The chosen options with their prices.</summary>
    public IReadOnlyList<TakenOption> Options { get; init; } = [];

    public Money Discount { get; init; }

    public string? DiscountReason { get; init; }

    public Money ServiceCharge { get; init; }

    public IReadOnlyList<TakenTax> Taxes { get; init; } = [];

    public Money Total { get; init; }

    public string? Notes { get; init; }

    public Money Tax => Taxes.Count == 0 ? Money.Zero : Taxes.Aggregate(Money.Zero, (sum, t) => sum + t.Tax);

    /// <summary>Before its discount.</summary>
    public Money Gross => Total - (TaxInside ? Money.Zero : Tax) - ServiceCharge + Discount;

    public bool TaxInside { get; init; }

    /// <summary>Options and taxes as orders keep them, where they were frozen by a Comanda.</summary>
    public string? FrozenOptions { get; init; }

    public string? FrozenTaxes { get; init; }

    /// <summary>What one of it cost, in the currency and not rounded; null where nobody knows.</summary>
    public decimal? UnitCost { get; init; }

    /// <summary>Of a round that came later; else it is the sale's.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>An option of a line.</summary>
public readonly record struct TakenOption(string Name, Money Price, int Quantity = 1)
{
    /// <summary>Allergens that it brings into what it goes into, and takes out of it, with | between; of another Comanda.</summary>
    public string? Adds { get; init; }

    public string? Removes { get; init; }
}

/// <summary>Money that came for a sale.</summary>
public readonly record struct TakenPayment(PaymentMethod Method, Money Amount, DateTimeOffset At, string? Reference = null)
{
    /// <summary>What changed hands beyond the amount for want of small coins.</summary>
    public Money Rounding { get; init; }

    /// <summary>Its business day, where that is not the sale's.</summary>
    public DateOnly? Day { get; init; }
}

/// <summary>
/// Money that went back for a sale, by its number or the number of its payment. Without lines it is an amount, shared over what is left.
/// </summary>
public sealed record TakenRefund
{
    public required string File { get; init; }

    public required int Line { get; init; }

    /// <summary>What the other system calls it: it is taken over once.</summary>
    public required string Ref { get; init; }

    /// <summary>The sale, or its payment.</summary>
    public required string Of { get; init; }

    public required DateTimeOffset At { get; init; }

    public DateOnly? Day { get; init; }

    public List<TakenBack> Lines { get; init; } = [];

    /// <summary>All that went back but the tip.</summary>
    public required Money Amount { get; init; }

    public Money Tip { get; init; }

    /// <summary>Whether the files would say so, had there been a tip.</summary>
    public bool TipKnown { get; init; } = true;

    public string Reason { get; init; } = "refunded in the other system";

    public PaymentMethod? Method { get; init; }
}

/// <summary>A line of a refund: so much of a product, for so much money, tax included.</summary>
public readonly record struct TakenBack(string Product, string Name, long Quantity, Money Amount, Money Tax);

/// <summary>A sale of another system.</summary>
public sealed record TakenSale
{
    public required string File { get; init; }

    public required int Line { get; init; }

    /// <summary>System and number: it identifies the sale for good.</summary>
    public required string Ref { get; init; }

    /// <summary>What else it is called: by its payment, where refunds name that.</summary>
    public string? AlsoRef { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The business day, where the file says one; else it follows from the instant.</summary>
    public DateOnly? Day { get; set; }

    public OrderType Type { get; init; } = OrderType.Takeaway;

    public string? Number { get; init; }

    public string? Staff { get; init; }

    /// <summary>The other system's id of the guest, or their e-mail address or phone.</summary>
    public string? Customer { get; init; }

    public string? CustomerName { get; init; }

    public string? Notes { get; init; }

    public bool TaxInside { get; init; } = true;

    public List<TakenLine> Lines { get; init; } = [];

    public List<TakenPayment> Payments { get; init; } = [];

    public Money Tip { get; set; }

    public Money Delivery { get; set; }

    /// <summary>The taxes of its delivery, as orders keep them.</summary>
    public string DeliveryTaxes { get; init; } = "[]";

    public Knows Knows { get; set; } = Knows.All;

    /// <summary>It was cancelled there: it is no sale, and one that was taken over before it was goes.</summary>
    public bool Cancelled { get; set; }

    public Money Sold => Lines.Aggregate(Money.Zero, (sum, l) => sum + l.Total);

    public Money Total => Sold + Delivery + Tip;
}

/// <summary>A product of another system's catalogue.</summary>
public sealed record TakenProduct
{
    public required string File { get; init; }

    public required int Line { get; init; }

    public required string Ref { get; init; }

    public required string Name { get; init; }

    public string Category { get; init; } = "Imported";

    public string Description { get; init; } = "";

    /// <summary>Null where the price is open: it must not become nothing.</summary>
    public Money? Price { get; init; }

    public Money? Offer { get; init; }

    public string Sku { get; init; } = "";

    public string Barcode { get; init; } = "";

    public TaxRate? TaxRate { get; init; }

    public WeightUnit? Unit { get; init; }

    public bool Archived { get; init; }

    public bool Available { get; init; } = true;

    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Everything of it, where it comes of a Comanda.</summary>
    public MenuRow? Row { get; init; }

    /// <summary>In thousandths; null where it is not counted.</summary>
    public long? Stock { get; init; }

    public decimal? Cost { get; init; }
}

/// <summary>A group of options of another system's catalogue, with its prices.</summary>
public sealed record TakenGroup(string Name, int Min, int Max, IReadOnlyList<TakenOption> Options);

/// <summary>A guest of another system.</summary>
public sealed record TakenGuest
{
    public required string File { get; init; }

    public required int Line { get; init; }

    public required string Ref { get; init; }

    public required string Name { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    /// <summary>Points that are theirs, where they come of a Comanda.</summary>
    public long Points { get; init; }
}

/// <summary>A category of another Comanda.</summary>
public sealed record TakenCategory(string Name, string Description, bool IsActive, string Station, string TaxClass);

/// <summary>A gift card of another Comanda: its guest is owed what is on it.</summary>
public sealed record TakenCard(string Code, Money Amount, Money Balance, DateTimeOffset SoldAt);
