using System.Text.Json;
using Comanda.Operations;
using Comanda.Screens.Parts;

namespace Comanda.Screens.Setup;

/// <summary>What somebody has said of the shop that they set up, so far.</summary>
public sealed class SetupForm
{
    public string Name { get; set; } = "";

    public string Address { get; set; } = "";

    /// <summary>A carried set's code; empty: another country.</summary>
    public string Country { get; set; } = "";

    public string Currency { get; set; } = "EUR";

    public string Zone { get; set; } = "UTC";

    /// <summary>In percent, of a shop without a country's taxes.</summary>
    public string TaxRate { get; set; } = "";

    public WeekHours Hours { get; } = WeekHours.Usual();

    public string OwnerName { get; set; } = "";

    public string Username { get; set; } = "";

    public string Email { get; set; } = "";

    public string Password { get; set; } = "";

    public string Pin { get; set; } = "";

    /// <summary>starter, file or none. A file is brought once there is a shop.</summary>
    public string Menu { get; set; } = "starter";

    public string Code { get; set; } = "";

    /// <summary>A country was chosen: its currency and its largest zone go along, unless this machine is in another of its zones.</summary>
    public void Choose(SetupCountryView? country, string here)
    {
        Country = country?.Country ?? "";
        if (country is null)
            return;
        Currency = country.Currency;
        Zone = country.TimeZones.Contains(here) ? here : country.TimeZones is [var first, ..] ? first : here;
        if (Currency != "EUR" && Menu == "starter")
            Menu = "none";
    }

    /// <summary>As the API takes it.</summary>
    public SetupRequest ToRequest() => new(
        Code.Trim().Length > 0 ? Code : null,
        Name.Trim(),
        Address.Trim(),
        Country.Length > 0 ? Country : null,
        Currency,
        Zone,
        Country.Length == 0 && ReadRate() is { } rate ? rate : null,
        Hours.IsEmpty ? null : JsonSerializer.SerializeToElement(Hours.ToWire()),
        new(OwnerName.Trim(), Username.Trim(), Email.Trim().Length > 0 ? Email.Trim() : null, Password, Pin),
        Menu == "starter" ? "starter" : "none");

    private decimal? ReadRate() => decimal.TryParse(
        TaxRate.Replace(',', '.').Trim(),
        System.Globalization.NumberStyles.AllowDecimalPoint,
        System.Globalization.CultureInfo.InvariantCulture,
        out var rate) ? rate : null;

    /// <summary>On which step a field of the API stands.</summary>
    public static int StepOf(string field) => field switch
    {
        "menu" => 2,
        "code" => 2,
        _ when field.StartsWith("owner", StringComparison.Ordinal) => 1,
        _ => 0,
    };
}
