using System.Globalization;
using Comanda.Data;

namespace Comanda.Orders;

/// <summary>
/// What a new order writes into the tables of this room, a column a line: of one order, whose values the statement is given, or of many,
/// whose values stand side by side.
/// </summary>
internal static class OrderRows
{
    /// <summary>What several rows of an order share, in SQL.</summary>
    public interface IShared
    {
        string Order { get; }

        string Shop { get; }

        string Day { get; }

        string SoldAt { get; }

        string Cashier { get; }

        /// <summary>The session of the drawer that it is sold in.</summary>
        string Drawer { get; }
    }

    /// <summary>What the order's own row has besides, in SQL.</summary>
    public sealed record Own(string Register, string Number, string OrderNumber, string Customer, string Received);

    public static (string Name, string Value)[] Order(IStatementValues<OrderToWrite> o, IShared at, Own own) =>
    [
        ("id", at.Order),
        ("shop_id", at.Shop),
        ("register_id", own.Register),
        ("number", own.Number),
        ("order_number", own.OrderNumber),
        ("type", o.Value("type", w => w.Order.Type.ToWire())),
        ("status", o.Value("status", w => w.Order.Status.ToWire())),
        ("training", o.Value("training", w => w.Order.Training)),
        ("business_day", at.Day),
        ("currency", o.Value("currency", w => w.Order.Currency)),
        ("prices_include_tax", o.Value("prices_include_tax", w => w.Order.PricesIncludeTax)),
        ("rules", o.Value("rules", w => w.Order.Rules)),
        ("subtotal", o.Value("subtotal", w => w.Order.Subtotal.Minor)),
        ("discount", o.Value("discount", w => w.Order.Discount.Minor)),
        ("tax", o.Value("tax", w => w.Order.Tax.Minor)),
        ("delivery_fee", o.Value("delivery_fee", w => w.Order.DeliveryFee.Minor)),
        ("delivery_taxes", o.Value("delivery_taxes", w => w.Order.DeliveryTaxes)),
        ("tip", o.Value("tip", w => w.Order.Tip.Minor)),
        ("total", o.Value("total", w => w.Order.Total.Minor)),
        ("paid", o.Value("paid", w => w.Order.Paid.Minor)),
        ("cashier_id", at.Cashier),
        ("cashier_name", o.Value("cashier_name", w => w.Order.CashierName)),
        ("customer_name", o.Value("customer_name", w => w.Order.CustomerName)),
        ("\"table\"", o.Value("at_table", w => w.Order.Table)),
        ("notes", o.Value("notes", w => w.Order.Notes)),
        ("reference", o.Value("reference", w => w.Order.Reference)),
        ("pay_by", o.Value("pay_by", w => w.Order.PayBy?.ToWire())),
        ("delivery_address", o.Value("delivery_address", w => w.Order.DeliveryAddress)),
        ("scheduled_for", o.Value("scheduled_for", w => w.Order.ScheduledFor)),
        ("estimated_time", o.Value("estimated_time", w => w.Order.EstimatedTime)),
        ("quoted", o.Value("quoted", w => w.Order.Quoted)),
        ("created_at", at.SoldAt),
        ("drawer_id", at.Drawer),
        ("service_charge", o.Value("service_charge", w => w.Order.ServiceCharge.Minor)),
        ("held", o.Value("held", w => w.Order.Held)),
        ("fired_at", o.Value("fired_at", w => w.Order.FiredAt)),
        ("customer_id", own.Customer),
        ("promo_code", o.Value("promo_code", w => w.Order.PromoCode)),
        ("guest_allergens", o.Value("guest_allergens", w => w.Order.GuestAllergens)),
        ("points_earned", o.Value("points_earned", w => w.Order.PointsEarned)),
        ("completed_at", o.Value("completed_at", w => w.Order.CompletedAt)),
        ("received_at", own.Received),
        ("till_clock", o.Value("till_clock", w => w.Order.TillClock)),
        ("slot_at", o.Value("slot_at", w => w.Order.SlotAt)),
        ("slot_minutes", o.Value("slot_minutes", w => w.Order.SlotMinutes)),
        ("delivery_minutes", o.Value("delivery_minutes", w => w.Order.DeliveryMinutes)),
        ("delivery_area_id", o.Value("delivery_area_id", w => w.Order.DeliveryAreaId)),
        ("payment_due_by", o.Value("payment_due_by", w => w.Order.PaymentDueBy)),
    ];

