using System.Collections.Frozen;
using Comanda.Kernel;
using static Comanda.Kernel.Permission;

namespace Comanda.Identity;

/// <summary>Which role may do what: this page is the whole answer.</summary>
public static class Permissions
{
    private static readonly FrozenSet<Permission> Everything = Enum.GetValues<Permission>().ToFrozenSet();

    private static readonly FrozenDictionary<string, FrozenSet<Permission>> ByRole = new Dictionary<string, FrozenSet<Permission>>
    {
        ["owner"] = Everything,
        ["admin"] = Everything,
        ["manager"] = Everything.Except([EditSettings]).ToFrozenSet(),
        ["cashier"] = Set(ReadOwnProfile, ReadMenu, TakeOrders, ReadOrders, MoveOrders, TakePayments, FollowEvents),
        ["barista"] = Set(ReadOwnProfile, ReadMenu, SetMenuStock, TakeOrders, ReadOrders, MoveOrders, FollowEvents),
        [Caller.TraineeRole] = Set(ReadOwnProfile, ReadMenu, TakeOrders, ReadOrders, FollowEvents),
        [Caller.CustomerRole] = Set(ReadOwnProfile, ReadMenu, FollowEvents),
    }.ToFrozenDictionary();

    /// <summary>Other spellings of a role.</summary>
    private static readonly Dictionary<string, string> Spellings = new(StringComparer.Ordinal) { ["staff"] = "cashier" };

    public static string Canonical(string role) => Spellings.GetValueOrDefault(role, role);

    /// <summary>An unknown role may do nothing.</summary>
    public static IReadOnlySet<Permission> Of(string role) => ByRole.GetValueOrDefault(Canonical(role), FrozenSet<Permission>.Empty);

    private static FrozenSet<Permission> Set(params Permission[] permissions) => permissions.ToFrozenSet();
}
