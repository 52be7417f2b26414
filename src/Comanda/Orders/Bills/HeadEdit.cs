using System.Text.Json;
using Comanda.Guests;
using Comanda.Promotions;
using Comanda.Shops;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>What an edit makes of an order besides its lines: all of it as it is to be, what was left out as it is.</summary>
internal sealed record HeadEdit
{
    public required OrderType Type { get; init; }

    public required DateTimeOffset? ScheduledFor { get; init; }

    public required Money Tip { get; init; }

    public required PricingRules Rules { get; init; }

    public required DiscountRequest? Discount { get; init; }

    /// <summary>The code of a promotion that it has not had so far.</summary>
    public required string? PromoCode { get; init; }

    /// <summary>Whose it becomes; null where that stays.</summary>
    public required KnownCustomer? Customer { get; init; }

    /// <summary>Where it is delivered from now on; null where that stays, or no area says it.</summary>
    public required DeliveryArea? Area { get; init; }

    /// <summary>Its lines cost, or are taxed, otherwise than before, though none was named.</summary>
    public required bool IsPricedAnew { get; init; }

    public required bool IsRescheduled { get; init; }

    /// <summary>When it is supplied: its own hour, or now.</summary>
    public DateTimeOffset When(DateTimeOffset now) => ScheduledFor > now ? ScheduledFor.Value : now;

    /// <summary>The day of supply, whose taxes it bears.</summary>
    public DateOnly DayOfSupply(Order order, ShopSettings settings) => DayOf(ScheduledFor, order, settings);

    private static DateOnly DayOf(DateTimeOffset? scheduled, Order order, ShopSettings settings) =>
        scheduled is { } later ? settings.BusinessDay.Of(later) : order.BusinessDay;

    /// <summary>How a line is consumed: as it was, but that one which followed the order goes on following it.</summary>
    public Way WayOf(OrderLine line, Order order) => line.Way == order.Type.Way() ? Type.Way() : line.Way;

    /// <summary>Reads it; what is wrong with it is told field by field, or as a refusal where the order does not allow it.</summary>
    public static Outcome<HeadEdit> Read(
        OrderEdit edit, Order order, KnownCustomer? customer, IReadOnlyList<DeliveryArea> areas, Shop shop, DateTimeOffset now)
    {
        var (errors, settings) = (new FieldErrors(), shop.Settings);
        var type = errors.OneOf("type", edit.Type, order.Type);
        var tip = edit.Tip is null ? order.Tip : errors.MoneyOrNone("tip", edit.Tip, shop.Currency);
        BasketRules.CheckHour(edit.ScheduledFor, now, errors);
        errors.Check(edit.CustomerId is null || customer is not null, "customer_id", "is no customer of this shop");
        if (errors.Any)
            return errors.ToRefusal();
        var byPromotions = OrderViews.PromotionsOf(order).Aggregate(Money.Zero, (sum, p) => sum + p.Amount);
        var code = ReadPromotion.CodeOf(edit.PromoCode) is { } named && named != order.PromoCode ? named : null;
        if (code is not null && order.PromoCode is not null)
            return Refusal.Conflict("has_promotion", $"The order has a promotion already ({order.PromoCode}).");
        if (edit.Discount is not null && order.Discount > byPromotions)
            return Refusal.Conflict("has_discount", "The order has a discount already; cancel it, or take off the lines that have one.");
        if (customer is not null && order.CanBecomeOf(customer.Id) is { } not)
            return not;

        var area = AreaOf(edit, order, type, areas);
        if (area.Refusal is { } outside)
            return outside;
        var scheduled = edit.ScheduledFor is { } wanted ? Clock.Cut(wanted) : order.ScheduledFor;
        var rules = order.PricedBy;
        if (edit.ServiceCharge is { } charged)
            rules = rules with { Service = charged ? settings.Rules.Service : Charge.None };
        if (customer is not null && customer.Id != order.CustomerId)
            rules = rules with { Exemption = KnownExemption.On(customer.Exemptions, DayOf(scheduled, order, settings)) };

        if (area.Value is { } to)
            rules = to.Charged(rules);

        return new HeadEdit
        {
            Type = type,
            Area = area.Value,
            ScheduledFor = scheduled,
            Tip = tip,
            Rules = rules,
            Discount = edit.Discount,
            PromoCode = code,
            Customer = customer,
            IsPricedAnew = type != order.Type
                || edit.Discount is not null
                || code is not null
                || scheduled != order.ScheduledFor
                || (!ReferenceEquals(rules, order.PricedBy) && rules.Freeze() != order.PricedBy.Freeze()),
            IsRescheduled = scheduled != order.ScheduledFor,
        };
    }

    /// <summary>The area of a delivery that goes elsewhere now, or has become one; none where its address does not tell.</summary>
    private static Outcome<DeliveryArea?> AreaOf(OrderEdit edit, Order order, OrderType type, IReadOnlyList<DeliveryArea> areas)
    {
        if (areas.Count == 0 || type != OrderType.Delivery || (edit.DeliveryAddress is null && type == order.Type))
            return (DeliveryArea?)null;
        var address = edit.DeliveryAddress
            ?? (order.DeliveryAddress is { } kept ? JsonSerializer.Deserialize<DeliveryAddress>(kept, Json.Options) : null);
        if (string.IsNullOrWhiteSpace(address?.ZipCode) && address?.Location is null)
            return (DeliveryArea?)null;
        var found = DeliveryArea.Of(areas, address);
        return found.Refusal is { } outside ? outside : found.Value;
    }

    /// <summary>
    /// Gives it to an order whose lines are priced: what they were before is read from the order until then. Its hour it gets by
    /// <see cref="Order.Reschedule"/>.
    /// </summary>
    public void ApplyTo(Order order, OrderEdit edit)
    {
        if (!ReferenceEquals(Rules, order.PricedBy))
            order.PricedBy = Rules;
        if (Area is not null || Type != OrderType.Delivery)
            (order.DeliveryAreaId, order.DeliveryMinutes) = (Area?.Id, Area?.Minutes ?? 0);
        order.Type = Type;
        if (edit.DeliveryAddress is { } address)
            order.DeliveryAddress = Json.Write(address);
        Become(order);
        (order.CustomerName, order.Table, order.Notes) = (
            Kept(edit.CustomerName, order.CustomerName),
            Kept(edit.Table, order.Table),
            Kept(edit.Notes, order.Notes));
    }

    /// <summary>
    /// An empty text takes away; where there is none, it asks for nothing, as in an order that was read and is sent back.
    /// </summary>
    public static OrderEdit WithoutEmptied(OrderEdit edit, Order order) => edit with
    {
        CustomerName = edit.CustomerName is "" && string.IsNullOrEmpty(order.CustomerName) ? null : edit.CustomerName,
        Table = edit.Table is "" && string.IsNullOrEmpty(order.Table) ? null : edit.Table,
        Notes = edit.Notes is "" && string.IsNullOrEmpty(order.Notes) ? null : edit.Notes,
    };

    private static string? Kept(string? given, string? known) => given is null ? known : given.Length == 0 ? null : given;

    /// <summary>Makes it the customer's.</summary>
    public void Become(Order order)
    {
        if (Customer is null)
            return;
        if (order.CustomerId != Customer.Id)
            (order.CustomerName, order.GuestAllergens) = (Customer.Name, Customer.Allergens);
        order.CustomerId = Customer.Id;
    }
}