    public static (string Name, string Value)[] Lines(IStatementValues<OrderLine> l, IShared at) =>
    [
        ("id", l.Value("id", i => i.Id)),
        ("order_id", at.Order),
        ("shop_id", at.Shop),
        ("position", l.Value("position", i => i.Position)),
        ("menu_item_id", l.Value("menu_item_id", i => i.MenuItemId)),
        ("name", l.Value("name", i => i.Name)),
        ("category", l.Value("category", i => i.Category)),
        ("quantity", l.Value("quantity", i => i.Pieces)),
        ("unit_price", l.Value("unit_price", i => i.UnitPrice.Minor)),
        ("weight", l.Value("weight", i => i.Weight)),
        ("unit", l.Value("unit", i => i.Unit?.ToWire())),
        ("modifiers", l.Value("modifiers", i => i.Modifiers)),
        ("special_instructions", l.Value("special_instructions", i => i.SpecialInstructions)),
        ("discount", l.Value("discount", i => i.Discount.Minor)),
        ("discount_reason", l.Value("discount_reason", i => i.DiscountReason)),
        ("promotions", l.Value("promotions", i => i.Promotions)),
        ("tax_rate", l.Value("tax_rate", i => i.TaxRate.TenThousandths)),
        ("tax", l.Value("tax", i => i.Tax.Minor)),
        ("way", l.Value("way", i => i.Way.ToWire())),
        ("tax_class", l.Value("tax_class", i => i.TaxClass)),
        ("tax_split", l.Value("tax_split", i => i.TaxSplit)),
        ("taxes", l.Value("taxes", i => i.Taxes)),
        ("total", l.Value("total", i => i.Total.Minor)),
        ("counted", l.Value("counted", i => i.Counted)),
        ("combo", $"nullif({l.Value("combo", i => i.Combo ?? 0)}, 0)"),
        ("combo_id", l.Value("combo_id", i => i.ComboId)),
        ("combo_name", l.Value("combo_name", i => i.ComboName)),
        ("allergens", l.Value("allergens", i => i.Allergens)),
        ("sold_at", at.SoldAt),
        ("service_charge", l.Value("service_charge", i => i.ServiceCharge.Minor)),
        ("station", l.Value("station", i => i.Station)),
        ("preparation_time", l.Value("preparation_time", i => i.PreparationTime)),
        ("uses", l.Value("uses", i => i.Uses)),
        ("unit_cost", $"{l.Value("unit_cost", i => i.UnitCost?.ToString(CultureInfo.InvariantCulture))}::numeric"),
    ];

    public static (string Name, string Value)[] Payments(IStatementValues<Payment> p, IShared at) =>
    [
        ("id", p.Value("id", x => x.Id)),
        ("shop_id", at.Shop),
        ("order_id", at.Order),
        ("method", p.Value("method", x => x.Method.ToWire())),
        ("amount", p.Value("amount", x => x.Amount.Minor)),
        ("tendered", p.Value("tendered", x => x.Tendered?.Minor)),
        ("change", p.Value("change", x => x.Change.Minor)),
        ("reference", p.Value("reference", x => x.Reference)),
        ("business_day", at.Day),
        ("cashier_id", at.Cashier),
        ("paid_at", at.SoldAt),
        ("drawer_id", at.Drawer),
        ("rounding", p.Value("rounding", x => x.Rounding.Minor)),
        ("points", p.Value("points", x => x.Points)),
    ];

    /// <summary>The statement that writes the orders of a train.</summary>
    public static string OrdersTogether(Statement<OrderTrain> s)
    {
        var o = s.Rows("o", t => t.Orders);
        var columns = Order(
            o.As(r => r.Write),
            SharedBy(o, r => r),
            new(
                o.Column("register_id", r => r.Write.Order.RegisterId),
                o.Column("number", r => r.Number),
                o.Column("order_number", r => r.OrderNumber),
                o.Column("customer_id", r => r.Write.Order.CustomerId),
                o.Column("received_at", r => r.Write.Order.ReceivedAt)));
        return Insert.Into("orders", columns, from: o.Table);
    }

    /// <summary>The statement that writes all their lines.</summary>
    public static string LinesTogether(Statement<OrderTrain> s)
    {
        var l = s.Rows("l", t => t.Lines);
        var columns = Lines(l.As(x => x.Line), SharedBy(l, x => x.Of));
        return Insert.Into("order_items", columns, from: l.Table);
    }

    /// <summary>The statement that writes all their payments.</summary>
    public static string PaymentsTogether(Statement<OrderTrain> s)
    {
        var p = s.Rows("p", t => t.Payments);
        var columns = Payments(p.As(x => x.Payment), SharedBy(p, x => x.Of));
        return Insert.Into("payments", columns, from: p.Table);
    }

    private static RowsOf<TRow> SharedBy<TRow>(StatementRows<OrderTrain, TRow> rows, Func<TRow, TrainOrder> of) => new(rows, of);

    /// <summary>Of many orders, as columns: those that a table asks for.</summary>
    private sealed class RowsOf<TRow>(StatementRows<OrderTrain, TRow> rows, Func<TRow, TrainOrder> of) : IShared
    {
        public string Order => rows.Column("of_order", r => of(r).Write.Order.Id);

        public string Shop => rows.Column("shop_id", r => of(r).Write.Order.ShopId);

        public string Day => rows.Column("day", r => of(r).Write.Order.BusinessDay);

        public string SoldAt => rows.Column("sold_at", r => of(r).Write.Order.CreatedAt);

        public string Cashier => rows.Column("cashier_id", r => of(r).Write.Order.CashierId);

        public string Drawer => rows.Column("drawer_id", r => of(r).Register!.Drawer);
    }
}
