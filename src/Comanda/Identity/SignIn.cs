using Comanda.Data;
using Comanda.Kernel;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Comanda.Identity;

/// <summary>Exactly one of username, email and phone, and the password.</summary>
public sealed record LoginRequest(
    [property: AtMost(200)] string? Username,
    [property: AtMost(200)] string? Email,
    [property: AtMost(200)] string? Phone,
    [property: AtMost(1000)] string? Password);

/// <summary>The refresh token, unless it comes as the cookie.</summary>
public sealed record RefreshRequest([property: AtMost(200)] string? RefreshToken);

/// <summary>The signed-in person; <see cref="Permissions"/> by their wire names.</summary>
public sealed record UserView(long Id, string Username, string Name, string Role, long ShopId, string[] Permissions);

/// <summary><see cref="ExpiresIn"/> is the access token's life in seconds.</summary>
public sealed record SignedIn(string AccessToken, string TokenType, int ExpiresIn, string RefreshToken, UserView User);

/// <summary>Sign in, refresh, sign out, who am I.</summary>
public static class SignIn
{
    public const string RefreshCookie = "comanda_refresh";

    private static readonly Refusal BadCredentials = new(401, "bad_credentials", "The name or the password is not right.");

    public static void MapSignIn(this IEndpointRouteBuilder app)
    {
        var auth = app.MapGroup("/api/auth").WithTags("Auth");
        auth.MapPost("/login", Login).AllowAnonymous().WithName("login").WithSummary("Signs in by username, e-mail or phone and password.")
            .WithMetadata(IdempotencyRule.Harmless("a second sign-in is a second session")).ProducesProblem(400).ProducesProblem(401);
        auth.MapPost("/refresh", Refresh).AllowAnonymous().WithName("refresh").WithSummary("Trades a refresh token (body or cookie) for a new pair. Single use.")
            .WithMetadata(IdempotencyRule.Harmless("a used token is refused")).ProducesProblem(401);
        auth.MapPost("/logout", Logout).AllowAnonymous().WithName("logout").WithSummary("Ends the session: neither of its tokens works from then on.")
            .WithMetadata(IdempotencyRule.Harmless("a session ends once")).ProducesProblem(401);
        auth.MapGet("/me", Me).WithName("me").WithSummary("Who am I, and what may I do?").WithMetadata(new NeedsPermission(Permission.ReadOwnProfile));
    }

    private static async Task<Results<Ok<SignedIn>, ProblemHttpResult>> Login(
        LoginRequest request, HttpContext http, NpgsqlDataSource database, Sessions sessions, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var names = new[] { request.Username, request.Email, request.Phone }.Count(n => !string.IsNullOrWhiteSpace(n));
        errors.Check(names == 1, "username", "give one of username, email and phone");
        errors.Check(!string.IsNullOrEmpty(request.Password), "password", "is required");
        if (errors.Any)
            return errors.ToRefusal().ToProblem();

        var (user, hash) = await Find(database, request, cancel);
        // An unknown name costs the same quarter of a second as a wrong password: time tells nobody which names exist.
        var good = await Bcrypt.Verify(request.Password!, hash ?? await StandIn.Value, cancel);
        if (!good || user is null)
            return BadCredentials.ToProblem();
        return Answer(http, await sessions.Begin(user.Id, cancel), user);
    }

    private static async Task<Results<Ok<SignedIn>, ProblemHttpResult>> Refresh(
        HttpContext http, NpgsqlDataSource database, Sessions sessions, CancellationToken cancel, RefreshRequest? request = null)
    {
        var token = TokenOf(request, http);
        if (string.IsNullOrEmpty(token))
            return new Refusal(401, "unauthenticated", "There is no refresh token, neither in the body nor as the cookie.").ToProblem();
        var pair = await sessions.Refresh(token, cancel);
        if (pair.Refusal is { } refusal)
        {
            http.Response.Cookies.Delete(RefreshCookie, CookieFor(http));
            return refusal.ToProblem();
        }

        return Answer(http, pair.Value, (await UserById(database, pair.Value.UserId, cancel))!);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Logout(
        HttpContext http, Sessions sessions, Here here, CancellationToken cancel, RefreshRequest? request = null)
    {
        var token = TokenOf(request, http);
        var session = here.Visitor?.SessionId ?? (string.IsNullOrEmpty(token) ? null : await sessions.SessionOf(token, cancel));
        http.Response.Cookies.Delete(RefreshCookie, CookieFor(http));
        if (session is not { } id)
            return new Refusal(401, "session_ended", "There is no session to end.").ToProblem();
        await sessions.End(id, "logout", cancel);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<UserView>> Me(NpgsqlDataSource database, Here here, CancellationToken cancel) =>
        TypedResults.Ok((await UserById(database, here.Caller.UserId, cancel))!);

    private static Ok<SignedIn> Answer(HttpContext http, Sessions.Pair pair, UserView user)
    {
        http.Response.Cookies.Append(RefreshCookie, pair.RefreshToken, CookieFor(http));
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new SignedIn(pair.AccessToken, "Bearer", (int)Tokens.Lifetime.TotalSeconds, pair.RefreshToken, user));
    }

    private static string? TokenOf(RefreshRequest? request, HttpContext http) =>
        string.IsNullOrEmpty(request?.RefreshToken) ? http.Request.Cookies[RefreshCookie] : request.RefreshToken;

    private static CookieOptions CookieFor(HttpContext http) => new()
    {
        HttpOnly = true,
        Secure = http.Request.IsHttps,
        SameSite = SameSiteMode.Strict,
        Path = "/",
        MaxAge = Sessions.Lifetime,
        IsEssential = true,
    };

    /// <summary>A hash of nothing anybody knows, to spend the time of a check on names that do not exist.</summary>
    private static readonly Lazy<Task<string>> StandIn = new(() => Bcrypt.Hash(Guid.NewGuid().ToString("N"), CancellationToken.None));

    private const string UserColumns = "select id, username, name, role, home_shop_id, password_hash from users where active and ";

    private static async Task<(UserView? User, string? Hash)> Find(NpgsqlDataSource database, LoginRequest request, CancellationToken cancel)
    {
        var (condition, name) = request switch
        {
            { Username: { } username } when !string.IsNullOrWhiteSpace(username) => ("lower(username) = lower($1)", username),
            { Email: { } email } when !string.IsNullOrWhiteSpace(email) => ("lower(email) = lower($1)", email),
            _ => ("phone = $1", request.Phone!),
        };
        if (name.Contains('\0'))
            return (null, null);
        await using var command = database.Command(UserColumns + condition, name.Trim());
        return (await command.List(r => ((UserView?)View(r), (string?)r.GetString(5)), cancel)).FirstOrDefault();
    }

    private static async Task<UserView?> UserById(NpgsqlDataSource database, long id, CancellationToken cancel)
    {
        await using var command = database.Command(UserColumns + "id = $1", id);
        return (await command.List(View, cancel)).FirstOrDefault();
    }

    private static UserView View(NpgsqlDataReader row)
    {
        var role = row.GetString(3);
        return new(row.GetInt64(0), row.GetString(1), row.GetString(2), role, row.GetInt64(4), [.. Permissions.Of(role).Order().Select(p => p.ToWire())]);
    }
}
