using System.Text;
using Comanda.Orders;
using Comanda.Screens.Front;
using Comanda.Screens.Words;

namespace Comanda.Screens.Till;

/// <summary>What a guest gets while the server is away: all that a receipt says, but for the number that only the server gives.</summary>
public sealed class Slip(Speech say, TillRulesView rules)
{
    private const int Columns = 42;

    private readonly StringBuilder text = new();
    private readonly Currency currency = Currency.Of(rules.Currency);

    /// <summary>As a printer of 42 columns would have it.</summary>
    /// <param name="sale">As it is kept.</param>
    /// <param name="basket">What was sold, and how it was paid.</param>
    /// <param name="priced">What it costs.</param>
    /// <param name="due">What was due when the last payment was taken.</param>
    /// <param name="change">What came back of it.</param>
    /// <param name="time">What the shop's clock shows.</param>
    public string Of(KeptSale sale, OrderRequest basket, PreviewView priced, decimal due, decimal change, string time)
    {
        Middle(rules.Shop.Name);
        foreach (var line in (rules.Receipt.Address + "\n" + rules.Receipt.TaxNumber).Split('\n'))
            Middle(line);
        text.AppendLine();
        Row(sale.Reference, time);
        text.AppendLine(new string('-', Columns));
        foreach (var line in priced.Items)
        {
            Row($"{say.Quantity(line.Quantity)}{(line.Unit is { } unit ? " " + unit : " x")} {line.Name}", Figure(line.Total));
            foreach (var option in line.Modifiers)
                text.Append("  + ").AppendLine(option.Name);
        }

        text.AppendLine(new string('-', Columns));
        if (priced.Discount != 0)
            Row(say["slip.discount"], Figure(-priced.Discount));
        if (priced.Tip != 0)
            Row(say["pay.tip"], Figure(priced.Tip));
        Row($"{say["till.total"]} {rules.Currency}", Figure(priced.TotalAmount));
        foreach (var tax in priced.Taxes)
            Row($"{tax.Name} {say.Quantity(tax.Rate)} % {Figure(tax.Net)}", Figure(tax.Tax));
        foreach (var payment in basket.Payments ?? [])
            Row(say.Tender(payment.Method), Figure(payment.Tendered ?? payment.Amount ?? due));
        if (change > 0)
            Row(say["pay.change"], Figure(change));

        text.AppendLine();
        Middle(say["slip.later"]);
        Middle(rules.Receipt.Footer);
        return text.ToString();
    }

    private string Figure(decimal amount) => say.Figure(amount, currency.Digits);

    private void Row(string left, string right)
    {
        var room = Columns - right.Length - 1;
        text.Append(left.Length > room ? left[..room] : left.PadRight(room)).Append(' ').AppendLine(right);
    }

    private void Middle(string line)
    {
        foreach (var part in line.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            text.AppendLine(part.Length >= Columns ? part : part.PadLeft((Columns + part.Length) / 2));
    }
}
