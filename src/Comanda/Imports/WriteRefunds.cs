using Comanda.Data;
using Comanda.Registers;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.Imports;

/// <summary>
/// Money that went back in the other system, on the day on which it did: for the lines that it names, else shared over what is left of the
/// sale, and by the tenders of the sale.
/// </summary>
internal sealed class WriteRefunds(ImportWork work, Ids ids, SalesOfShop sales, IReadOnlyDictionary<string, long> items)
{
    private NpgsqlConnection Connection => work.Connection;

    private sealed class Line
    {
        public required long Id { get; init; }

        public required long Order { get; init; }

        public required long Item { get; init; }

        public required string Name { get; init; }

        public required Money Total { get; init; }

        public required Money Tax { get; init; }

        public required string Taxes { get; init; }

        public required Money Discount { get; init; }

        public required Money Charge { get; init; }

        public required bool Weighed { get; init; }

        public Money Back { get; set; }

        public Money Left => Total - Back;
    }

    private sealed record Paid(long Id, long Order, PaymentMethod Method, Money Amount)
    {
        public Money Back { get; set; }
    }

    private sealed record Bill(List<Line> Lines, List<Paid> Payments, Money Delivery, Money Tip)
    {
        public Money DeliveryLeft { get; set; } = Delivery;
    }

    public async Task Run(HeldAgainst held, HashSet<string> removed, CancellationToken cancel)
    {
        var known = new Dictionary<string, long>(held.Known, StringComparer.Ordinal);
        foreach (var (i, sale) in sales.Sales.Index())
        {
            known[sale.Ref] = sales.OrderIds[i];
            if (sale.AlsoRef is { } also)
                known.TryAdd(also, sales.OrderIds[i]);
        }

        var gone = held.Sales.Where(s => s.Standing == Standing.Gone).Select(s => s.Id!.Value).ToHashSet();
        var due = held.Refunds.FindAll(r => r.Standing is Standing.New or Standing.Changed || removed.Contains(r.Of.Ref));
        await TakeBack(due, cancel);
        var of = due.ConvertAll(r => (Refund: r, Order: known.TryGetValue(r.Of.Of, out var order) && !gone.Contains(order) ? order : 0));
        foreach (var (refund, _) in of.Where(o => o.Order == 0))
            held.Takeover.Refuse(refund.Of.File, refund.Of.Line, "refund", NoSale);
        var bills = await Bills([.. of.Select(o => o.Order).Where(o => o != 0).Distinct()], cancel);
        foreach (var (refund, order) in of.Where(o => o.Order != 0).OrderBy(o => o.Refund.Of.At))
        {
            if (Problem(refund.Of, bills[order]) is { } why)
                held.Takeover.Refuse(refund.Of.File, refund.Of.Line, "refund", why);
            else
                await Write(refund, order, bills[order], cancel);
        }
    }

    public const string NoSale =
        "gives back a sale that is in none of the files and was not taken over before: bring the file of its day along";

    /// <summary>One that is another by now is written anew.</summary>
    private async Task TakeBack(List<Held<TakenRefund>> due, CancellationToken cancel)
    {
        var old = due.Where(r => r.Standing == Standing.Changed).Select(r => r.Id!.Value).ToArray();
        if (old.Length == 0)
            return;
        await Connection.Execute(
            """
            update orders o set refunded = o.refunded - r.amount
            from (select order_id, sum(amount) as amount from order_refunds where id = any($1) group by 1) r where o.id = r.order_id
            """,
            cancel,
            old);
        await Connection.Execute("delete from imported_refunds where refund_id = any($1)", cancel, old);
        await Connection.Execute("delete from refunds where refund_id = any($1)", cancel, old);
        await Connection.Execute("delete from order_refund_lines where refund_id = any($1)", cancel, old);
        await Connection.Execute("delete from order_refunds where id = any($1)", cancel, old);
    }

    private static string? Problem(TakenRefund refund, Bill bill)
    {
        var left = bill.Lines.Aggregate(bill.DeliveryLeft, (sum, l) => sum + l.Left);
        return refund.Amount + refund.Tip <= Money.Zero ? "gives nothing back"
            : refund.Amount > left ? "gives more back than is left of its sale" : null;
    }

