using System.Text.Json;

namespace Comanda.Client;

/// <summary>A page of a list; <see cref="NextCursor"/> asks for the next one, null at the end.</summary>
public sealed record Page<T>(T[] Items, string? NextCursor);

/// <summary>An account of a shop's staff.</summary>
public sealed record StaffAccount(
    long Id,
    string Username,
    string Name,
    string? Email,
    string? Phone,
    string Role,
    long ShopId,
    bool IsActive,
    bool HasPin,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastSeenAt,
    long Version);

/// <summary>An account to add or to change; what is null stays.</summary>
public sealed record StaffChange(
    string? Username = null,
    string? Name = null,
    string? Email = null,
    string? Phone = null,
    string? Role = null,
    string? Pin = null,
    string? Password = null,
    bool? IsActive = null);

public sealed record RoleInfo(string Role, string[] Permissions, bool IsChanged, bool IsFixed);

public sealed record RegisterInfo(long Id, string Code, string Name);

public sealed record SignedInPerson(long UserId, string Name, string Role, string Method, DateTimeOffset Since, DateTimeOffset LastSeenAt);

public sealed record DeviceInfo(
    long Id,
    string Name,
    string Type,
    RegisterInfo? Register,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastSeenAt,
    SignedInPerson[] SignedIn);

/// <summary>A device that was enrolled; <see cref="Token"/> is shown this once.</summary>
public sealed record NewDevice(long Id, string Name, string Type, RegisterInfo? Register, DateTimeOffset CreatedAt, string Token);

public sealed record AuditActor(long Id, string Name, string Role);

public sealed record AuditEntry(
    long Id,
    DateTimeOffset At,
    string Action,
    AuditActor? Actor,
    long? DeviceId,
    string? Address,
    string Subject,
    string? SubjectId,
    JsonElement? Before,
    JsonElement? After);

public sealed partial class ComandaClient
{
    /// <summary>Signs in by PIN at an enrolled device; the client uses the access token from then on.</summary>
    public async Task<SignedIn> SignInByPin(string pin, string deviceToken, CancellationToken cancel = default)
    {
        var signedIn = await Ask<SignedIn>(
            HttpMethod.Post,
            "/api/auth/pin",
            new { pin },
            new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Device-Token"] = deviceToken },
            cancel);
        AccessToken = signedIn.AccessToken;
        return signedIn;
    }

    public Task<Page<StaffAccount>> GetUsers(int limit = 50, string? cursor = null, CancellationToken cancel = default) =>
        Ask<Page<StaffAccount>>(HttpMethod.Get, $"/api/users?limit={limit}{(cursor is null ? "" : "&cursor=" + cursor)}", cancel: cancel);

    public Task<StaffAccount> AddUser(StaffChange account, CancellationToken cancel = default) =>
        Ask<StaffAccount>(HttpMethod.Post, "/api/users", account, cancel: cancel);

    public Task<StaffAccount> ChangeUser(long id, StaffChange change, CancellationToken cancel = default) =>
        Ask<StaffAccount>(HttpMethod.Put, $"/api/users/{id}", change, cancel: cancel);

    public async Task DeactivateUser(long id, CancellationToken cancel = default)
    {
        using var response = await Send(HttpMethod.Delete, $"/api/users/{id}", cancel: cancel);
        await ThrowIfRefused(response, cancel);
    }

    public Task<Page<RoleInfo>> GetRoles(CancellationToken cancel = default) =>
        Ask<Page<RoleInfo>>(HttpMethod.Get, "/api/roles", cancel: cancel);

    /// <summary>Chooses what a role may in the shop; null goes back to Comanda's own set.</summary>
    public Task<RoleInfo> ChangeRole(string role, string[]? permissions, CancellationToken cancel = default) =>
        Ask<RoleInfo>(HttpMethod.Put, $"/api/roles/{role}", new { permissions }, cancel: cancel);

    public Task<Page<DeviceInfo>> GetDevices(CancellationToken cancel = default) =>
        Ask<Page<DeviceInfo>>(HttpMethod.Get, "/api/devices", cancel: cancel);

    public Task<NewDevice> EnrolDevice(string name, string type = "till", CancellationToken cancel = default) =>
        Ask<NewDevice>(HttpMethod.Post, "/api/devices", new { name, type }, cancel: cancel);

    public async Task RevokeDevice(long id, CancellationToken cancel = default)
    {
        using var response = await Send(HttpMethod.Delete, $"/api/devices/{id}", cancel: cancel);
        await ThrowIfRefused(response, cancel);
    }

    public Task<Page<AuditEntry>> GetAudit(string? action = null, CancellationToken cancel = default) =>
        Ask<Page<AuditEntry>>(HttpMethod.Get, "/api/audit" + (action is null ? "" : "?action=" + action), cancel: cancel);
}
