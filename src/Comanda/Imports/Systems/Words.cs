using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Comanda.Orders;
using Comanda.Registers;

namespace Comanda.Imports;

/// <summary>What cells mean, whoever wrote them.</summary>
internal static partial class Words
{
    private static readonly string[] Yeses =
        ["y", "yes", "true", "1", "x", "j", "ja", "wahr", "o", "oui", "vrai", "s", "si", "sí", "verdadero", "vero", "sim", "verdadeiro"];

    private static readonly string[] Cancels =
    [
        "cancelled", "canceled", "void", "voided", "cancelado", "cancelada", "anulado", "anulada", "annule", "annulee", "storniert",
        "abgebrochen", "annullato", "annullata", "geannuleerd", "annulleret", "makulerad", "kansellert", "peruttu",
    ];

    private static readonly string[] Refunds =
    [
        "refund", "refunds", "refunded", "reembolso", "devolucion", "remboursement", "erstattung", "ruckerstattung", "rimborso", "reso",
        "refusion", "refundering", "tilbagebetaling", "aterbetalning", "aterkop", "refusjon", "terugbetaling", "hyvitys", "palautus",
    ];

    private static readonly (string Part, PaymentMethod Method)[] Tenders =
    [
        ("gift", PaymentMethod.GiftCard), ("regalo", PaymentMethod.GiftCard), ("cadeau", PaymentMethod.GiftCard),
        ("presentkort", PaymentMethod.GiftCard), ("gavekort", PaymentMethod.GiftCard),
        ("gutschein", PaymentMethod.GiftCard), ("voucher", PaymentMethod.GiftCard),
        ("card", PaymentMethod.Card), ("karte", PaymentMethod.Card), ("tarjeta", PaymentMethod.Card), ("kort", PaymentMethod.Card),
        ("carte", PaymentMethod.Card), ("cartão", PaymentMethod.Card), ("credit", PaymentMethod.Card), ("debit", PaymentMethod.Card),
        ("visa", PaymentMethod.Card), ("master", PaymentMethod.Card), ("amex", PaymentMethod.Card), ("maestro", PaymentMethod.Card),
        ("stripe", PaymentMethod.Card), ("shopify payments", PaymentMethod.Card), ("cash app", PaymentMethod.Mobile),
        ("cash on delivery", PaymentMethod.Cash), ("cash", PaymentMethod.Cash), ("bar", PaymentMethod.Cash),
        ("efectivo", PaymentMethod.Cash), ("kontant", PaymentMethod.Cash), ("espèces", PaymentMethod.Cash),
        ("dinheiro", PaymentMethod.Cash), ("contant", PaymentMethod.Cash), ("metálico", PaymentMethod.Cash),
        ("kateinen", PaymentMethod.Cash), ("käteinen", PaymentMethod.Cash), ("kortti", PaymentMethod.Card),
        ("carta", PaymentMethod.Card), ("swish", PaymentMethod.Mobile), ("vipps", PaymentMethod.Mobile), ("bizum", PaymentMethod.Mobile),
        ("mb way", PaymentMethod.Mobile), ("blik", PaymentMethod.Mobile),
        ("mobile", PaymentMethod.Mobile),
        ("twint", PaymentMethod.Mobile), ("pay", PaymentMethod.Mobile), ("wallet", PaymentMethod.Mobile),
    ];