    private async Task<Dictionary<long, Bill>> Bills(long[] orders, CancellationToken cancel)
    {
        await using var head = Connection.Command(
            """
            select o.id, o.delivery_fee - coalesce((select sum(r.delivery_fee) from order_refunds r where r.order_id = o.id), 0)::bigint,
                o.tip
            from orders o where o.id = any($1)
            """,
            orders);
        var bills = (await head.List(
            r => (Id: r.GetInt64(0), Bill: new Bill([], [], new(r.GetInt64(1)), new(r.GetInt64(2)))), cancel))
            .ToDictionary(b => b.Id, b => b.Bill);
        await using var lines = Connection.Command(
            """
            select i.id, i.order_id, i.menu_item_id, i.name, i.total, i.tax, i.taxes, i.discount, i.service_charge, i.unit is not null,
                coalesce((select sum(l.amount) from order_refund_lines l where l.order_item_id = i.id), 0)::bigint
            from order_items i where i.order_id = any($1) order by i.order_id, i.position
            """,
            orders);
        foreach (var line in await lines.List(
            r => new Line
            {
                Id = r.GetInt64(0),
                Order = r.GetInt64(1),
                Item = r.GetInt64(2),
                Name = r.GetString(3),
                Total = new(r.GetInt64(4)),
                Tax = new(r.GetInt64(5)),
                Taxes = r.GetString(6),
                Discount = new(r.GetInt64(7)),
                Charge = new(r.GetInt64(8)),
                Weighed = r.GetBoolean(9),
                Back = new(r.GetInt64(10)),
            },
            cancel))
            bills[line.Order].Lines.Add(line);
        await using var payments = Connection.Command(
            """
            select p.id, p.order_id, p.method, p.amount, coalesce((select sum(amount) from refunds r where r.payment_id = p.id), 0)::bigint
            from payments p where p.order_id = any($1) order by p.order_id, p.id
            """,
            orders);
        foreach (var paid in await payments.List(
            r => new Paid(r.GetInt64(0), r.GetInt64(1), WireName<PaymentMethod>.Parse(r.GetString(2)), new(r.GetInt64(3)))
            { Back = new(r.GetInt64(4)) },
            cancel))
            bills[paid.Order].Payments.Add(paid);
        return bills;
    }

    private sealed class Part
    {
        public required Line Line { get; init; }

        public Money Amount { get; set; }

        public Money? Tax { get; set; }

        public long Quantity { get; set; }
    }

    private async Task Write(Held<TakenRefund> held, long order, Bill bill, CancellationToken cancel)
    {
        var refund = held.Of;
        var (parts, delivery) = Parts(refund, bill);
        var id = await ids.Payments.Next(cancel);
        var day = refund.Day ?? sales.Days.Of(refund.At);
        var taxed = parts.ConvertAll(p => TaxesOf(p));
        var amount = refund.Amount + refund.Tip;
        await Connection.Execute(
            """
            insert into order_refunds (id, shop_id, order_id, amount, tax, delivery_fee, tip, reason, restocked, business_day, refunded_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, false, $9, $10)
            """,
            cancel, id, work.Shop, order, amount.Minor, taxed.Sum(t => t.Tax.Minor), delivery.Minor, refund.Tip.Minor,
            refund.Reason.Length > 500 ? refund.Reason[..500] : refund.Reason, day, refund.At);
        foreach (var (i, part) in parts.Index())
        {
            await Connection.Execute(
                """
                insert into order_refund_lines (refund_id, order_item_id, shop_id, quantity, weight, amount, tax, taxes, discount,
                    service_charge)
                values ($1, $2, $3, $4, $5::bigint, $6, $7, $8, $9, $10)
                """,
                cancel,
                id,
                part.Line.Id,
                work.Shop,
                part.Line.Weighed ? (part.Quantity == 0 ? 0 : 1) : (int)(part.Quantity / 1000),
                part.Line.Weighed ? part.Quantity : null,
                part.Amount.Minor,
                taxed[i].Tax.Minor,
                taxed[i].Frozen,
                Of(part.Line.Discount, part).Minor,
                Of(part.Line.Charge, part).Minor);
        }

        foreach (var (paid, back) in Tenders(refund, bill, amount))
        {
            await Connection.Execute(
                """
                insert into refunds (id, shop_id, order_id, payment_id, method, amount, reason, kind, business_day, refunded_at, refund_id)
                values ($1, $2, $3, $4, $5, $6, $7, 'refund', $8, $9, $10)
                """,
                cancel, await ids.Payments.Next(cancel), work.Shop, order, paid.Id, paid.Method.ToWire(), back.Minor, refund.Reason, day,
                refund.At, id);
        }

        await Connection.Execute("update orders set refunded = refunded + $2 where id = $1", cancel, order, amount.Minor);
        await Connection.Execute(
            """
            insert into imported_refunds (shop_id, external_ref, refund_id, order_id, brought_by, fingerprint) values ($1, $2, $3, $4,
                $5, $6)
            """,
            cancel, work.Shop, refund.Ref, id, order, work.Import, held.Print);
    }

