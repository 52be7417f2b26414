using Comanda.Client;
using Comanda.Orders;
using Comanda.Screens.Front;
using Comanda.Screens.Words;

namespace Comanda.Screens.Office.Books;

/// <summary>
/// The shop's currency, clock and days, as the server says them: what happened is shown by the clock that hung on the shop's wall then,
/// wherever the browser believes to be.
/// </summary>
public sealed class ShopClock(DeviceSession session, ServerHandler server, Speech say)
{
    private TillRulesView? rules;
    private long shop;

    /// <summary>The shop's name.</summary>
    public string Name => rules?.Shop.Name ?? "";

    /// <summary>The shop's currency.</summary>
    public Currency Currency => Currency.Of(rules?.Currency ?? "EUR");

    /// <summary>The business day that it is in the shop.</summary>
    public DateOnly Today => rules?.Days.LastOrDefault(d => d.Begins <= server.Now)?.Day ?? DateOnly.FromDateTime(server.Now.UtcDateTime);

    /// <summary>Reads them, once for each shop.</summary>
    public async Task Begin()
    {
        if (session.Person is not { } person || (rules is not null && shop == person.ShopId && rules.Days[^2].Begins > server.Now))
            return;
        rules = await session.Ask(client => client.GetTillRules());
        shop = person.ShopId;
    }

    /// <summary>An amount of the shop's money.</summary>
    public string Money(decimal amount) => say.Money(amount, Currency);

    /// <summary>An instant by the shop's clock: 2026-12-01 14:05.</summary>
    public string Time(DateTimeOffset? at) => at is { } instant ? $"{DayOf(instant)} {Hour(instant)}" : "";

    /// <summary>The day of an instant by the shop's clock.</summary>
    public string DayOf(DateTimeOffset at) => Day(DateOnly.FromDateTime(Local(at)));

    /// <summary>The hour and minute of an instant by the shop's clock.</summary>
    public string Hour(DateTimeOffset at) => Local(at).ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A day as the language writes it.</summary>
    public string Day(DateOnly? day) => day?.ToString(
        say.Language switch { "de" => "dd.MM.yyyy", "pt" => "dd'/'MM'/'yyyy", _ => "yyyy-MM-dd" },
        System.Globalization.CultureInfo.InvariantCulture) ?? "";

    private DateTime Local(DateTimeOffset at)
    {
        var offset = rules is null ? 0 : (rules.Clock.LastOrDefault(c => c.Since <= at) ?? rules.Clock[0]).Seconds;
        return at.UtcDateTime.AddSeconds(offset);
    }
}
