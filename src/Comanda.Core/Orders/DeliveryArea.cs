using Comanda.Shops;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>One of a shop's delivery areas: by postcodes, or drawn on a map.</summary>
public sealed record DeliveryArea(
    long Id, string Name, IReadOnlyList<string>? Postcodes, IReadOnlyList<double[]>? Polygon, Money Fee, Money Minimum)
{
    /// <summary>How long it takes to bring something there.</summary>
    public required int Minutes { get; init; }

    /// <summary>
    /// The area of an address: of several the one that costs least, then the nearest. Where an address does not say what the shop's areas
    /// go by, that is named; where it is in none, so is that.
    /// </summary>
    public static Outcome<DeliveryArea> Of(IReadOnlyList<DeliveryArea> areas, DeliveryAddress? address)
    {
        var location = Location(address);
        var found = areas.Where(a => a.Has(address?.ZipCode) || a.Has(location))
            .OrderBy(a => a.Fee).ThenBy(a => a.Minutes).ThenBy(a => a.Id).FirstOrDefault();
        if (found is not null)
            return found;
        var errors = new FieldErrors();
        errors.Check(
            !string.IsNullOrWhiteSpace(address?.ZipCode) || areas.All(a => a.Postcodes is null) || location is not null,
            "delivery_address.zip_code",
            "is required: where the shop delivers goes by it");
        errors.Check(
            location is not null || areas.All(a => a.Polygon is null),
            "delivery_address.location",
            "is required, [longitude, latitude]: where the shop delivers is drawn on a map");
        return errors.Any
            ? errors.ToRefusal()
            : Refusal.Conflict("outside_delivery_area", "The shop does not deliver to this address.");
    }

    /// <summary>Where an address is; null where it does not say.</summary>
    public static double[]? Location(DeliveryAddress? address) => IsPlace(address?.Location) ? address!.Location : null;

    /// <summary>[longitude, latitude] in degrees.</summary>
    public static bool IsPlace(double[]? place) =>
        place is [var longitude, var latitude] && Math.Abs(longitude) <= 180 && Math.Abs(latitude) <= 90;

    /// <summary>The shop's settings with what delivery to this area costs.</summary>
    public static ShopSettings Charged(DeliveryArea? area, ShopSettings settings) => area is null
        ? settings
        : settings with { Rules = area.Charged(settings.Rules) };

    public PricingRules Charged(PricingRules rules) => rules with { Delivery = rules.Delivery with { Fixed = Fee } };

    /// <summary>The refusal of an order that comes to too little for the way there; null where it is enough.</summary>
    public Refusal? TooLittle(PricedOrder priced, Currency currency) =>
        priced.Subtotal - priced.Discount >= Minimum
            ? null
            : Refusal.Conflict(
                "below_minimum",
                $"To {Name} the shop delivers from {Minimum.ToText(currency)} on; this comes to "
                    + $"{(priced.Subtotal - priced.Discount).ToText(currency)}.") with
            {
                Also = new Dictionary<string, object?>(StringComparer.Ordinal) { ["minimum"] = Minimum.In(currency) },
            };

    /// <summary>A postcode in the form in which two are compared: capitals, no spaces or hyphens.</summary>
    public static string Plain(string postcode) =>
        string.Concat(postcode.Where(c => c is not (' ' or '-'))).ToUpperInvariant();

    private bool Has(string? postcode)
    {
        if (Postcodes is null || string.IsNullOrWhiteSpace(postcode))
            return false;
        var plain = Plain(postcode);
        return Postcodes.Any(p => p.EndsWith('*')
            ? plain.StartsWith(p[..^1], StringComparison.Ordinal)
            : plain == p);
    }

    private bool Has(double[]? place) => Polygon is not null && place is not null && Encloses(Polygon, place[0], place[1]);

    /// <summary>
    /// Whether a point lies within a polygon, or on its edge: a ray to the east crosses its edges an odd number of times. On a plane of
    /// degrees, which is exact enough for what is as large as a city.
    /// </summary>
    public static bool Encloses(IReadOnlyList<double[]> polygon, double x, double y)
    {
        var within = false;
        for (var i = 0; i < polygon.Count; i++)
        {
            var (a, b) = (polygon[i], polygon[(i + 1) % polygon.Count]);
            if (IsOn(a, b, x, y))
                return true;
            if (a[1] > y != b[1] > y && x < ((b[0] - a[0]) * (y - a[1]) / (b[1] - a[1])) + a[0])
                within = !within;
        }

        return within;
    }

    private static bool IsOn(double[] a, double[] b, double x, double y)
    {
        const double near = 1e-12;
        var cross = ((b[0] - a[0]) * (y - a[1])) - ((b[1] - a[1]) * (x - a[0]));
        return Math.Abs(cross) <= near
            && x >= Math.Min(a[0], b[0]) - near && x <= Math.Max(a[0], b[0]) + near
            && y >= Math.Min(a[1], b[1]) - near && y <= Math.Max(a[1], b[1]) + near;
    }
}
