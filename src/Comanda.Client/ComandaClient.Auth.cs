using Comanda.Identity;

namespace Comanda.Client;

public sealed partial class ComandaClient
{
    /// <summary>Signs in; the client uses the access token from then on.</summary>
    public Task<SignedIn> SignIn(string username, string password, CancellationToken cancel = default) =>
        SignIn(username, password, null, cancel);

    /// <summary>The same for somebody with a second factor: <paramref name="code"/> as the app shows it, or a recovery code.</summary>
    public async Task<SignedIn> SignIn(string username, string password, string? code, CancellationToken cancel = default)
    {
        var request = new LoginRequest(username, null, null, password, Code: code);
        var signedIn = await Ask<SignedIn>(HttpMethod.Post, "/api/auth/login", request, cancel: cancel);
        AccessToken = signedIn.AccessToken;
        return signedIn;
    }

    public async Task<SignedIn> Refresh(string refreshToken, CancellationToken cancel = default)
    {
        var signedIn = await Ask<SignedIn>(HttpMethod.Post, "/api/auth/refresh", new { refresh_token = refreshToken }, cancel: cancel);
        AccessToken = signedIn.AccessToken;
        return signedIn;
    }

    public async Task SignOut(CancellationToken cancel = default)
    {
        using var response = await Send(HttpMethod.Post, "/api/auth/logout", cancel: cancel);
        await ThrowIfRefused(response, cancel);
    }

    public Task<UserView> Me(CancellationToken cancel = default) => Ask<UserView>(HttpMethod.Get, "/api/auth/me", cancel: cancel);
}
