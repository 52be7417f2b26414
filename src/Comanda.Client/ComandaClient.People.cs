using Comanda.Audit;
using Comanda.Identity;
using Comanda.Kernel;

namespace Comanda.Client;

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

    public Task<PageOf<StaffView>> GetUsers(int limit = 50, string? cursor = null, CancellationToken cancel = default) =>
        Ask<PageOf<StaffView>>(HttpMethod.Get, $"/api/users?limit={limit}{(cursor is null ? "" : "&cursor=" + cursor)}", cancel: cancel);

    public Task<StaffView> GetUser(long id, CancellationToken cancel = default) =>
        Ask<StaffView>(HttpMethod.Get, $"/api/users/{id}", cancel: cancel);

    public Task<StaffView> AddUser(StaffInput account, CancellationToken cancel = default) =>
        AddAccount(account, cancel);

    /// <summary>An account of the fields that are given; <paramref name="account"/> in snake_case.</summary>
    public Task<StaffView> AddAccount(object account, CancellationToken cancel = default) =>
        Ask<StaffView>(HttpMethod.Post, "/api/users", account, cancel: cancel);

    public Task<StaffView> ChangeUser(long id, StaffInput change, CancellationToken cancel = default) =>
        ChangeAccount(id, change, cancel);

    /// <summary>Changes the given fields of an account; <paramref name="change"/> in snake_case.</summary>
    public Task<StaffView> ChangeAccount(long id, object change, CancellationToken cancel = default) =>
        Ask<StaffView>(HttpMethod.Put, $"/api/users/{id}", change, cancel: cancel);

    public async Task DeactivateUser(long id, CancellationToken cancel = default)
    {
        using var response = await Send(HttpMethod.Delete, $"/api/users/{id}", cancel: cancel);
        await ThrowIfRefused(response, cancel);
    }

    /// <summary>Signs somebody out wherever they act for the shop.</summary>
    public async Task SignUserOut(long id, CancellationToken cancel = default)
    {
        using var response = await Send(HttpMethod.Delete, $"/api/users/{id}/sessions", cancel: cancel);
        await ThrowIfRefused(response, cancel);
    }

    /// <summary>My own sessions.</summary>
    public Task<PageOf<SessionView>> GetSessions(CancellationToken cancel = default) =>
        Ask<PageOf<SessionView>>(HttpMethod.Get, "/api/auth/sessions", cancel: cancel);

    public async Task EndSession(long id, CancellationToken cancel = default)
    {
        using var response = await Send(HttpMethod.Delete, $"/api/auth/sessions/{id}", cancel: cancel);
        await ThrowIfRefused(response, cancel);
    }

    public Task<PageOf<RoleView>> GetRoles(CancellationToken cancel = default) =>
        Ask<PageOf<RoleView>>(HttpMethod.Get, "/api/roles", cancel: cancel);

    /// <summary>Chooses what a role may in the shop; null goes back to Comanda's own set.</summary>
    public Task<RoleView> ChangeRole(string role, string[]? permissions, CancellationToken cancel = default) =>
        Ask<RoleView>(HttpMethod.Put, $"/api/roles/{role}", new { permissions }, cancel: cancel);

    public Task<DevicePage> GetDevices(CancellationToken cancel = default) =>
        Ask<DevicePage>(HttpMethod.Get, "/api/devices", cancel: cancel);

    public Task<EnrolledDeviceView> EnrolDevice(string name, string type = "till", CancellationToken cancel = default) =>
        EnrolDevice(new DeviceInput(name, type, null), cancel);

    public Task<EnrolledDeviceView> EnrolDevice(DeviceInput device, CancellationToken cancel = default) =>
        Ask<EnrolledDeviceView>(HttpMethod.Post, "/api/devices", device, cancel: cancel);

    public async Task RevokeDevice(long id, CancellationToken cancel = default)
    {
        using var response = await Send(HttpMethod.Delete, $"/api/devices/{id}", cancel: cancel);
        await ThrowIfRefused(response, cancel);
    }

    public Task<PageOf<AuditRow>> GetAudit(string? action = null, CancellationToken cancel = default) =>
        Ask<PageOf<AuditRow>>(HttpMethod.Get, "/api/audit" + (action is null ? "" : "?action=" + action), cancel: cancel);
}
