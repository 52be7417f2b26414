using Comanda.Events;
using Comanda.Shops;

namespace Comanda.Identity;

/// <summary>The register of a till.</summary>
public sealed record DeviceRegister(long Id, string Code, string Name);

/// <summary>Who is signed in on a device, and how (password, pin).</summary>
public sealed record SignedInHere(
    long UserId,
    string Name,
    [property: Words(typeof(RoleNames))] string Role,
    [property: Words<SignInMethod>] string Method,
    DateTimeOffset Since,
    DateTimeOffset LastSeenAt);

/// <summary>
/// An enrolled device. <see cref="Type"/> is till, kitchen, display or printer; only a till has a <see cref="Register"/>.
/// </summary>
public sealed record DeviceView(
    long Id,
    string Name,
    [property: Words<DeviceType>] string Type,
    DeviceRegister? Register,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastSeenAt,
    IReadOnlyList<SignedInHere> SignedIn,
    IReadOnlyList<FollowsHere> Live);

/// <summary>Who follows the shop's events just now, on which screen, by which door; and since when.</summary>
public sealed record FollowsHere(
    long UserId,
    string Name,
    [property: Words(typeof(RoleNames))] string Role,
    string? Screen,
    [property: Words<LiveDoor>] string Door,
    DateTimeOffset Since);

/// <summary>Enrolled devices. <see cref="Elsewhere"/> are those who follow events on none of them, in a browser for one.</summary>
public sealed record DevicePage(IReadOnlyList<DeviceView> Items, string? NextCursor, IReadOnlyList<FollowsHere> Elsewhere);

/// <summary>
/// A device to enrol. A till gets a register of its own, unless <see cref="RegisterId"/> names one whose device is gone: a
/// new tablet goes on where the broken one stopped.
/// </summary>
public sealed record DeviceInput(
    [property: AtMost(100)] string? Name,
    [property: AtMost(30), Words<DeviceType>] string? Type,
    long? RegisterId);

/// <summary>What was enrolled. <see cref="Token"/> is shown this once; the device sends it as X-Device-Token.</summary>
public sealed record EnrolledDeviceView(
    long Id,
    string Name,
    [property: Words<DeviceType>] string Type,
    DeviceRegister? Register,
    DateTimeOffset CreatedAt,
    string Token);
