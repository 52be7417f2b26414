namespace Comanda.Tests.Imports;

/// <summary>Rows as Square writes them, made up.</summary>
internal static class SquareRows
{
    public const string Headings =
        "Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,"
        + "Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,Customer ID,Customer Name,Customer Reference "
            + "ID,Unit,Count,"
        + "GTIN,Itemization Type,Fulfillment Note,Channel,Token,Card Brand,PAN Suffix\n";

    /// <summary>A line: <paramref name="amounts"/> are gross, discounts, net, tax as the file writes them.</summary>
    public static string Line(
        string at, string item, string qty, string amounts, string transaction, string payment = "", string kind = "Payment",
        string token = "", string brand = "Visa", string modifiers = "")
    {
        var money = amounts.Split(' ');
        return $"{at[..10]},{at[11..]},UTC,None,{item},{qty},Regular,\"\",\"{modifiers}\",{string.Join(',', money)},{transaction},"
            + $"{(payment.Length > 0 ? payment : "P-" + transaction)},Till,\"\",,{kind},Shop,\"\",\"\",\"\",\"\",ea,1,\"\",Physical "
                + "Good,\"\","
            + $"Shop,{(token.Length > 0 ? token : "TOKEN-" + item)},{brand},1234\n";
    }
}
