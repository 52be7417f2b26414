namespace Comanda.Orders;

/// <summary>What a payment_recorded event tells: the payment, and where the order stands with it.</summary>
public sealed record PaymentRecorded(long OrderId, string OrderNumber, PaymentView Payment, string PaymentStatus, decimal BalanceDue);
