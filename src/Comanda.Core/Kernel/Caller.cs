namespace Comanda.Kernel;

/// <summary>How a session began.</summary>
public enum SignInMethod
{
    Password,
    Pin,

    /// <summary>A code sent to a phone.</summary>
    Otp,
}

/// <summary>
/// Who is asking, as known for the length of one request. <see cref="Role"/> and <see cref="Permissions"/> are those in
/// <see cref="ShopId"/>: in another shop the same person may be something else.
/// </summary>
public sealed record Caller
{
    public required long UserId { get; init; }

    public required long SessionId { get; init; }

    public required string Username { get; init; }

    public required string Name { get; init; }

    public required string Role { get; init; }

    public required long ShopId { get; init; }

    public required IReadOnlySet<Permission> Permissions { get; init; }

    public SignInMethod Method { get; init; } = SignInMethod.Password;

    public long? DeviceId { get; init; }

    /// <summary>Names of the roles that the code itself must know; all others are only sets of permissions.</summary>
    public const string OwnerRole = RoleNames.Owner, TraineeRole = RoleNames.Trainee, CustomerRole = RoleNames.Customer;

    public bool IsTrainee => Role == TraineeRole;

    public bool IsCustomer => Role == CustomerRole;

    public bool May(Permission permission) => Permissions.Contains(permission);
}
