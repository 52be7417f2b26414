using System.Globalization;
using System.Text;
using Comanda.Shops;

namespace Comanda.Stock;

/// <summary>What a supplier is written.</summary>
internal static class PurchaseLetter
{
    public static string Of(PurchaseOrder order, Shop shop)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{shop.Name} orders:\n\n");
        foreach (var line in order.Lines)
        {
            var stock = Quantity.ToText(line.Thousandths, line.StockUnit);
            text.Append(
                CultureInfo.InvariantCulture,
                $"{Quantity.Cost(line.Amount)} {line.Unit}{(line.Unit == line.StockUnit ? "" : $" ({stock})")} {line.Name}\n");
        }

        if (order.ExpectedOn is { } day)
            text.Append(CultureInfo.InvariantCulture, $"\nTo be delivered on {day:yyyy-MM-dd}.\n");
        if (order.Note.Length > 0)
            text.Append('\n').Append(order.Note).Append('\n');
        return text.Append(CultureInfo.InvariantCulture, $"\nOur number for it: {order.Id}.\n").ToString();
    }
}