    /// <summary>The lines that are named, and what is more than they have left over the others.</summary>
    private (List<Part> Parts, Money Delivery) Parts(TakenRefund refund, Bill bill)
    {
        var parts = new List<Part>();
        var rest = refund.Amount;
        foreach (var back in refund.Lines)
        {
            items.TryGetValue(back.Product, out var item);
            var line = bill.Lines.Find(l => l.Item == item && l.Left >= back.Amount)
                ?? bill.Lines.Find(l => l.Name == back.Name && l.Left >= back.Amount);
            if (line is null || back.Amount > rest)
                continue;
            var part = parts.Find(p => p.Line == line);
            if (part is null)
                parts.Add(part = new() { Line = line, Tax = Money.Zero });
            part.Amount += back.Amount;
            part.Tax += back.Tax;
            part.Quantity += back.Quantity;
            line.Back += back.Amount;
            rest -= back.Amount;
        }

        if (rest.IsZero)
            return (parts, Money.Zero);
        long[] left = [.. bill.Lines.Select(l => Math.Max(0, l.Left.Minor)), Math.Max(0, bill.DeliveryLeft.Minor)];
        var shares = left.Sum() == 0 ? new Money[left.Length] : Share.ByWeight(rest, left);
        foreach (var (i, line) in bill.Lines.Index())
        {
            if (shares[i].IsZero)
                continue;
            var part = parts.Find(p => p.Line == line);
            if (part is null)
                parts.Add(part = new() { Line = line });
            else
                part.Tax = null;
            part.Amount += shares[i];
            line.Back += shares[i];
        }

        bill.DeliveryLeft -= shares[^1];
        return (parts, shares[^1]);
    }

    private static Money Of(Money whole, Part part) =>
        part.Line.Total.IsZero ? Money.Zero : whole.Times(part.Amount.Minor, part.Line.Total.Minor);

    /// <summary>The taxes of a part: as the file says, else as much of each as went back of the line.</summary>
    private static (Money Tax, string Frozen) TaxesOf(Part part)
    {
        var borne = FrozenTaxes.Thaw(part.Line.Taxes);
        if (borne.Count == 0)
            return (Money.Zero, "[]");
        var tax = part.Tax ?? Of(part.Line.Tax, part);
        var weights = borne.Select(b => b.Tax.Minor).ToArray();
        var shares = weights.Sum() == 0 ? new Money[weights.Length] : Share.ByWeight(tax, weights);
        var back = borne.Select((b, i) => b with { Base = borne.Count == 1 ? part.Amount - tax : Of(b.Base, part), Tax = shares[i] })
            .ToList();
        return (tax, FrozenTaxes.Freeze(back));
    }

    /// <summary>
    /// By which tenders: that of the file first, then in the order in which they came; of none is given back more than came.
    /// </summary>
    private static IEnumerable<(Paid Paid, Money Back)> Tenders(TakenRefund refund, Bill bill, Money amount)
    {
        foreach (var paid in bill.Payments.OrderByDescending(p => p.Method == refund.Method).ToList())
        {
            var back = Money.Min(amount, paid.Amount - paid.Back);
            if (back <= Money.Zero)
                continue;
            paid.Back += back;
            amount -= back;
            yield return (paid, back);
        }
    }
}
