namespace Comanda.Identity;

/// <summary>
/// A role and what it may in this shop. <see cref="IsChanged"/> where the shop has chosen another set than Comanda's;
/// <see cref="IsFixed"/> where it cannot.
/// </summary>
public sealed record RoleView(
    [property: Words(typeof(RoleNames))] string Role,
    [property: Words<Permission>] string[] Permissions,
    bool IsChanged,
    bool IsFixed);

/// <summary>The whole new set; null goes back to Comanda's.</summary>
public sealed record RoleInput([property: Words<Permission>] IReadOnlyList<string>? Permissions);
