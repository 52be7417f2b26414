using Comanda.Registers;

namespace Comanda.Orders;

/// <summary>
/// How an order says that it is, or is to be, paid where it names no payments: <c>payment_method</c> alone is one payment of all that is
/// due, with <c>payment_status</c> pending it is what the guest means to pay by.
/// </summary>
public static class SaidPayment
{
    private static readonly string[] Settled = ["completed", "paid"], Owed = ["pending", "unpaid", "failed"];

    /// <summary>What it is to be paid by, where it is not paid yet.</summary>
    /// <param name="request">As it was asked for; with its payment, where it says that it is paid.</param>
    /// <param name="errors">Where it is told what contradicts itself.</param>
    public static PaymentMethod? Read(ref OrderRequest request, FieldErrors errors)
    {
        var (method, status) = (request.PaymentMethod, request.PaymentStatus);
        if (method is null && status is null)
            return null;
        var settles = SettlesBy(method, status, errors);
        PaymentMethod? by = method is null ? null : errors.OneOf<PaymentMethod>("payment_method", method);
        if (settles && request.Payments is null)
        {
            errors.Check(method is not null, "payment_method", "is required: payment_status says that it is paid");
            request = request with { Payments = [new(method, Reference: request.PaymentReference)] };
        }

        return by;
    }

    /// <summary>Whether it says that it is paid.</summary>
    public static bool SettlesBy(string? method, string? status, FieldErrors errors)
    {
        errors.Check(
            status is null || Settled.Contains(status) || Owed.Contains(status),
            "payment_status",
            "must be completed, where it is paid by payment_method, or pending");
        return status is null ? method is not null : Settled.Contains(status);
    }
}
