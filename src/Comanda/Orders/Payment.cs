using Comanda.Data;
using Comanda.Registers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Comanda.Orders;

public enum RefundKind
{
    /// <summary>The order was cancelled: sale and payment both go.</summary>
    Cancellation,

    /// <summary>Money went back for a sale that stays.</summary>
    Refund,
}

/// <summary>Money that came for an order.</summary>
public sealed class Payment : IShopOwned
{
    public long Id { get; init; }

    public long ShopId { get; init; }

    public long OrderId { get; init; }

    public PaymentMethod Method { get; init; }

    public Money Amount { get; init; }

    /// <summary>Cash as it was handed over; <see cref="Change"/> went back.</summary>
    public Money? Tendered { get; init; }

    public Money Change { get; init; }

    /// <summary>What cash changed hands beyond <see cref="Amount"/>, or short of it, for want of small coins.</summary>
    public Money Rounding { get; init; }

    /// <summary>How many of the customer's points it took.</summary>
    public long Points { get; init; }

    public string? Reference { get; init; }

    public DateOnly BusinessDay { get; init; }

    public long? CashierId { get; init; }

    public DateTimeOffset PaidAt { get; init; }

    /// <summary>The drawer session that it was taken in; null for imported ones.</summary>
    public long? DrawerId { get; internal set; }

    public sealed class Mapping : IEntityTypeConfiguration<Payment>
    {
        public void Configure(EntityTypeBuilder<Payment> builder) => builder.Property(p => p.Id).ValueGeneratedNever();
    }
}

/// <summary>Money that went back, by the tender it came by.</summary>
public sealed class Refund : IShopOwned
{
    public long Id { get; init; }

    public long ShopId { get; init; }

    public long OrderId { get; init; }

    public long PaymentId { get; init; }

    public PaymentMethod Method { get; init; }

    public Money Amount { get; init; }

    /// <summary>What cash went back beyond <see cref="Amount"/>, or short of it.</summary>
    public Money Rounding { get; init; }

    /// <summary>How many points it returned to the customer.</summary>
    public long Points { get; init; }

    public string? Reason { get; init; }

    public RefundKind Kind { get; init; }

    public DateOnly BusinessDay { get; init; }

    public long? UserId { get; init; }

    /// <summary>The refund of the order that this is a tender's part of; null where the order was cancelled.</summary>
    public long? RefundId { get; init; }

    /// <summary>The drawer session that it was given back in.</summary>
    public long? DrawerId { get; init; }

    public DateTimeOffset RefundedAt { get; init; }

    public sealed class Mapping : IEntityTypeConfiguration<Refund>
    {
        public void Configure(EntityTypeBuilder<Refund> builder) => builder.Property(r => r.Id).ValueGeneratedNever();
    }
}

/// <summary>Money back for a sale that stays, as it was asked for and worked out; <see cref="Refund"/> is its part by one tender.</summary>
public sealed record OrderRefund
{
    public required long Id { get; init; }

    public required Order Order { get; init; }

    public required RefundShares Shares { get; init; }

    public required string Reason { get; init; }

    public required bool Restock { get; init; }

    public required DateOnly Day { get; init; }

    public required DateTimeOffset At { get; init; }

    public required long Drawer { get; init; }
}
