using System.Collections.Frozen;
using Comanda.Shops;
using static Comanda.Kernel.Permission;

namespace Comanda.Identity;

/// <summary>Which role may do what: this page is the whole answer.</summary>
public static class Permissions
{
    private static readonly FrozenSet<Permission> Everything = Enum.GetValues<Permission>().ToFrozenSet();

    private static readonly FrozenDictionary<string, FrozenSet<Permission>> ByRole = new Dictionary<string, FrozenSet<Permission>>
    {
        [Caller.OwnerRole] = Everything,
        [RoleNames.Admin] = Everything.Except([ManageShop]).ToFrozenSet(),
        [RoleNames.Manager] = Set(
            ReadOwnProfile,
            ReadMenu,
            EditMenu,
            SetMenuStock,
            TakeOrders,
            ReadOrders,
            MoveOrders,
            GiveDiscounts,
            TakePayments,
            RefundOrders,
            ReadReports,
            ReadJournal,
            FollowEvents,
            ReadSettings,
            ReadStaff,
            EditStaff,
            ReadDevices,
            WriteReviews,
            ModerateReviews,
            ReadCustomers,
            EditCustomers,
            ManageCustomers,
            ReadStock,
            ManageStock,
            EditPromotions,
            ManageDrawers,
            ManageDelivery),
        [RoleNames.Cashier] = Set(
            ReadOwnProfile,
            ReadMenu,
            TakeOrders,
            ReadOrders,
            MoveOrders,
            TakePayments,
            FollowEvents,
            ReadCustomers,
            EditCustomers,
            ReadStock),
        [RoleNames.Barista] = Set(ReadOwnProfile, ReadMenu, SetMenuStock, TakeOrders, ReadOrders, MoveOrders, FollowEvents, ReadStock),
        [Caller.TraineeRole] = Set(ReadOwnProfile, ReadMenu, TakeOrders, ReadOrders, FollowEvents, ReadStock),
        [Caller.CustomerRole] = Set(
            ReadOwnProfile,
            ReadMenu,
            FollowEvents,
            WriteReviews,
            PlaceOwnOrders,
            ReadOwnOrders,
            CancelOwnOrders,
            PayOwnOrders),
    }.ToFrozenDictionary();

    /// <summary>Other spellings of a role.</summary>
    private static readonly Dictionary<string, string> Spellings = new(StringComparer.Ordinal) { [RoleNames.Staff] = RoleNames.Cashier };

    /// <summary>Every role once, the one that may most first.</summary>
    public static IReadOnlyList<string> Roles { get; } =
        [.. new WordsAttribute(typeof(RoleNames)).Words.Where(r => !Spellings.ContainsKey(r))];

    /// <summary>Roles whose sets no shop can change: an owner must always find a way back in, a guest must never be staff.</summary>
    public static IReadOnlyList<string> FixedRoles { get; } = [Caller.OwnerRole, Caller.CustomerRole];

    public static string Canonical(string role) => Spellings.GetValueOrDefault(role, role);

    /// <summary>Comanda's own set of a role. An unknown role may do nothing.</summary>
    public static IReadOnlySet<Permission> Of(string role) => ByRole.GetValueOrDefault(Canonical(role), FrozenSet<Permission>.Empty);

    /// <summary>What a role may in a shop: the shop's own set where it has chosen one.</summary>
    public static IReadOnlySet<Permission> Of(string role, Shop? shop) =>
        shop is not null && shop.RolePermissions.TryGetValue(Canonical(role), out var chosen) ? chosen : Of(role);

    /// <summary>What a session that a PIN began may not, whoever's it is: a PIN is short and typed in front of a queue.</summary>
    private static readonly FrozenSet<Permission> NotByPin = Set(EditStaff, EditPeers, EditRoles, EditDevices, ManageShop, ReadOutbox);

    /// <summary>What of a role's permissions a session has that began this way.</summary>
    public static IReadOnlySet<Permission> In(SignInMethod method, IReadOnlySet<Permission> ofRole) =>
        method == SignInMethod.Pin && ofRole.Overlaps(NotByPin) ? ofRole.Except(NotByPin).ToFrozenSet() : ofRole;

    /// <summary>
    /// Whether somebody may give, change or take away an account with these permissions: nobody grants more than they have,
    /// and only who may edit peers touches one that may just as much.
    /// </summary>
    public static bool MayManage(IReadOnlySet<Permission> mine, IReadOnlySet<Permission> theirs) =>
        mine.Contains(EditStaff) && mine.IsSupersetOf(theirs) && (mine.Contains(EditPeers) || mine.Count > theirs.Count);

    public static string[] Names(IReadOnlySet<Permission> permissions) => [.. permissions.Order().Select(p => p.ToWire())];

    private static FrozenSet<Permission> Set(params Permission[] permissions) => permissions.ToFrozenSet();
}
