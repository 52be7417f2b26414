using System.Text.Json;
using Comanda.Identity;
using Comanda.Shops;
using Comanda.Taxes;

namespace Comanda.Operations;

/// <summary>
/// What an installation without a shop may begin with. <see cref="NeedsCode"/>: whoever asks is not known to sit at this machine, and sends
/// the set-up code that the server showed when it started.
/// </summary>
public sealed record SetupView(
    bool NeedsCode,
    IReadOnlyList<SetupCountryView> Countries,
    IReadOnlyList<string> Currencies,
    IReadOnlyList<string> TimeZones);

/// <summary>
/// A country, or a part of one (CA-QC), whose taxes and rounding a shop may begin with: a suggestion as of a day, which the shop then owns.
/// <see cref="TimeZones"/> are those of the country, the one of most people first.
/// </summary>
public sealed record SetupCountryView(
    string Country,
    string Currency,
    DateOnly AsOf,
    string Note,
    bool PricesIncludeTax,
    TaxTableWire Taxes,
    IReadOnlyList<string> TimeZones);

/// <summary>
/// The installation's first shop. <see cref="Country"/> brings taxes and rounding; without one, <see cref="Currency"/> is said, and
/// everything bears <see cref="TaxRate"/> (percent, 0 where it is left out). <see cref="OpeningHours"/> as the setting
/// <c>opening_hours</c> takes them. <see cref="Menu"/> is starter or none.
/// </summary>
public sealed record SetupRequest(
    [property: AtMost(40)] string? Code,
    [property: AtMost(100)] string? Name,
    [property: AtMost(300), Text(TextKind.Lines)] string? Address,
    [property: AtMost(10)] string? Country,
    [property: AtMost(3)] string? Currency,
    [property: AtMost(64)] string? TimeZone,
    decimal? TaxRate,
    JsonElement? OpeningHours,
    SetupOwner? Owner,
    [property: Words("starter", "none")] string? Menu);

/// <summary>Whose shop it is. <see cref="Pin"/>, 4 to 8 digits, signs them in at its tills.</summary>
public sealed record SetupOwner(
    [property: AtMost(100)] string? Name,
    [property: AtMost(50)] string? Username,
    [property: AtMost(254)] string? Email,
    [property: AtMost(1000), Text(TextKind.Secret)] string? Password,
    [property: AtMost(20)] string? Pin);

/// <summary>The shop that was opened, and its owner signed in.</summary>
public sealed record SetupDone(ShopView Shop, SignedIn Session);
