using Comanda.Identity;

namespace Comanda.Orders;

/// <summary>Who may ask for what a basket asks for.</summary>
public static class BasketRights
{
    /// <summary>Rights that a basket asks for beyond placing it: the caller's own, or a manager's approval. Answers who approved.</summary>
    public static Task<Outcome<Approver?>> Check(
        OrderRequest request, Caller caller, Approvals approvals, CancellationToken cancel)
    {
        // What a guest may ask for was looked at before (FillOrder): their own points and gift cards, and no discount.
        if (caller.IsCustomer)
            return Task.FromResult<Outcome<Approver?>>((Approver?)null);
        if ((request.Payments is { Length: > 0 } || request.RedeemPoints > 0) && !caller.May(Permission.TakePayments))
            return Task.FromResult<Outcome<Approver?>>(
                Refusal.Forbidden($"Your role '{caller.Role}' may not take payments; place the order without."));
        var discounted = request.Discount is not null
            || request.ServiceCharge == false
            || (request.Items ?? []).Any(i => i?.Discount is not null);
        return discounted
            ? approvals.Check(Permission.GiveDiscounts, request.Approval, "give discounts", cancel)
            : Task.FromResult<Outcome<Approver?>>((Approver?)null);
    }
}
