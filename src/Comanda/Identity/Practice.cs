using System.Collections.Frozen;
using Comanda.Kernel;

namespace Comanda.Identity;

/// <summary>
/// What a trainee may change, whatever a shop lets the role do: practice orders and their own account. At all else they may look, as
/// their permissions say. An endpoint that changes something and is not named here is closed to them, and so is a new one.
/// </summary>
public static class Practice
{
    /// <summary>By the endpoint's name. Those that change an order ask <see cref="Refuse(Caller?, bool)"/> once they know which.</summary>
    private static readonly FrozenSet<string> Open = FrozenSet.Create(
        StringComparer.Ordinal,
        "change_me",
        "end_session",
        "place_order",
        "preview_order",
        "edit_order",
        "add_round",
        "hold_order",
        "resume_order",
        "recall_order",
        "prepare_line",
        "change_order_status",
        "cancel_order",
        "delete_order",
        "split_order",
        "merge_orders",
        "transfer_order",
        "update_delivery",
        "email_receipt",
        "refund_order",
        "take_payment", // practice orders take no money and sell no gift card: these three say so
        "sell_gift_card");

    /// <summary>The refusal of a request that would change what is no practice; null where it may go on.</summary>
    public static Refusal? Refuse(Caller caller, string method, Endpoint endpoint)
    {
        var looks = HttpMethods.IsGet(method)
            || HttpMethods.IsHead(method)
            || HttpMethods.IsOptions(method)
            || HttpMethods.IsConnect(method);
        return !caller.IsTrainee || looks || Open.Contains(endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? "")
            ? null
            : Refusal.Forbidden("A trainee changes practice orders and their own account, and nothing that counts, whatever the role may.");
    }

    /// <summary>The refusal of somebody's change of an order; null where it may go on.</summary>
    /// <param name="caller">Who would change it; null for the shop itself.</param>
    /// <param name="training">Whether the order is a practice order.</param>
    public static Refusal? Refuse(Caller? caller, bool training) =>
        caller is { IsTrainee: true } && !training ? Refusal.Forbidden("A trainee changes only practice orders.") : null;
}
