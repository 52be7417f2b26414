namespace Comanda.Kernel;

/// <summary>Who is asking, as known for the length of one request.</summary>
public sealed record Caller(
    long UserId,
    long SessionId,
    string Username,
    string Name,
    string Role,
    long HomeShopId,
    IReadOnlySet<Permission> Permissions)
{
    /// <summary>Names of the roles that the code itself must know; all others are only sets of permissions.</summary>
    public const string TraineeRole = "trainee", CustomerRole = "customer";

    public bool IsTrainee => Role == TraineeRole;

    public bool IsCustomer => Role == CustomerRole;

    public bool May(Permission permission) => Permissions.Contains(permission);
}
