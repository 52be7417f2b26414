namespace Comanda.Identity;

/// <summary>
/// What a trainee may change, whatever a shop lets the role do: practice orders and their own account. At all else they may look, as
/// their permissions say. An endpoint that changes something and does not say that it is practised (<see cref="IsPractised"/>) is closed to
/// them, and so is a new one.
/// </summary>
public static class Practice
{
    /// <summary>The refusal of a request that would change what is no practice; null where it may go on.</summary>
    public static Refusal? Refuse(Caller caller, string method, Endpoint endpoint)
    {
        var looks = HttpMethods.IsGet(method)
            || HttpMethods.IsHead(method)
            || HttpMethods.IsOptions(method)
            || HttpMethods.IsConnect(method);
        return !caller.IsTrainee || looks || endpoint.Metadata.GetMetadata<IsPractised>() is not null
            ? null
            : Refusal.Forbidden("A trainee changes practice orders and their own account, and nothing that counts, whatever the role may.");
    }

    /// <summary>The refusal of somebody's change of an order; null where it may go on.</summary>
    /// <param name="caller">Who would change it; null for the shop itself.</param>
    /// <param name="training">Whether the order is a practice order.</param>
    public static Refusal? Refuse(Caller? caller, bool training) =>
        caller is { IsTrainee: true } && !training ? Refusal.Forbidden("A trainee changes only practice orders.") : null;
}