    public static bool Yes(string cell) => Yeses.Contains(cell, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a status says that it was cancelled, in whatever language.</summary>
    public static bool IsCancelled(string cell) => cell.Length > 0 && Cancels.Contains(ExportTable.Fold(cell), StringComparer.Ordinal);

    /// <summary>Whether a kind says that money went back, in whatever language.</summary>
    public static bool IsRefund(string cell) => cell.Length > 0 && Refunds.Contains(ExportTable.Fold(cell), StringComparer.Ordinal);

    public static string? OrNull(string cell) => Line(cell) is { Length: > 0 } text ? text : null;

    /// <summary>A name as it can be kept: on one line, without what nobody sees.</summary>
    public static string Name(string cell) => Line(cell) switch
    {
        "" => "Item",
        { Length: > 200 } name => name[..200].TrimEnd(),
        var name => name,
    };

    /// <summary>The last part of the first path: <c>DRINKS &gt; ESPRESSO (TOKEN)</c> is Espresso's category.</summary>
    public static string Category(string cell)
    {
        var first = TokenBehind().Replace(cell.Split(',')[0], "");
        var name = Line(first.Split('>')[^1]);
        return name.Length == 0 ? "Imported" : name.Length > 100 ? name[..100].TrimEnd() : name;
    }

    /// <summary>What stands in HTML, as text.</summary>
    public static string Description(string cell)
    {
        if (cell.Length == 0)
            return "";
        var text = cell.Contains('<', StringComparison.Ordinal) ? Tag().Replace(Break().Replace(cell, "\n"), "") : cell;
        var plain = PlainText.Lines(WebUtility.HtmlDecode(text).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n')).Trim();
        return plain.Length > 2000 ? plain[..2000].TrimEnd() : plain;
    }

    /// <summary>A barcode as it was scanned; one that a spreadsheet made a number of is told and left out.</summary>
    public static string Barcode(string cell, ExportTable table, ExportRow row, string field, Takeover into)
    {
        var code = cell.TrimStart('\'');
        if (code.EndsWith(".0", StringComparison.Ordinal) && code[..^2].All(char.IsAsciiDigit))
            code = code[..^2];
        if (code.Length == 0 || (code.Length <= 60 && !BrokenCode().IsMatch(code)))
            return code;
        into.Refuse(table.File, row.Line, field, $"'{cell}' was broken by a spreadsheet; the item is taken over without it");
        return "";
    }

    public static PaymentMethod Method(string cell)
    {
        if (cell.Length == 0)
            return PaymentMethod.Other;
        if (cell.Equals("MC", StringComparison.OrdinalIgnoreCase))
            return PaymentMethod.Card;
        foreach (var (part, method) in Tenders)
        {
            if (cell.Contains(part, StringComparison.OrdinalIgnoreCase))
                return method;
        }

        return PaymentMethod.Other;
    }

    public static OrderType TypeOf(string cell) => ExportTable.Fold(cell) switch
    {
        var dine when dine.Contains("dine", StringComparison.Ordinal) || dine.Contains("for here", StringComparison.Ordinal)
            || dine is "comer aqui" or "eat in" or "sur place" or "vor ort" or "im haus" or "hier essen" or "consumo no local"
                or "mangiare qui" or "al tavolo" or "hier eten" => OrderType.DineIn,
        var delivered when delivered.Contains("deliver", StringComparison.Ordinal)
            || delivered is "a domicilio" or "lieferung" or "livraison" or "consegna" or "entrega" or "bezorgen" => OrderType.Delivery,
        _ => OrderType.Takeaway,
    };

    public static WeightUnit? UnitOf(string cell, long quantity) =>
        WireName<WeightUnit>.TryParse(cell.ToLowerInvariant(), out var unit) && (quantity % 1000 != 0 || unit == WeightUnit.Kilogram)
            ? unit
            : null;

    /// <summary>The price of one where so many thousandths cost so much.</summary>
    public static Money Each(Money all, long quantity) =>
        quantity == 0 ? all : new Money(Math.Abs(all.Minor)).Times(1000, Math.Abs(quantity));

    /// <summary>Options in one cell, with commas between; they have no prices of their own there.</summary>
    public static IReadOnlyList<TakenOption> Options(string cell) => cell.Length == 0
        ? []
        : [.. cell.Split(", ", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(o => new TakenOption(Name(o), Money.Zero))];

    /// <summary>A tax as an amount; its rate is not in the file.</summary>
    public static IReadOnlyList<TakenTax> Tax(string name, Money net, Money tax, TaxRate? rate = null) =>
        tax.IsZero ? [] : [new(name, rate ?? TaxRate.Zero, net, tax)];

    /// <summary>What columns such as <c>Sales Tax (8.25%)</c> come to; null where none names a rate.</summary>
    public static TaxRate? RateOf(IEnumerable<string> taxes)
    {
        var (any, sum) = (false, 0m);
        foreach (var tax in taxes)
        {
            if (Percent().Match(tax) is { Success: true } rate)
                (any, sum) = (true, sum + decimal.Parse(rate.Groups["p"].Value.Replace(',', '.'), CultureInfo.InvariantCulture));
        }

        return any && TaxRate.TryFromPercent(sum, out var found) ? found : null;
    }

    /// <summary>
    /// Whether a spreadsheet took the last digits of the numbers in a column: it keeps fifteen of each, and writes zeros for the rest, so
    /// that two sales would be one.
    /// </summary>
    public static bool LostDigits(ExportTable table, int column)
    {
        var (whole, lost) = (0, 0);
        foreach (var row in table.Rows)
        {
            var id = row[column].AsSpan();
            if (id.Length <= 15 || id.ContainsAnyExceptInRange('0', '9'))
                continue;
            whole++;
            lost += id[15..].ContainsAnyExcept('0') ? 0 : 1;
            if (lost < whole)
                return false;
        }

        return lost > 1 || (lost == 1 && table.Rows.Max(r => r[column].Length) > 17);
    }

    /// <summary>Names in one cell with commas between; a name may have a comma itself, so that every run of them is one.</summary>
    public static IReadOnlyList<string> Names(string cell)
    {
        string[] parts = cell.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length > 20)
            return parts;
        return
        [
            .. Enumerable.Range(0, parts.Length)
                .SelectMany(from => Enumerable.Range(1, parts.Length - from).Select(n => string.Join(", ", parts[from..(from + n)]))),
        ];
    }

    /// <summary>One payment of all that is sold so far.</summary>
    public static void PayRest(TakenSale sale, PaymentMethod by)
    {
        sale.Payments.Clear();
        if (!sale.Total.IsZero)
            sale.Payments.Add(new(by, sale.Total, sale.At));
    }

    /// <summary>A charge on the whole bill, shared over its lines.</summary>
    public static void AddCharge(TakenSale sale, Money charge)
    {
        var weights = sale.Lines.ConvertAll(l => Math.Max(0, l.Total.Minor));
        if (weights.Count == 0)
            return;
        if (weights.Sum() == 0)
            weights = weights.ConvertAll(_ => 1L);
        foreach (var (i, part) in Share.ByWeight(charge, weights.ToArray()).Index())
            sale.Lines[i] = sale.Lines[i] with { ServiceCharge = sale.Lines[i].ServiceCharge + part, Total = sale.Lines[i].Total + part };
    }

    /// <summary>Money that came for something else than the sale.</summary>
    public static void TakeOff(TakenSale sale, Money amount)
    {
        for (var i = 0; i < sale.Payments.Count && amount > Money.Zero; i++)
        {
            var part = Money.Min(amount, sale.Payments[i].Amount);
            sale.Payments[i] = sale.Payments[i] with { Amount = sale.Payments[i].Amount - part };
            amount -= part;
        }

        sale.Payments.RemoveAll(p => p.Amount.IsZero);
    }

    /// <summary>A guest; null where nothing is known of them.</summary>
    public static TakenGuest? Guest(ExportTable table, ExportRow row, (string Id, string Name, string Email, string Phone) cells)
    {
        var (name, email) = (Line(cells.Name.Trim()), Contact.Email(cells.Email));
        var phone = cells.Phone.TrimStart('\'').Trim();
        if (name.Length == 0 && email is null && phone.Length == 0)
            return null;
        return new()
        {
            File = table.File,
            Line = row.Line,
            Ref = cells.Id.Length > 0 ? cells.Id : email ?? (phone.Length > 0 ? phone : name),
            Name = name.Length > 0 ? Name(name) : email ?? phone,
            Email = email,
            Phone = phone.Length > 0 ? phone : null,
        };
    }

    private static string Line(string cell) => PlainText.Line(cell.Replace("\r", "", StringComparison.Ordinal)).Trim();

    [GeneratedRegex(@"\s*\([A-Z0-9]{8,}\)\s*$", RegexOptions.None, 1000)]
    private static partial Regex TokenBehind();

    [GeneratedRegex("<[^>]*>", RegexOptions.None, 1000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"<(br|/p|/div|/li)\s*/?>", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Break();

    [GeneratedRegex(@"^\d([.,]\d+)?E\+?\d+$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BrokenCode();

    [GeneratedRegex(@"\((?<p>\d{1,3}([.,]\d+)?)\s*%\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Percent();
}
