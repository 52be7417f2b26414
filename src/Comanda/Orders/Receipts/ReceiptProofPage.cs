using System.Globalization;
using System.Net;
using System.Text;
using Comanda.Registers;
using Comanda.Shops;

namespace Comanda.Orders;

/// <summary>The proof of a receipt as a page: no script, nothing loaded, so that it opens on whatever read the QR code.</summary>
internal static class ReceiptProofPage
{
    /// <summary>Nobody keeps it or finds it by searching; the same address answers pages and JSON.</summary>
    public static void Hide(IHeaderDictionary headers) =>
        (headers.CacheControl, headers.Vary, headers["X-Robots-Tag"]) = ("no-store", "Accept", "noindex");

    public static IResult Unknown() => Page(
        "No such receipt",
        """
        <h1>There is no receipt at this address</h1>
        <p>It is not one that was printed here, or a letter of it is wrong. Scan the code again, or
        type the address as the receipt has it.</p>
        """,
        404);

    public static IResult Of(ReceiptProof proof, Shop shop)
    {
        var zone = shop.Settings.BusinessDay.Zone;
        string Time(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        var body = new StringBuilder($"<h1>{Text(proof.Shop)}</h1><p class=\"address\">{Text(proof.Address).Replace(
            "\n",
            "<br>",
            StringComparison.Ordinal)}</p>");
        body.Append(proof.Holds
            ? "<p class=\"verdict yes\" role=\"status\"><b>&#10003; The journal holds here.</b> This receipt is in it, unchanged since it "
                + "was printed.</p>"
            : $"<p class=\"verdict no\" role=\"alert\"><b>&#10007; The journal does NOT hold here.</b> {Text(string.Join(
                ' ',
                proof.Problems))}</p>");
        foreach (var remark in Remarks(proof, Time))
            body.Append("<p class=\"remark\">").Append(Text(remark)).Append("</p>");
        if (proof.Sale is { } sale)
            body.Append(SaleOf(sale, Time));
        body.Append(PlaceOf(proof));
        if (proof.Others.Count > 0)
            body.Append(OthersOf(proof, proof.Sale?.Currency ?? shop.Currency.Code, Time));
        if (proof is { Canonical: { } canonical, PreviousHash: { } previous })
        {
            body.Append(
                $"""
                <details><summary>Compute the hash yourself</summary>
                <p>The hash is the SHA-256 of the previous hash (32 bytes) and this text:</p><pre id="canonical">{Exact(canonical)}</pre>
                <p>In a shell, on one line:</p><pre id="recipe">{Exact(Recipe(previous, canonical))}</pre></details>
                """);
        }

        return Page(
            $"{proof.Shop} · {proof.Sale?.OrderNumber ?? "receipt"}",
            body.Append($"<p class=\"note\">{Text(proof.Note)} Times are those of {Text(zone.Id)}.</p>").ToString());
    }

    /// <summary>What became of the sale since, and what it was not: whoever holds an old receipt should see it first.</summary>
    private static IEnumerable<string> Remarks(ReceiptProof proof, Func<DateTimeOffset, string> time)
    {
        if (proof.Sale is { Training: true })
            yield return "TRAINING: this was practice and no sale. It is not a receipt.";
        foreach (var entry in proof.Others)
        {
            if (entry.Kind == JournalKind.Cancellation)
                yield return $"CANCELLED on {time(entry.At)}: see entry {entry.Number}.";
            else if (entry.Kind == JournalKind.Refund)
                yield return $"Money was given back on {time(entry.At)}: see entry {entry.Number}.";
            else if (entry.Kind == JournalKind.Edit && entry.Number > proof.Number)
                yield return $"The order was changed after this receipt, on {time(entry.At)}: see entry {entry.Number}.";
        }
    }

    /// <summary>"2 x", "0.355 kg": whoever changed an entry may have left any number there.</summary>
    private static string QuantityOf(ProvenLine line) =>
        WireName<WeightUnit>.TryParse(line.Unit, out var unit) && Measure.TryFrom(line.Quantity, byWeight: true, out var weight)
            ? WeightText.Of(weight, unit)
            : $"{line.Quantity} x";

    private static string SaleOf(ProvenSale sale, Func<DateTimeOffset, string> time)
    {
        var rows = new StringBuilder();
        void Row(string left, decimal amount, string kind = "") =>
            rows.Append($"<tr{kind}><td>{Text(left)}</td><td>{Amount(amount)}</td></tr>");
        foreach (var line in sale.Lines)
            Row($"{QuantityOf(line)} {line.Name}{string.Concat(line.Modifiers.Select(m => "\n  + " + m))}", line.Total);
        if (sale.DeliveryFee != 0)
            Row("Delivery", sale.DeliveryFee);
        if (sale.Tip != 0)
            Row("Tip", sale.Tip);
        Row("TOTAL " + sale.Currency, sale.Total, " class=\"total\"");
        Row("Tax in it", sale.Tax);
        return $"""
            <h2>What the entry says</h2>
            <dl><dt>Receipt</dt><dd>{Text(sale.OrderNumber)}</dd><dt>Date</dt><dd>{time(sale.At)}</dd>{(sale.Cashier is { } cashier
                ? $"<dt>Served by</dt><dd>{Text(cashier)}</dd>"
                : "")}</dl>
            <table>{rows}</table>
            """;
    }

    private static string PlaceOf(ReceiptProof proof)
    {
        var after = proof.Next switch
        {
            "follows" => $"Entry {proof.Number + 1} follows from it.",
            "last" => "It is the newest entry of its register, which ends with its hash.",
            _ => "What comes after does NOT follow from it.",
        };
        return $"""
            <h2>Its place in the journal</h2>
            <dl>
            <dt>Register</dt><dd>{Text(proof.Register)}</dd><dt>Entry</dt><dd>{proof.Number}{(proof.Kind is { } kind
                ? $" ({Text(kind)})"
                : "")}</dd>
            <dt>Previous hash</dt><dd><code>{proof.PreviousHash ?? "missing"}</code></dd>
            <dt>Hash</dt><dd><code>{proof.Hash ?? "missing"}</code></dd>
            <dt>Computed now</dt><dd><code>{proof.Computed ?? "impossible"}</code> {(proof.Computed is not null
                && proof.Computed == proof.Hash ? "&#10003; the same" : "&#10007; NOT the same")}</dd>
            <dt>Printed</dt><dd><code>{proof.Printed}…</code> {(proof.Hash?.StartsWith(proof.Printed, StringComparison.Ordinal) == true
                ? "&#10003; the hash begins so"
                : "&#10007; the hash does NOT begin so")}</dd>
            <dt>After it</dt><dd>{after}</dd>
            </dl>
            """;
    }

    private static string OthersOf(ReceiptProof proof, string currency, Func<DateTimeOffset, string> time)
    {
        var rows = string.Concat(
            proof.Others.Select(o => $"<tr><td>{o.Number}</td><td>{Text(o.Kind)}</td><td>{time(o.At)}</td><td>{(o.Amount is { } amount
                ? Amount(amount)
                : "")}</td></tr>"));
        return $"""
            <h2>Other entries of this order</h2>
            <table class="others"><tr><th>Entry</th><th>Kind</th><th>Time</th><th>{Text(currency)}</th></tr>{rows}</table>
            {(proof.MoreOthers ? "<p>There are more.</p>" : "")}
            """;
    }

    /// <summary>For any POSIX shell: the bytes of the hash in octal, which every printf knows, and the text in quotes.</summary>
    private static string Recipe(string previous, string canonical)
    {
        var bytes = string.Concat(Convert.FromHexString(previous).Select(b => "\\" + Convert.ToString(b, 8).PadLeft(3, '0')));
        var parts = canonical.Split('\n', 3).Select(part => "'" + part.Replace("'", "'\\''", StringComparison.Ordinal) + "'");
        return $"{{ printf '{bytes}'; printf '%s\\n%s\\n%s' {string.Join(' ', parts)}; }} | sha256sum";
    }

    private static string Amount(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(PlainText.Lines(text));

    /// <summary>As it stands, to the character: its hash is computed from it.</summary>
    private static string Exact(string text) => WebUtility.HtmlEncode(text);

    private static IResult Page(string title, string body, int status = 200) => Results.Text(
        $$"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>{{Text(title)}}</title>
        <style>
        body { font: 16px/1.5 system-ui, sans-serif; color: #292524; background: #faf7f2; margin: 0; }
        main { max-width: 38rem; margin: 0 auto; padding: 2.5rem 1.2rem 4rem; } h1 { font-size: 1.7rem; margin: 0; letter-spacing: -.02em; }
        h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
        .address, .note, dt, th { color: #57534e; } .address { margin: .1rem 0 1.4rem; } .note { margin-top: 2rem; font-size: .9rem; }
        .verdict, .remark { padding: .8rem 1rem; border-radius: .4rem; margin: .8rem 0; } .yes { background: #dcefdc; color: #14532d; }
        .no { background: #fbdcd6; color: #7f1d1d; } .remark { background: #f6e7c1; }
        dl { display: grid; grid-template-columns: auto 1fr; gap: .3rem 1.2rem; margin: 0; } dd { margin: 0; overflow-wrap: anywhere; }
        table { width: 100%; border-collapse: collapse; margin-top: .6rem; }
        td, th { padding: .15rem 0; vertical-align: top; text-align: left; font-weight: inherit; white-space: pre-wrap;
          overflow-wrap: anywhere; }
        td:last-child, th:last-child { text-align: right; white-space: nowrap; padding-left: 1rem; font-variant-numeric: tabular-nums; }
        .others td + td, .others th + th { padding-left: .8rem; } .total { font-weight: 700; }
        code, pre { font: .85rem/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
        pre { background: #efe8dc; padding: .7rem; border-radius: .4rem; white-space: pre-wrap; }
        summary { cursor: pointer; color: #9a3412; margin-top: 1.5rem; }
        </style></head><body><main>{{body}}</main></body></html>
        """,
        "text/html", Encoding.UTF8, status);
}
