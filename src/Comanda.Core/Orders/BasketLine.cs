using Comanda.Menu;
using Comanda.Promotions;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>A line of a basket, read against the menu and not yet taxed. Reading tells all that is wrong with the basket at once.</summary>
internal sealed partial record BasketLine
{
    internal const int MostOptions = 50;

    private const int MostLines = 200;

    public required int Asked { get; init; }

    public ComboPart? Combo { get; init; }

    public required MenuEntry Item { get; init; }

    public required Measure Quantity { get; init; }

    public List<ChosenOption> Chosen { get; init; } = [];

    public string? SpecialInstructions { get; init; }

    /// <summary>Before discounts.</summary>
    public required Money Gross { get; init; }

    public Money OwnDiscount { get; init; }

    public string? OwnReason { get; init; }

    public Way Way { get; init; }

    /// <summary>It was in the order before.</summary>
    public bool WasThere { get; init; }

    /// <summary>The combo that it was a part of then.</summary>
    public MenuEntry? PartOf { get; init; }

    /// <summary>What promotions take off it.</summary>
    public IReadOnlyList<PromotionShare> Promotions { get; init; } = [];

    public Money OffByPromotions => Promotions.Aggregate(Money.Zero, (sum, p) => sum + p.Amount);

    /// <summary>As promotions see it: a part of a combo is the combo, and a deposit, which comes back in full, is nothing.</summary>
    public PromotableLine Promotable => new(
        (Combo?.Combo ?? PartOf ?? Item).Id,
        (Combo?.Combo ?? PartOf ?? Item).CategoryId,
        Way,
        Combo is null && PartOf is null && Item is { Unit: null, IsDeposit: false } ? Quantity.Pieces : 0,
        Item.IsDeposit ? Money.Zero : Gross - OwnDiscount)
    {
        WasThere = WasThere,
        Quantity = Combo is null && PartOf is null && !Item.IsDeposit ? Quantity : Measure.Zero,
    };

    /// <summary>As the tax office sees it: what an option made of it, else what a combo is as a whole, else what it is itself.</summary>
    public TaxableLine Taxable
    {
        get
        {
            var made = Chosen.LastOrDefault(c => c.Option.TaxClass is not null)?.Option.TaxClass ?? Combo?.Combo.OwnTaxClass;
            return new(made ?? Item.TaxedAs, Way, Gross - OwnDiscount - OffByPromotions)
            {
                Pieces = Math.Abs(Quantity.PiecesIn(Item.Unit)),
                IsDeposit = Item.IsDeposit,
                Split = made is null ? Item.TaxSplit ?? [] : [],
            };
        }
    }

    /// <summary>The lines of a basket, those of a combo as its parts.</summary>
    /// <param name="find">What a line sells.</param>
    /// <param name="currency">The shop's.</param>
    /// <param name="basket">What is asked for.</param>
    /// <param name="way">How lines are consumed that do not say it.</param>
    /// <param name="errors">Where it is told what is wrong.</param>
    public static BasketLine[] Read(
        FindOffer find,
        Currency currency,
        OrderRequest basket,
        Way way,
        FieldErrors errors)
    {
        var items = basket.Items ?? [];
        errors.Check(items.Count is >= 1 and <= MostLines, "items", $"must have 1 to {MostLines} lines");
        if (items.Count > MostLines)
            return [];
        var lines = new List<BasketLine>(items.Count);
        var combos = 0;
        foreach (var (i, request) in items.Index())
        {
            var at = $"items[{i}]";
            if (request is null)
            {
                errors.Add(at, "must be an object");
                continue;
            }

            var consumed = way;
            errors.Check(
                request.Way is null || WireName<Way>.TryParse(request.Way, out consumed),
                at + ".way",
                "must be " + string.Join(", ", WireName<Way>.All));
            var offer = find(request, at, errors);
            var quantity = QuantityOf(request, offer, at, errors);
            var discount = GivenDiscount.Read(request.Discount, currency, at + ".discount.", errors);
            if (offer?.Item is not { } item)
                continue;
            errors.Check(!item.IsDeposit || discount is null, at + ".discount", "goes with goods; a deposit comes back in full");
            var first = lines.Count;
            if (item.Combo is { } combo)
            {
                var whole = new WholeCombo(item, combo, i, ++combos, quantity.Pieces);
                lines.AddRange(PartsOf(whole, request, discount, errors).Select(p => p with { Way = consumed }));
                lines.AddRange(Deposits(find, lines[first..]));
                continue;
            }

            errors.Check(request.Parts is null or [], at + ".parts", $"belong to a combo; {item.Name} is none");
            if (One(offer, i, quantity, request.Modifiers, at, errors) is { } line)
            {
                lines.Add(line with
                {
                    SpecialInstructions = request.SpecialInstructions,
                    OwnDiscount = discount?.Of(line.Gross) ?? Money.Zero,
                    OwnReason = discount?.Reason,
                    Way = consumed,
                });
            }

            lines.AddRange(Deposits(find, lines[first..]));
        }

        errors.Check(lines.Count <= MostLines, "items", $"must have 1 to {MostLines} lines, the parts of combos counted");
        return [.. lines];
    }

