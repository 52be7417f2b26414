using Comanda.Data;
using Comanda.Registers;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// GET /r/{token}: where a receipt's QR code leads, for whoever holds the receipt. It proves that the entry is as it was written and
/// stands where it stood, from three rows found by their key and the entries of one order, of which it lists so many.
/// </summary>
public sealed class ProveReceipt(NpgsqlDataSource database, ShopDirectory shops, ReceiptLinks links)
{
    private const int MostOthers = 50;

    private const string Note =
        "This is evidence that the journal was not changed since the receipt was printed, as far as this entry and its neighbours tell; "
            + "it is not a certification by any authority.";

    internal async Task<Answer<ReceiptProof>> Handle(string token, string accept, CancellationToken cancel)
    {
        var json = accept.Contains("application/json", StringComparison.OrdinalIgnoreCase)
            && !accept.Contains("text/html", StringComparison.OrdinalIgnoreCase);
        // A token that we did not make costs no query.
        if (await links.Read(token, cancel) is not { } place
            || await ProveEntry.Of(database, place.RegisterId, place.Number, cancel) is not { } proof
            || await shops.Find(proof.ShopId, cancel) is not { } shop)
            return json ? Refusal.NotFound("receipt") : Answer.InOtherForm<ReceiptProof>(ReceiptProofPage.Unknown());
        var view = await View(proof, place, shop, cancel);
        return json ? view : Answer.InOtherForm<ReceiptProof>(ReceiptProofPage.Of(view, shop));
    }

    private async Task<ReceiptProof> View(EntryProof proof, ReceiptPlace place, Shop shop, CancellationToken cancel)
    {
        var (entry, printed) = (proof.Entry, Convert.ToHexStringLower(place.Printed));
        var hash = entry is null ? null : Convert.ToHexStringLower(entry.Hash);
        var problems = ProblemsOf(proof, printed, hash);
        var sale = entry is null ? null : FrozenSale.Read(entry.Content);
        var currency = sale is null ? shop.Currency : Currency.Of(sale.Currency);
        var others = await OthersOf(proof, place, currency, cancel);
        return new(
            problems.Count == 0,
            problems,
            shop.Name,
            shop.Address,
            proof.Register,
            proof.Number,
            entry?.Kind,
            sale is null ? null : View(sale, currency),
            hash,
            Hex(proof.Previous),
            Hex(proof.Computed),
            printed,
            proof.After.ToWire(),
            entry is null ? null : $"{entry.Kind}\n{proof.Number}\n{entry.Content}",
            [.. others.Take(MostOthers)],
            others.Count > MostOthers,
            Note);
    }

    private static List<string> ProblemsOf(EntryProof proof, string printed, string? hash)
    {
        var problems = new List<string>();
        if (hash is null)
        {
            problems.Add("The entry is missing.");
            return problems;
        }

        if (proof.Previous is null)
            problems.Add("The entry before it is missing.");
        else if (!proof.Matches)
            problems.Add("Its content does not make the hash that stands beside it: the entry, or the one before it, was changed.");
        if (!hash.StartsWith(printed, StringComparison.Ordinal))
            problems.Add("The receipt was printed from an entry with another hash: the journal was written anew since.");
        if (proof.After == ChainAfter.Broken)
            problems.Add("What comes after it in the journal does not follow from it.");
        return problems;
    }

    private static ProvenSale View(FrozenSale sale, Currency currency)
    {
        decimal Amount(long minor) => new Money(minor).In(currency);
        return new(
            sale.OrderNumber, sale.At, sale.Training, sale.Currency, sale.Cashier,
            [.. sale.Lines.Select(l => new ProvenLine(
                l.Combo is null ? l.Name : $"{l.Name} ({l.Combo})",
                l.Quantity,
                [.. l.Modifiers.Select(m => m.Quantity > 1 ? $"{m.Quantity} x {m.Name}" : m.Name)],
                Amount(l.Total),
                l.Unit))],
            Amount(sale.DeliveryFee), Amount(sale.Tip), Amount(sale.Tax), Amount(sale.Total));
    }

    /// <summary>The same order's other entries in the same register's journal, oldest first, and one more than are shown.</summary>
    private async Task<List<OtherEntry>> OthersOf(EntryProof proof, ReceiptPlace place, Currency currency, CancellationToken cancel)
    {
        if (proof.Entry?.OrderId is not { } order)
            return [];
        await using var command = database.Command(
            "select number, kind, at, content from journal where order_id = $1 and register_id = $2 and number <> $3 order by number "
                + "limit $4",
            order,
            place.RegisterId,
            place.Number,
            MostOthers + 1);
        return await command.List(
            r => new OtherEntry(
                r.GetInt64(0),
                r.GetString(1),
                r.GetFieldValue<DateTimeOffset>(2),
                FrozenSale.AmountOf(r.GetString(3)) is { } minor ? new Money(minor).In(currency) : null), cancel);
    }

    private static string? Hex(byte[]? hash) => hash is null ? null : Convert.ToHexStringLower(hash);
}
