using System.Text.Json;
using Comanda.Registers;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>How <see cref="OrderView"/> comes about.</summary>
public static class OrderViews
{
    extension(OrderView)
    {
        public static OrderView From(Order order)
        {
            var currency = Kernel.Currency.Of(order.Currency);
            var due = order.BalanceDue.In(currency);
            return new(
                order.Id,
                order.OrderNumber,
                order.Status.ToWire(),
                order.PaymentStatus,
                order.Type.ToWire(),
                order.EstimatedTime,
                [.. order.Items.Select(l => new OrderLineView(
                    l.Id, l.MenuItemId, l.Name, l.Quantity.Number, l.UnitPrice.In(currency), ModifiersOf(l, currency),
                    l.SpecialInstructions,
                    l.Discount.In(currency), l.ServiceCharge.In(currency), l.TaxRate.Percent, l.Tax.In(currency), l.Total.In(currency),
                    l.Station, order.StateOf(l).ToWire(),
                    l.Allergens?.Split(',', StringSplitOptions.RemoveEmptyEntries),
                    l.Combo is { } number ? new ComboView(number, l.ComboId!.Value, l.ComboName!) : null,
                    l.Way.ToWire(),
                    l.TaxClass,
                    LineTaxView.Of(l.Borne, currency),
                    l.Unit?.ToWire())
                {
                    Promotions = FrozenPromotions.Views(FrozenPromotions.Thaw(l.Promotions), currency),
                    AllergenWarnings = order.WarningsOf(l),
                })],
                order.Currency,
                order.PricesIncludeTax,
                order.Subtotal.In(currency),
                order.Discount.In(currency),
                order.ServiceCharge.In(currency),
                order.Tax.In(currency),
                TaxesOf(order, currency),
                order.DeliveryFee.In(currency),
                order.Tip.In(currency),
                order.Total.In(currency),
                order.CashDue.In(currency),
                due,
                (order.Payments.Find(p => p.Method != PaymentMethod.Points)?.Method ?? order.PayBy)?.ToWire(),
                [.. order.Payments.Select(p => View(p, currency))],
                [.. order.Refunds.Select(r => new RefundView(
                    r.Id,
                    r.PaymentId,
                    r.Method.ToWire(),
                    r.Amount.In(currency),
                    r.Rounding.In(currency),
                    r.Reason,
                    r.RefundedAt))],
                order.PointsEarned - order.PointsTakenBack,
                order.PointsRedeemed,
                order.Training,
                order.BusinessDay,
                order.CashierId,
                order.CashierName,
                order.CustomerId,
                order.CustomerName,
                order.Table,
                order.Notes,
                order.Reference,
                order.DeliveryAddress is { } address ? JsonSerializer.Deserialize<DeliveryAddress>(address, Json.Options) : null,
                order.ScheduledFor,
                order.Held,
                order.FiredAt,
                order.CreatedAt,
                order.ReceivedAt,
                order.TillClock,
                order.CompletedAt,
                order.CancelledAt,
                order.CancelReason,
                order.PaymentDueBy,
                order.Version)
            {
                PromoCode = order.PromoCode,
                AllergenWarnings = order.Warnings(),
                Promotions = FrozenPromotions.Views(PromotionsOf(order), currency),
                UpdatedAt = order.UpdatedAt ?? order.ReceivedAt ?? order.CreatedAt,
            };
        }

        /// <summary>Those that its lines have, each once.</summary>
        internal static IEnumerable<PromotionShare> PromotionsOf(Order order) =>
            FrozenPromotions.Merged(order.Items.SelectMany(l => FrozenPromotions.Thaw(l.Promotions)));

        public static PaymentView View(Payment p, Currency currency) =>
            new(
                p.Id,
                p.Method.ToWire(),
                p.Amount.In(currency),
                p.Tendered?.In(currency),
                p.Change.In(currency),
                p.Rounding.In(currency),
                p.Reference,
                p.PaidAt);

        public static IReadOnlyList<TaxView> TaxesOf(Order order, Currency currency) =>
            TaxView.Of(BorneBy(order), currency);

        /// <summary>All that its lines and its delivery bear, each tax once.</summary>
        internal static IReadOnlyList<BorneTax> BorneBy(Order order) =>
            TaxedBasket.Merged(order.Items.SelectMany(l => l.Borne).Concat(FrozenTaxes.Thaw(order.DeliveryTaxes)));

        /// <summary>Frozen options are stored in minor units, so that nothing about them depends on how JSON is read.</summary>
        internal static string Freeze(IEnumerable<PricedModifier> modifiers) =>
            Json.Write(modifiers.Select(m => new FrozenModifier(m.Key, m.Name, m.Price.Minor, m.Quantity)));

        internal static IReadOnlyList<ModifierView> ModifiersOf(OrderLine line, Currency currency) =>
            line.Modifiers == "[]"
                ? []
                : [.. Thaw(line).Select(m => new ModifierView(m.Key, m.Name, new Money(m.Price).In(currency), m.Quantity))];

        internal static FrozenModifier[] Thaw(OrderLine line) =>
            JsonSerializer.Deserialize<FrozenModifier[]>(line.Modifiers, Json.Options)!;
    }
}

/// <summary>An option as a line keeps it; the price in minor units.</summary>
internal sealed record FrozenModifier(string Key, string Name, long Price, int Quantity);
