using System.Globalization;

namespace Comanda.Orders;

/// <summary>
/// The words that a price is explained in. The API says it in English unless the caller prefers one of the others (Accept-Language); a till
/// says it in the person's language. Amounts always have the digits of the currency.
/// </summary>
public sealed record PriceWords
{
    public static readonly PriceWords English = new();

    private static readonly Dictionary<string, PriceWords> ByLanguage = new(StringComparer.OrdinalIgnoreCase)
    {
        ["en"] = English,
        ["de"] = new()
        {
            DecimalMark = ',',
            Line = "{0} × {1} zu {2}",
            Before = " statt {0}",
            Part = " (Anteil an {0}, {1}{2})",
            Discount = "{0}: Rabatt ({1})",
            OrderDiscount = "{0}: Anteil am Rabatt von {1} auf die Bestellung ({2})",
            Service = "Bedienung",
            ServiceOf = "Bedienung von {0}",
            Tax = "Steuer",
            Contains = "enthält {0} {1} zu {2}",
            OnTop = "{0} zu {1} auf {2}",
            Free = "{0} ohne unsere Steuer: {1}",
            Delivery = "Lieferung",
            Tip = "Trinkgeld",
        },
        ["pt"] = new()
        {
            DecimalMark = ',',
            Line = "{0} × {1} a {2}",
            Before = " em vez de {0}",
            Part = " (a sua parte de {0}, {1}{2})",
            Discount = "{0}: desconto ({1})",
            OrderDiscount = "{0}: parte do desconto de {1} do pedido ({2})",
            Service = "serviço",
            ServiceOf = "serviço de {0}",
            Tax = "imposto",
            Contains = "contém {0} de {1} a {2}",
            OnTop = "{0} a {1} sobre {2}",
            Free = "{0} sem imposto nosso: {1}",
            Delivery = "taxa de entrega",
            Tip = "gorjeta",
        },
    };

    public char DecimalMark { get; private init; } = '.';

    /// <summary>How much, of what, at which price.</summary>
    internal string Line { get; private init; } = "{0} × {1} at {2}";

    /// <summary>What it costs when it is not on offer.</summary>
    internal string Before { get; private init; } = " instead of {0}";

    /// <summary>Of which combo it is a part, what that costs, and what it costs when it is not on offer.</summary>
    internal string Part { get; private init; } = " (its share of {0}, {1}{2})";

    internal string Discount { get; private init; } = "{0}: discount ({1})";

    internal string OrderDiscount { get; private init; } = "{0}: share of the order's discount of {1} ({2})";

    internal string Service { get; private init; } = "service charge";

    internal string ServiceOf { get; private init; } = "service charge of {0}";

    /// <summary>What a tax is called that nobody has named.</summary>
    internal string Tax { get; private init; } = "tax";

    /// <summary>How much of which tax, at which rate.</summary>
    internal string Contains { get; private init; } = "contains {0} {1} at {2}";

    /// <summary>Which tax, at which rate, on how much.</summary>
    internal string OnTop { get; private init; } = "{0} at {1} on {2}";

    internal string Free { get; private init; } = "{0} without tax of ours: {1}";

    internal string Delivery { get; private init; } = "delivery fee";

    internal string Tip { get; private init; } = "tip";

    /// <summary>The words of a language's code; English where there are none.</summary>
    public static PriceWords Of(string? language) => ByLanguage.GetValueOrDefault((language ?? "").Split('-')[0]) ?? English;

    /// <summary>Of the languages that a caller takes (RFC 9110, 12.5.4), the most wanted that there are words of.</summary>
    public static PriceWords Accepted(string acceptLanguage) =>
        AcceptedLanguage.Find(acceptLanguage, ByLanguage.GetValueOrDefault) ?? English;

    /// <summary>A figure of ours as the language writes it.</summary>
    internal string Figure(string invariant) => invariant.Replace('.', DecimalMark);

    internal string Figure(Money amount, Currency currency) => Figure(amount.In(currency).ToString(CultureInfo.InvariantCulture));

    /// <summary>"9.50 EUR"</summary>
    internal string Amount(Money amount, Currency currency) => Figure(amount.ToText(currency));

    internal static string Said(string format, params object[] parts) => string.Format(CultureInfo.InvariantCulture, format, parts);
}
