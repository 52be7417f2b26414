using Comanda.Guests;
using Comanda.Registers;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>A request with what it left to us.</summary>
/// <param name="Request">Whose it is, and where it goes, filled in.</param>
/// <param name="Earlier">When and by whom a till sold it without us; null where it is sold now.</param>
internal sealed record AskedOrder(OrderRequest Request, EarlierSale? Earlier)
{
    /// <summary>What was agreed before; null where it is sold off the menu.</summary>
    public AgreedSale? Agreed { get; init; }

    /// <summary>Where it is delivered; null where it is not, or the shop has no areas.</summary>
    public DeliveryArea? Area { get; init; }

    /// <summary>Its guest pays by card before the kitchen has it.</summary>
    public bool WaitsForPayment { get; init; }

    /// <summary>How it is to be paid, where it says so.</summary>
    public PaymentMethod? PayBy { get; init; }
}

/// <summary>
/// Fills in what a request leaves to us: of a guest, whose order it is; of an address that is kept, where that is; of a delivery, to which
/// area. A guest orders for themselves and at the menu's prices: what only staff may say is no field of theirs.
/// </summary>
public sealed class FillOrder(OwnOrders own, OwnAddresses addresses, NpgsqlDataSource database, Moment moment)
{
    private const string NoField = "is no field of a guest's order";

    internal async Task<Outcome<AskedOrder>> Run(OrderRequest request, EarlierSale? earlier, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var waits = false;
        PaymentMethod? payBy = null;
        if (await own.Customer(cancel) is { } guest)
        {
            request = request with { Type = request.Type ?? (IsBrought(request) ? "delivery" : "online") };
            if (NotOffered(request) is { } not)
                return not;
            CheckGuest(request, guest, errors);
            var paidAhead = moment.Shop.Settings.OnlinePaidAhead;
            var method = errors.OneOf(
                "payment_method", request.PaymentMethod, paidAhead ? PaymentMethod.Card : PaymentMethod.Cash);
            errors.Check(!paidAhead || method != PaymentMethod.Cash, "payment_method", "must be card or mobile: this shop is paid ahead");
            waits = method is PaymentMethod.Card or PaymentMethod.Mobile;
            payBy = request.PaymentMethod is null ? null : method;
            request = request with { CustomerId = guest };
        }
        else
        {
            errors.Check(request.Payments is null || request.PaymentMethod is null, "payment_method", "stands in the place of payments");
            payBy = SaidPayment.Read(ref request, errors);
            request = request with { Type = request.Type ?? (IsBrought(request) ? "delivery" : null) };
        }

        if (request.AddressId is { } kept)
            request = request with { DeliveryAddress = await AddressOf(request, kept, errors, cancel), AddressId = null };
        if (errors.Any)
            return errors.ToRefusal();
        // What a till sold without us was sold for what it said.
        if (earlier is not null)
            return new AskedOrder(request, earlier) { PayBy = payBy };
        var area = await AreaOf(request, cancel);
        return area.Refusal is { } outside
            ? outside
            : new AskedOrder(request, null) { Area = area.Value, WaitsForPayment = waits, PayBy = payBy };
    }

    private static bool IsBrought(OrderRequest request) => request.DeliveryAddress is not null || request.AddressId is not null;

    private static bool IsDelivery(OrderRequest request) =>
        WireName<OrderType>.TryParse(request.Type, out var type) && type == OrderType.Delivery;

    /// <summary>The refusal of what guests of this shop may not order themselves; null where they may.</summary>
    private Refusal? NotOffered(OrderRequest request) => (moment.Shop.Settings.Online, IsDelivery(request)) switch
    {
        (OnlineOrders.All, _) or (OnlineOrders.Pickup, false) or (OnlineOrders.Delivery, true) => null,
        (OnlineOrders.None, _) => Refusal.Conflict("not_offered", "The shop takes no orders online at the moment."),
        (_, true) => Refusal.Conflict("not_offered", "The shop does not deliver at the moment; order for pickup."),
        _ => Refusal.Conflict("not_offered", "The shop only delivers at the moment."),
    };

    private void CheckGuest(OrderRequest request, long guest, FieldErrors errors)
    {
        errors.Check(request.Discount is null, "discount", NoField);
        errors.Check(request.Approval is null, "approval", NoField);
        errors.Check(request.ServiceCharge is null, "service_charge", NoField);
        errors.Check(request.Hold is null, "hold", NoField);
        errors.Check(request.PaymentStatus is null or "pending", "payment_status", "must be pending: a guest pays at the provider");
        errors.Check(request.PaymentReference is null, "payment_reference", NoField);
        errors.Check(request.CustomerId is null || request.CustomerId == guest, "customer_id", "is no customer of this shop");
        foreach (var (i, line) in (request.Items ?? []).Index())
            errors.Check(line?.Discount is null, $"items[{i}].discount", NoField);
        foreach (var (i, payment) in (request.Payments ?? []).Index())
        {
            errors.Check(
                WireName<PaymentMethod>.TryParse(payment?.Method, out var by) && by is PaymentMethod.GiftCard or PaymentMethod.Points,
                $"payments[{i}].method",
                "must be gift_card or points; by card an order is paid at the provider (payment_method, POST /api/payments/create-intent)");
        }

        errors.Check(
            request.PaymentMethod is null
                || (WireName<PaymentMethod>.TryParse(request.PaymentMethod, out var how)
                    && how is PaymentMethod.Cash or PaymentMethod.Card or PaymentMethod.Mobile),
            "payment_method",
            "must be card, mobile or cash");
        var last = moment.Shop.Settings.BusinessDay.EndOf(moment.Today.AddDays(moment.Shop.Settings.Slots.DaysAhead));
        errors.Check(
            request.ScheduledFor is null || request.ScheduledFor < last,
            "scheduled_for",
            $"must be within {moment.Shop.Settings.Slots.DaysAhead} days");
        if (IsDelivery(request))
            errors.Check(
                request.AddressId is not null || !string.IsNullOrWhiteSpace(request.DeliveryAddress?.Address),
                request.DeliveryAddress is null ? "delivery_address" : "delivery_address.address",
                "is required for a delivery, or address_id");
    }

    /// <summary>The address as it is now, which the order keeps.</summary>
    private async Task<DeliveryAddress?> AddressOf(OrderRequest request, long id, FieldErrors errors, CancellationToken cancel)
    {
        errors.Check(request.DeliveryAddress is null, "address_id", "stands in the place of delivery_address");
        var kept = await addresses.OfCustomer(request.CustomerId, id, cancel);
        errors.Check(kept is not null, "address_id", "is no address of the customer");
        return kept is null
            ? request.DeliveryAddress
            : new(kept.Address, kept.Landmark, kept.City, kept.State, kept.ZipCode, kept.Location);
    }

    /// <summary>The area of a delivery; none where the shop has none, or staff say nothing of where it goes.</summary>
    private async Task<Outcome<DeliveryArea?>> AreaOf(OrderRequest request, CancellationToken cancel)
    {
        if (!IsDelivery(request))
            return (DeliveryArea?)null;
        var areas = await DeliveryAreas.Of(database, moment.Here.ShopId, cancel);
        var tells = request.DeliveryAddress is { } a && (!string.IsNullOrWhiteSpace(a.ZipCode) || a.Location is not null);
        if (areas.Count == 0 || (!own.IsGuest && !tells))
            return (DeliveryArea?)null;
        var found = DeliveryArea.Of(areas, request.DeliveryAddress);
        return found.Refusal is { } outside ? outside : found.Value;
    }
}
