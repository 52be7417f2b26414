using System.Globalization;
using Comanda.Data;
using Comanda.Events;
using Comanda.Guests;
using Comanda.Menu;
using Comanda.Registers;
using Comanda.Stock;

namespace Comanda.Orders;

/// <summary>
/// The one statement that writes a new order: parts in the order in which they take their locks. Its text lies in docs/sql. It moves
/// points, counted items and stock where the order does; the eight texts that this makes stay prepared.
/// </summary>
internal static class OrderStatement
{
    private static readonly Dictionary<(bool Points, bool Counted, bool Stock), Statement<OrderToWrite>> Texts =
        (from points in new[] { false, true }
         from counted in new[] { false, true }
         from stock in new[] { false, true }
         select (points, counted, stock)).ToDictionary(s => s, s => Compose(s.points, s.counted, s.stock));

    public static Statement<OrderToWrite> Plain => Texts[(false, false, false)];

    public static Statement<OrderToWrite> WithAll => Texts[(true, true, true)];

    public static Statement<OrderToWrite> For(OrderToWrite write) =>
        Texts[(write.Points.Count > 0, write.Counted.Count > 0, write.Used.Count > 0)];

    private static Statement<OrderToWrite> Compose(bool points, bool counted, bool stock) => Statement<OrderToWrite>.Compose(s =>
    {
        var at = new Shared(s);
        var tables = new List<string> { $"register as (\n{Register(s, at)}\n)" };
        var checks = new List<string>();
        var locked = "register";
        if (points)
        {
            tables.Add(MovePoints.Part(s, w => w.Points, new(at.Shop, at.Customer, at.Order, at.Cashier, at.SoldAt), after: locked));
            checks.Add(MovePoints.Moved);
            locked = "moved";
        }

        if (counted)
        {
            var items = s.Each("counted.id", w => w.Counted, c => c.Key);
            tables.Add(Countdown.Take(
                items,
                s.Each("counted.n", w => w.Counted, c => c.Value),
                at.Shop,
                at.SoldAt,
                at.Actor,
                after: locked));
            checks.Add(Countdown.AllTaken(items));
        }

        if (stock)
            tables.Add($"used as (\n{StockMovement.Sold(s, w => w.Used, (at.Shop, at.Order, at.Cashier, at.SoldAt, at.Day))}\n)");
        tables.Add($"placed as (\n{Placed(s, at)}\n)");
        tables.Add($"lines as (\n{Lines(s, at)}\n)");
        tables.Add($"paid as (\n{Paid(s, at)}\n)");
        tables.Add($"entry as (\n{FiscalJournal.Entry(
            JournalKind.Sale,
            (at.Register, at.Shop, at.Order, at.Known, $"replace({at.Content}, {at.Slot}, order_number)"))}\n)");
        tables.Add($"announced as (\n{ShopEvent.Announce(
            s,
            w => w.Events,
            (at.Shop, at.Known, at.Actor, s.Value("guest", w => w.Order.GuestAccount)),
            e => $"replace({e}, {at.Slot}, order_number)")}\n)");
        tables.Add($"kept as (\n{IdempotentWrite.Kept(
            s,
            w => (w.Key, w.Location, w.Body),
            at.Shop,
            b => $"replace({b}, {at.Slot}, order_number)")}\n)");
        var answer = string.Join(", ", ["number", "order_number", .. checks]);
        return $"with {string.Join(",\n", tables)}\nselect {answer} from register";
    });

    /// <summary>
    /// The register's row gives the number and the journal's next hash; all else hangs on it, so a failure leaves no hole.
    /// </summary>
    private static string Register(Statement<OrderToWrite> s, Shared at) => RegisterNumbers.Next(
        (at.Register, at.Shop, at.Prefix, s.Value("late_drawer", w => w.LateDrawer)),
        number => FiscalJournal.Chain($"'{JournalKind.Sale}'", $"replace({at.Content}, {at.Slot}, {number})"));

    private static string Placed(Statement<OrderToWrite> s, Shared at) => Insert.Into(
        "orders",
        [
            ("id", at.Order),
            ("shop_id", at.Shop),
            ("register_id", at.Register),
            ("number", "number"),
            ("order_number", "order_number"),
            ("type", s.Value("type", w => w.Order.Type.ToWire())),
            ("status", s.Value("status", w => w.Order.Status.ToWire())),
            ("training", s.Value("training", w => w.Order.Training)),
            ("business_day", at.Day),
            ("currency", s.Value("currency", w => w.Order.Currency)),
            ("prices_include_tax", s.Value("prices_include_tax", w => w.Order.PricesIncludeTax)),
            ("rules", s.Value("rules", w => w.Order.Rules)),
            ("subtotal", s.Value("subtotal", w => w.Order.Subtotal.Minor)),
            ("discount", s.Value("discount", w => w.Order.Discount.Minor)),
            ("tax", s.Value("tax", w => w.Order.Tax.Minor)),
            ("delivery_fee", s.Value("delivery_fee", w => w.Order.DeliveryFee.Minor)),
            ("delivery_taxes", s.Value("delivery_taxes", w => w.Order.DeliveryTaxes)),
            ("tip", s.Value("tip", w => w.Order.Tip.Minor)),
            ("total", s.Value("total", w => w.Order.Total.Minor)),
            ("paid", s.Value("paid", w => w.Order.Paid.Minor)),
            ("cashier_id", at.Cashier),
            ("cashier_name", s.Value("cashier_name", w => w.Order.CashierName)),
            ("customer_name", s.Value("customer_name", w => w.Order.CustomerName)),
            ("\"table\"", s.Value("table", w => w.Order.Table)),
            ("notes", s.Value("notes", w => w.Order.Notes)),
            ("reference", s.Value("reference", w => w.Order.Reference)),
            ("pay_by", s.Value("pay_by", w => w.Order.PayBy?.ToWire())),
            ("delivery_address", s.Value("delivery_address", w => w.Order.DeliveryAddress)),
            ("scheduled_for", s.Value("scheduled_for", w => w.Order.ScheduledFor)),
            ("estimated_time", s.Value("estimated_time", w => w.Order.EstimatedTime)),
            ("created_at", at.SoldAt),
            ("drawer_id", "drawer_id"),
            ("service_charge", s.Value("service_charge", w => w.Order.ServiceCharge.Minor)),
            ("held", s.Value("held", w => w.Order.Held)),
            ("fired_at", s.Value("fired_at", w => w.Order.FiredAt)),
            ("customer_id", at.Customer),
            ("promo_code", s.Value("promo_code", w => w.Order.PromoCode)),
            ("guest_allergens", s.Value("guest_allergens", w => w.Order.GuestAllergens)),
            ("points_earned", s.Value("points_earned", w => w.Order.PointsEarned)),
            ("completed_at", s.Value("completed_at", w => w.Order.CompletedAt)),
            ("received_at", at.Received),
            ("till_clock", s.Value("till_clock", w => w.Order.TillClock)),
            ("slot_at", s.Value("slot_at", w => w.Order.SlotAt)),
            ("slot_minutes", s.Value("slot_minutes", w => w.Order.SlotMinutes)),
            ("delivery_minutes", s.Value("delivery_minutes", w => w.Order.DeliveryMinutes)),
            ("delivery_area_id", s.Value("delivery_area_id", w => w.Order.DeliveryAreaId)),
            ("payment_due_by", s.Value("payment_due_by", w => w.Order.PaymentDueBy)),
        ],
        from: "register");

    private static string Lines(Statement<OrderToWrite> s, Shared at)
    {
        var l = s.Rows("l", w => w.Order.Items);
        (string Name, string Value)[] columns =
        [
            ("id", l.Column("id", i => i.Id)),
            ("order_id", at.Order),
            ("shop_id", at.Shop),
            ("position", l.Column("position", i => i.Position)),
            ("menu_item_id", l.Column("menu_item_id", i => i.MenuItemId)),
            ("name", l.Column("name", i => i.Name)),
            ("category", l.Column("category", i => i.Category)),
            ("quantity", l.Column("quantity", i => i.Pieces)),
            ("unit_price", l.Column("unit_price", i => i.UnitPrice.Minor)),
            ("weight", l.Column("weight", i => i.Weight)),
            ("unit", l.Column("unit", i => i.Unit?.ToWire())),
            ("modifiers", l.Column("modifiers", i => i.Modifiers)),
            ("special_instructions", l.Column("special_instructions", i => i.SpecialInstructions)),
            ("discount", l.Column("discount", i => i.Discount.Minor)),
            ("discount_reason", l.Column("discount_reason", i => i.DiscountReason)),
            ("promotions", l.Column("promotions", i => i.Promotions)),
            ("tax_rate", l.Column("tax_rate", i => i.TaxRate.TenThousandths)),
            ("tax", l.Column("tax", i => i.Tax.Minor)),
            ("way", l.Column("way", i => i.Way.ToWire())),
            ("tax_class", l.Column("tax_class", i => i.TaxClass)),
            ("tax_split", l.Column("tax_split", i => i.TaxSplit)),
            ("taxes", l.Column("taxes", i => i.Taxes)),
            ("total", l.Column("total", i => i.Total.Minor)),
            ("counted", l.Column("counted", i => i.Counted)),
            ("combo", $"nullif({l.Column("combo", i => i.Combo ?? 0)}, 0)"),
            ("combo_id", l.Column("combo_id", i => i.ComboId)),
            ("combo_name", l.Column("combo_name", i => i.ComboName)),
            ("allergens", l.Column("allergens", i => i.Allergens)),
            ("sold_at", at.SoldAt),
            ("service_charge", l.Column("service_charge", i => i.ServiceCharge.Minor)),
            ("station", l.Column("station", i => i.Station)),
            ("preparation_time", l.Column("preparation_time", i => i.PreparationTime)),
            ("uses", l.Column("uses", i => i.Uses)),
            ("unit_cost", $"{l.Column("unit_cost", i => i.UnitCost?.ToString(CultureInfo.InvariantCulture))}::numeric"),
        ];
        return Insert.Into("order_items", columns, from: l.Table);
    }

    private static string Paid(Statement<OrderToWrite> s, Shared at)
    {
        var p = s.Rows("p", w => w.Order.Payments);
        (string Name, string Value)[] columns =
        [
            ("id", p.Column("id", x => x.Id)),
            ("shop_id", at.Shop),
            ("order_id", at.Order),
            ("method", p.Column("method", x => x.Method.ToWire())),
            ("amount", p.Column("amount", x => x.Amount.Minor)),
            ("tendered", p.Column("tendered", x => x.Tendered?.Minor)),
            ("change", p.Column("change", x => x.Change.Minor)),
            ("reference", p.Column("reference", x => x.Reference)),
            ("business_day", at.Day),
            ("cashier_id", at.Cashier),
            ("paid_at", at.SoldAt),
            ("drawer_id", "register.drawer_id"),
            ("rounding", p.Column("rounding", x => x.Rounding.Minor)),
            ("points", p.Column("points", x => x.Points)),
        ];
        return Insert.Into("payments", columns, from: $"register, {p.Table}");
    }

    /// <summary>
    /// Values that several parts use; <see cref="Known"/> is when we learned of it, <see cref="SoldAt"/> when it was sold.
    /// </summary>
    private sealed class Shared(Statement<OrderToWrite> s)
    {
        public string Shop { get; } = s.Value("shop", w => w.Order.ShopId);

        public string Register { get; } = s.Value("register", w => w.Order.RegisterId);

        public string Order { get; } = s.Value("order", w => w.Order.Id);

        public string Day { get; } = s.Value("day", w => w.Order.BusinessDay);

        public string SoldAt { get; } = s.Value("sold_at", w => w.Order.CreatedAt);

        public string Received { get; } = s.Value("received_at", w => w.Order.ReceivedAt);

        public string Cashier { get; } = s.Value("cashier", w => w.Order.CashierId);

        public string Customer { get; } = s.Value("customer", w => w.Order.CustomerId);

        public string Actor { get; } = s.Value("actor", w => ShopEvent.ActorJson(w.Actor));

        public string Content { get; } = s.Value("content", w => JournalContent.OfSale(w.Order));

        public string Slot { get; } = s.Value("slot", w => w.Slot);

        public string Prefix { get; } = s.Value("prefix", w => w.Prefix);

        public string Known => $"coalesce({Received}::timestamptz, {SoldAt})";
    }
}
