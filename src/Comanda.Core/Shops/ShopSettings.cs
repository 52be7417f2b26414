using Comanda.Taxes;

namespace Comanda.Shops;

/// <summary>A shop's settings as the code reads them: typed, and always whole.</summary>
public sealed record ShopSettings
{
    public required Currency Currency { get; init; }

    public required TaxRate TaxRate { get; init; }

    public required PricingRules Rules { get; init; }

    public required BusinessDay BusinessDay { get; init; }

    public required string OrderPrefix { get; init; }

    public required string ReceiptFooter { get; init; }

    /// <summary>Where the logo above receipts lies; empty where there is none.</summary>
    public string ReceiptLogo { get; init; } = "";

    /// <summary>Whether a receipt says of each line which allergens were declared when it was sold.</summary>
    public bool ReceiptAllergens { get; init; }

    public required string TaxNumber { get; init; }

    /// <summary>A PIN signs somebody in together with their username, without an enrolled device.</summary>
    public bool TakesPins { get; init; }

    public required int KitchenHands { get; init; }

    public required decimal PointsPerUnit { get; init; }

    public required Money PointValue { get; init; }

    public required IReadOnlyList<string> LowStockTo { get; init; }

    /// <summary>Who gets the day's report by mail.</summary>
    public IReadOnlyList<string> DailyReportTo { get; init; } = [];

    /// <summary>When it goes out, by the shop's clock.</summary>
    public TimeOnly DailyReportAt { get; init; } = new(6, 0);

    public required string? Country { get; init; }

    /// <summary>When guests are not sent what can wait; null: never.</summary>
    public QuietHours? Quiet { get; init; }

    /// <summary>What classes bear: the shop's table, or, where it has none, the one rate of everything.</summary>
    public required TaxTable Taxes { get; init; }

    /// <summary>When guests may have what they order.</summary>
    public required OpeningWeek Opening { get; init; }

    /// <summary>How much it takes on at once of what guests order ahead.</summary>
    public SlotSettings Slots { get; init; } = SlotSettings.Unbounded;

    /// <summary>What guests may order themselves.</summary>
    public OnlineOrders Online { get; init; }

    /// <summary>Guests pay by card before the kitchen begins.</summary>
    public bool OnlinePaidAhead { get; init; }

    /// <summary>How long an order waits for its guest to pay by card.</summary>
    public TimeSpan PaymentWait { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How its scales write their labels.</summary>
    public IReadOnlyList<ScaleLabel> ScaleLabels { get; init; } = [];

    /// <summary>Its tables, where they stand.</summary>
    public IReadOnlyList<FloorTable> Floor { get; init; } = [];

    /// <summary>How it looks to guests who order themselves.</summary>
    public StorefrontLook Storefront { get; init; } = new("#9a3412", "", "");

    public bool PricesIncludeTax => Rules.Tax.PricesIncludeTax;
}
