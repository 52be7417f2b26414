namespace Comanda.Orders;

/// <summary>PUT /api/orders/{id}: what is in it, who it is for, that it is paid, where it goes. A cancellation goes alone.</summary>
public sealed class ChangeOrder(EditOrder edit, ChangeStatus status)
{
    public async Task<Answer<OrderView>> Handle(long id, OrderEdit change, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        if (errors.OneOf("status", change.Status, OrderStatus.Pending) != OrderStatus.Cancelled)
            return errors.Any ? errors.ToRefusal() : await edit.Handle(id, change, cancel);
        errors.Check(
            (change with { Approval = null, Version = null }) == new OrderEdit { Status = change.Status },
            "status",
            "cancels the order, and goes without other changes");
        return errors.Any ? errors.ToRefusal() : await status.Cancel(id, new(null, change.Approval), cancel);
    }
}
