using System.Globalization;
using Comanda.Guests;
using Comanda.Orders;
using Comanda.Payments;
using Comanda.Shops;

namespace Comanda.Storefront;

/// <summary>How a guest wants to have what is in the basket: the checkout's fields.</summary>
public sealed record CheckoutWish(StoreWay Way)
{
    public DateOnly? Day { get; init; }

    /// <summary>The instant of a slot; empty for as soon as can be.</summary>
    public string When { get; init; } = "";

    public string Name { get; init; } = "";

    public string Table { get; init; } = "";

    public string Notes { get; init; } = "";

    /// <summary>An address that is kept; null where another one is said.</summary>
    public long? AddressId { get; init; }

    public string Address { get; init; } = "";

    public string Landmark { get; init; } = "";

    public string City { get; init; } = "";

    public string Zip { get; init; } = "";

    /// <summary>The address is to be kept for the next time.</summary>
    public bool Keep { get; init; }

    /// <summary>card or cash; empty while nothing was chosen.</summary>
    public string Pay { get; init; } = "";

    /// <summary>When, as an instant; null for as soon as can be.</summary>
    public DateTimeOffset? At => DateTimeOffset.TryParseExact(
        When, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    internal static CheckoutWish From(StoreForm form, StoreWay way) => new(way)
    {
        When = form.Line("when", 40),
        Name = form.Line("name", 100),
        Table = form.Line("table", 40),
        Notes = form.Lines("notes", 1000),
        AddressId = form.Number("address_id"),
        Address = form.Line("address", 300),
        Landmark = form.Line("landmark"),
        City = form.Line("city", 100),
        Zip = form.Line("zip", 20),
        Keep = form.Line("keep") == "true",
        Pay = form.Line("pay", 10),
        Day = DayOf(form.Line("day", 10)),
    };

    internal static DateOnly? DayOf(string? said) =>
        DateOnly.TryParseExact(said, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    internal OrderRequest Ask(StoreBasket basket)
    {
        var asked = basket.Ask(Way) with
        {
            ScheduledFor = At,
            CustomerName = Name.Length > 0 ? Name : null,
            Notes = Notes.Length > 0 ? Notes : null,
            PaymentMethod = Pay is "card" or "cash" ? Pay : null,
        };
        return Way switch
        {
            StoreWay.Here => asked with { Table = Table.Length > 0 ? Table : basket.Table },
            StoreWay.Delivery when AddressId is not null => asked with { AddressId = AddressId },
            StoreWay.Delivery => asked with
            {
                DeliveryAddress = new(Address, Landmark.Length > 0 ? Landmark : null, City.Length > 0 ? City : null, null, Zip),
            },
            _ => asked,
        };
    }
}

/// <summary>The checkout as its page shows it.</summary>
public sealed record ShownCheckout(CheckoutWish Wish, ShownBasket Basket)
{
    public IReadOnlyList<StoreWay> Ways { get; init; } = [];

    public DateOnly Day { get; init; }

    public IReadOnlyList<DateOnly> Days { get; init; } = [];

    public IReadOnlyList<TimeSlotView> Slots { get; init; } = [];

    public IReadOnlyList<AddressView> Addresses { get; init; } = [];

    public IReadOnlyList<DeliveryAreaView> Areas { get; init; } = [];

    /// <summary>Cards are taken; by whom.</summary>
    public string Cards { get; init; } = "";

    /// <summary>What the guest was shown before, where it is not what it costs now.</summary>
    public bool TotalChanged { get; init; }

    public IReadOnlyDictionary<string, string> Wrong { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// GET and POST /checkout: how the basket is had, when, and paid how; then it is ordered, by the API's own unit. The form carries the
/// basket's key, so that sent twice it is one order, and the total that the guest saw, so that nobody pays another one unasked.
/// </summary>
public sealed class CheckOut(
    PlaceOrder place,
    PriceVisit prices,
    ReadSlots slots,
    OwnAddresses addresses,
    DeliveryAreas areas,
    ICardProvider cards)
{
    private const int DaysShown = 14;

    public async Task<IResult> Show(StoreDesk desk)
    {
        if (desk.Ask(Permission.PlaceOwnOrders) is { } asked)
            return asked;
        if (desk.Basket.Lines.Count == 0)
            return desk.Go("/basket");
        var ways = Ways(desk.Shop.Settings.Online);
        var way = WayOf(desk.Query["way"].ToString(), ways)
            ?? (desk.Basket.Table is not null && ways.Contains(StoreWay.Here) ? StoreWay.Here : First(ways));
        var wish = new CheckoutWish(way)
        {
            Day = CheckoutWish.DayOf(desk.Query["day"]),
            Name = desk.Guest!.Name,
            Table = desk.Basket.Table ?? "",
        };
        return await Page(desk, wish, [], StatusCodes.Status200OK);
    }

    public async Task<IResult> Place(StoreDesk desk, StoreForm form)
    {
        if (desk.Ask(Permission.PlaceOwnOrders) is { } asked)
            return asked;
        var key = form.Line("key", 60);
        if (key == desk.Basket.LastKey)
            return desk.Go($"/order/{desk.Basket.LastOrder}");
        if (desk.Basket.Lines.Count == 0)
            return desk.Go("/basket");
        var ways = Ways(desk.Shop.Settings.Online);
        var wish = CheckoutWish.From(form, WayOf(form.Line("way", 20), ways) ?? First(ways));
        if (wish is { Way: StoreWay.Delivery, AddressId: null })
        {
            form.Needed("address", 300);
            form.Needed("zip", 20);
            form.Needed("city", 100);
        }

        if (wish.Pay is not ("card" or "cash") || (wish.Pay == "cash" && desk.Shop.Settings.OnlinePaidAhead))
            form.Wrong.TryAdd("pay", desk.Say["pay.choose"]);
        if (wish.When.Length > 0 && wish.At is null)
            form.Wrong.TryAdd("when", desk.Say["when.choose"]);
        if (form.Wrong.Count > 0)
            return await Page(desk, wish, form.Wrong, StatusCodes.Status400BadRequest);
        // Who has not seen what it costs (where it is brought to, decides) is shown that first.
        if (key != desk.Basket.Key
            || !decimal.TryParse(form.Line("total", 30), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var total))
            return await Page(desk, wish, [], StatusCodes.Status200OK, asksAgain: true);

        var request = wish.Ask(desk.Basket) with { TotalAmount = total };
        var retry = place.KeyOf(key, "key", request);
        var placed = retry.Refusal is { } unusable ? unusable : await place.Run(request, retry.Value, null, desk.Cancel);
        if (placed.Refusal is { } refusal)
        {
            if (refusal.Code != "total_differs")
                await prices.Explain(desk, refusal, form.Wrong);
            return await Page(desk, wish, form.Wrong, refusal.Status, asksAgain: refusal.Code == "total_differs");
        }

        var location = placed.Fixed?.Location ?? placed.Location!;
        var order = long.Parse(location.AsSpan(location.LastIndexOf('/') + 1), CultureInfo.InvariantCulture);
        await desk.Change(b => b.Key == key ? b.Ordered(order) : b);
        if (wish is { Keep: true, Way: StoreWay.Delivery, AddressId: null })
            await Keep(desk, wish);
        return desk.Go(wish.Pay == "card" ? $"/order/{order}/pay" : $"/order/{order}");
    }

    /// <summary>Under the beginning of its street, as far as a title goes.</summary>
    private Task Keep(StoreDesk desk, CheckoutWish wish) => addresses.Add(
        new(
            Title(wish.Address),
            wish.Address,
            wish.Landmark,
            wish.City,
            null,
            wish.Zip,
            null,
            null),
        desk.Cancel);

    /// <summary>Never half a character.</summary>
    private static string Title(string address) =>
        address.Length <= 40 ? address : address[..(char.IsHighSurrogate(address[39]) ? 39 : 40)];

    private async Task<IResult> Page(
        StoreDesk desk, CheckoutWish wish, Dictionary<string, string> wrong, int status, bool asksAgain = false)
    {
        var kept = wish.Way == StoreWay.Delivery ? (await addresses.List(desk.Cancel)).Value.Items : [];
        if (wish is { Way: StoreWay.Delivery, AddressId: null, Address: "" } && kept.Count > 0)
            wish = wish with { AddressId = kept[0].Id };
        var saysWhere = wish.Way != StoreWay.Delivery || wish.AddressId is not null || wish.Address.Length > 0;
        var basket = saysWhere
            ? await prices.Of(desk, wish.Ask(desk.Basket))
            : await prices.Of(desk, desk.Basket.Ask(StoreWay.Takeaway)) with { Price = null };
        var today = desk.Shop.Settings.BusinessDay.Of(desk.Now);
        var first = basket.Opens is { } opens ? desk.Shop.Settings.BusinessDay.Of(opens) : today;
        var day = wish.Day ?? (wish.At is { } at ? desk.Shop.Settings.BusinessDay.Of(at) : first);
        var there = wish.Way == StoreWay.Here
            ? (Answer<PageOf<TimeSlotView>>)new PageOf<TimeSlotView>([], null)
            : await slots.Of(wish.Way == StoreWay.Delivery ? "delivery" : "pickup", day, 1, desk.Cancel);
        var last = Math.Min(desk.Shop.Settings.Slots.DaysAhead, DaysShown - 1);
        return await desk.Show<CheckoutPage>(
            new()
            {
                ["Shown"] = new ShownCheckout(wish, basket)
                {
                    Ways = Ways(desk.Shop.Settings.Online),
                    Day = day,
                    Days = [.. Enumerable.Range(0, last + 1).Select(today.AddDays)],
                    Slots = there.Refusal is null ? there.Value.Items : [],
                    Addresses = kept,
                    Areas = wish.Way == StoreWay.Delivery ? (await areas.List(desk.Cancel)).Value.Items : [],
                    Cards = cards.Name,
                    TotalChanged = asksAgain,
                    Wrong = wrong.Count > 0 ? wrong : basket.Wrong,
                },
            },
            status);
    }

    /// <summary>What guests of a shop may order themselves.</summary>
    public static IReadOnlyList<StoreWay> Ways(OnlineOrders online) => online switch
    {
        OnlineOrders.All => [StoreWay.Takeaway, StoreWay.Here, StoreWay.Delivery],
        OnlineOrders.Pickup => [StoreWay.Takeaway, StoreWay.Here],
        OnlineOrders.Delivery => [StoreWay.Delivery],
        _ => [],
    };

    private static StoreWay First(IReadOnlyList<StoreWay> ways) => ways.Count > 0 ? ways[0] : StoreWay.Takeaway;

    private static StoreWay? WayOf(string said, IReadOnlyList<StoreWay> ways) =>
        WireName<StoreWay>.TryParse(said, out var way) && ways.Contains(way) ? way : null;
}