    /// <summary>The deposits that go with what leaves the shop: what is eaten or drunk here leaves its bottle here.</summary>
    private static List<BasketLine> Deposits(FindOffer find, List<BasketLine> lines)
    {
        var deposits = new List<BasketLine>();
        foreach (var line in lines)
        {
            if (line.Item.DepositItemId is not { } id || line.Way == Way.DineIn)
                continue;
            Measure pieces = line.Quantity.PiecesIn(line.Item.Unit);
            if (find(new(id, pieces.Number), "", new())?.Item is { IsDeposit: true } deposit)
            {
                deposits.Add(new()
                {
                    Asked = line.Asked,
                    Item = deposit,
                    Quantity = pieces,
                    Gross = pieces.Of(deposit.PriceNow),
                    Way = line.Way,
                });
            }
        }

        return deposits;
    }

    /// <summary>How much of it. A harmless 1 where that cannot be told, since nothing is done then.</summary>
    private static Measure QuantityOf(LineRequest request, Offer? offer, string at, FieldErrors errors)
    {
        var (field, item) = (at + ".quantity", offer?.Item);
        if (offer?.Quantity is { } said)
        {
            errors.Check(request.Quantity is null || request.Quantity == said.Number, field, $"is on the label: {said}");
            return said;
        }

        // What is not on the menu may be sold by weight where it is.
        var byWeight = item is null ? request.Quantity is not null && !decimal.IsInteger(request.Quantity.Value) : item.Unit is not null;
        var mayComeBack = item is { IsDeposit: true };
        if (Measure.TryFromOrBack(request.Quantity ?? 1, byWeight, mayComeBack, out var quantity)
            && !(byWeight && request.Quantity is null))
            return quantity;
        errors.Add(field, request.Quantity is not { } given
            ? $"is required: {item!.Name} is sold by weight ({item.Unit!.Value.ToWire()})"
            : !byWeight && given is > 0 and <= Measure.MostPieces && !decimal.IsInteger(given)
            ? $"must be a whole number: {item!.Name} is sold by the piece"
            : Measure.Rule(byWeight));
        return 1;
    }

    private static BasketLine? One(
        Offer offer, int asked, Measure quantity, ModifierChoice[]? choices, string at, FieldErrors errors)
    {
        var item = offer.Item;
        if (choices is { Length: > MostOptions })
        {
            errors.Add(at + ".modifiers", $"must be at most {MostOptions}");
            return null;
        }

        var modifiers = ReadModifiers(item, choices ?? [], at, errors);
        var unit = modifiers.Aggregate(item.PriceNow, (sum, m) => sum + (m.Option.Price * m.Quantity));
        errors.Check(!unit.IsNegative, at + ".modifiers", "take off more than the item costs");
        var isTooLarge = Int128.Abs((Int128)unit.Minor * quantity.Thousandths) > (Int128)Money.LargestInput * 1000;
        errors.Check(!isTooLarge, at + ".quantity", "makes the line too large");
        return new()
        {
            Asked = asked,
            Item = item,
            Quantity = quantity,
            Chosen = modifiers,
            Gross = isTooLarge ? Money.Zero : offer.Gross ?? quantity.Of(unit),
            WasThere = offer.WasThere,
            PartOf = offer.PartOf,
        };
    }

    private static List<ChosenOption> ReadModifiers(MenuEntry item, ModifierChoice[] choices, string at, FieldErrors errors)
    {
        var chosen = new List<ChosenOption>();
        foreach (var (m, choice) in choices.Index())
        {
            var field = $"{at}.modifiers[{m}]";
            if (choice is null || choice.Quantity is < 1 or > 20)
            {
                errors.Add(field + ".quantity", "must be between 1 and 20");
                continue;
            }

            if (ChosenOption.Find(item, choice, field, errors) is { } found)
                chosen.Add(found);
        }

        foreach (var group in item.Groups)
        {
            var count = chosen.Where(c => c.Group.Id == group.Id).Sum(c => c.Quantity);
            errors.Check(count >= group.Min, at + ".modifiers", $"must choose at least {group.Min} of {group.Name}");
            errors.Check(count <= group.Max, at + ".modifiers", $"must choose at most {group.Max} of {group.Name}");
        }

        return chosen;
    }
}
