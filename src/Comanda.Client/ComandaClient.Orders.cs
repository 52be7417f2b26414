namespace Comanda.Client;

/// <summary>A line of a new order; <see cref="Modifiers"/> are option keys.</summary>
public sealed record NewLine(
    long MenuItemId,
    int Quantity = 1,
    string[]? Modifiers = null,
    object? Discount = null,
    string? SpecialInstructions = null);

/// <summary>A payment; <see cref="Amount"/> null is all that is due.</summary>
public sealed record NewPayment(string Method, decimal? Amount = null, decimal? Tendered = null, string? Reference = null);

public sealed record NewOrder(
    NewLine[] Items,
    string Type = "takeaway",
    NewPayment[]? Payments = null,
    string? CustomerName = null,
    string? Table = null,
    string? Notes = null,
    object? Discount = null,
    decimal? Tip = null);

public sealed record OrderModifier(string Key, string Name, decimal Price, int Quantity);

public sealed record OrderItem(
    long Id,
    long MenuItemId,
    string Name,
    int Quantity,
    decimal UnitPrice,
    OrderModifier[] Modifiers,
    string? SpecialInstructions,
    decimal Discount,
    decimal TaxRate,
    decimal Tax,
    decimal Total,
    string[]? Allergens = null,
    OrderCombo? Combo = null);

/// <summary>The combo that a line is a part of: lines of one number are one combo.</summary>
public sealed record OrderCombo(int Number, long MenuItemId, string Name);

public sealed record OrderTax(decimal Rate, decimal Net, decimal Tax);

public sealed record OrderPayment(long Id, string Method, decimal Amount, decimal? Tendered, decimal Change, DateTimeOffset PaidAt);

public sealed record OrderRefund(long Id, long PaymentId, string Method, decimal Amount);

public sealed record Order(
    long Id,
    string OrderNumber,
    string Status,
    string PaymentStatus,
    string Type,
    int EstimatedTime,
    OrderItem[] Items,
    string Currency,
    decimal Subtotal,
    decimal Discount,
    decimal Tax,
    OrderTax[] Taxes,
    decimal DeliveryFee,
    decimal Tip,
    decimal TotalAmount,
    decimal CashDue,
    decimal BalanceDue,
    OrderPayment[] Payments,
    OrderRefund[] Refunds,
    bool Training,
    DateOnly BusinessDay,
    string? CustomerName,
    DateTimeOffset CreatedAt,
    long Version);

public sealed record Reason(string Text, decimal? Amount);

public sealed record Preview(decimal Subtotal, decimal Discount, decimal Tax, decimal TotalAmount, int EstimatedTime, Reason[] Explanation);

public sealed record PageOf<T>(T[] Items, string? NextCursor);

public sealed record PaidOrder(string PaymentStatus, decimal BalanceDue);

public sealed record PaymentTaken(
    long Id,
    long OrderId,
    string Method,
    decimal Amount,
    decimal Change,
    DateTimeOffset PaidAt,
    PaidOrder Order);

public sealed partial class ComandaClient
{
    public Task<Order> PlaceOrder(NewOrder order, string? idempotencyKey = null, CancellationToken cancel = default) =>
        Ask<Order>(HttpMethod.Post, "/api/orders", order, KeyHeader(idempotencyKey), cancel);

    public Task<Preview> PreviewOrder(NewOrder order, CancellationToken cancel = default) =>
        Ask<Preview>(HttpMethod.Post, "/api/orders/preview", order, cancel: cancel);

    public Task<Order> GetOrder(long id, CancellationToken cancel = default) =>
        Ask<Order>(HttpMethod.Get, $"/api/orders/{id}", cancel: cancel);

    /// <summary><paramref name="query"/> as it stands behind the question mark.</summary>
    public Task<PageOf<Order>> GetOrders(string query = "", CancellationToken cancel = default) =>
        Ask<PageOf<Order>>(HttpMethod.Get, "/api/orders?" + query, cancel: cancel);

    public Task<Order> MoveOrder(long id, string status, CancellationToken cancel = default) =>
        Ask<Order>(HttpMethod.Put, $"/api/orders/{id}/status", new { status }, cancel: cancel);

    public Task<Order> CancelOrder(long id, string? reason = null, CancellationToken cancel = default) =>
        Ask<Order>(HttpMethod.Post, $"/api/orders/{id}/cancel", new { reason }, cancel: cancel);

    public Task<PaymentTaken> Pay(long orderId, NewPayment payment, string? idempotencyKey = null, CancellationToken cancel = default) =>
        Ask<PaymentTaken>(
            HttpMethod.Post, "/api/payments",
            new
            {
                order_id = orderId,
                method = payment.Method,
                amount = payment.Amount,
                tendered = payment.Tendered,
                reference = payment.Reference
            }, KeyHeader(idempotencyKey), cancel);
}
