using Comanda.Audit;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>Sign in by password or PIN, refresh, sign out.</summary>
public sealed class SignIn(
    People people, Passwords passwords, Sessions sessions, SignInLimits limits, FindDevice devices, Here here, RequestHead head)
{
    private static readonly Refusal BadPin = new(401, "bad_credentials", "The PIN is not right.");

    private static readonly Refusal PinsAtDevices = Refusal.Forbidden(
        "This shop takes PINs at its enrolled devices only: send one's token, or a password (setting pin_sign_in).");

    private static readonly Refusal FactorRequired = new(
        401,
        "second_factor_required",
        "The password is right; send code too, as the authenticator app shows it, or one of the recovery codes.");

    private static readonly Refusal BadFactor = new(
        401,
        "bad_credentials",
        "The code is not right, was used already, or is over; wait for the next one.");

    internal static readonly Refusal BadCredentials = new(401, "bad_credentials", "The name or the password is not right.");

    /// <summary>
    /// Of the checks and their order, only the outcome shows: an unknown name, a wrong password and a person without one
    /// are one answer, after the same work.
    /// </summary>
    public async Task<Answer<SignedIn>> Login(LoginRequest request, SessionCookie cookie, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var names = new[] { request.Username, request.Email, request.Phone }.Where(n => !string.IsNullOrWhiteSpace(n)).ToList();
        if (request is { Pin: { } alone, Password: null } && names.Count == 0)
            return await Pin(new(alone), cookie, cancel);
        var byPin = request is { Pin: not null, Password: null };
        errors.Check(names.Count == 1, "username", "give one of username, email and phone");
        errors.Check(byPin || !string.IsNullOrEmpty(request.Password), "password", "is required");
        errors.Check(!byPin || People.CheckPin(request.Pin!) is null, "pin", "must have 4 to 8 digits");
        if (errors.Any)
            return errors.ToRefusal();

        var device = await devices.Of(head.DeviceToken, cancel);
        var shopId = device is null || head.NamesShop ? here.ShopId : device.ShopId;
        var country = await people.CountryOf(shopId, cancel);
        if (byPin && device?.ShopId != shopId && !await people.TakesPins(shopId, cancel))
            return PinsAtDevices;
        var person = await Find(request, country, shopId, cancel);
        var own = device is not null && device.ShopId == shopId && (person is null || person.ShopId == shopId) ? device : null;
        var attempt = limits.ByPassword(person, NameOf(request, country), own, here);
        if (await limits.Refuse(attempt, cancel) is { } wait)
            return wait;
        Bcrypt.Place.Value = new(attempt.Place, attempt.DeviceId is not null);
        var right = byPin
            ? await people.IsPin(person, request.Pin!, shopId, cancel)
            : await passwords.IsRight(person, request.Password!, cancel);
        if (!right)
            return (await limits.Failed(
                attempt,
                AuditActions.LoginFailed,
                new { method = byPin ? "pin" : "password", device_id = own?.Id },
                BadCredentials,
                here,
                cancel));

        var entrance = new Entrance(byPin ? SignInMethod.Pin : SignInMethod.Password, own, head.UserAgent)
        {
            NeedsNoFactor = byPin && own is not null,
        };
        var asked = await AskForFactor(person!, entrance, request.Code, attempt, cancel);
        if (asked.Refusal is { } refused)
            return refused;
        if (await limits.Succeeded(attempt, cancel) is { } tooLate)
            return tooLate;
        return await Welcome(person!, asked.Value, BadCredentials, cookie, cancel);
    }

    /// <summary>
    /// The entrance with the code of the person's second factor, where they have one and this way asks for it. A wrong one counts like a
    /// wrong password; a missing one does not, nor does it end a row of failures: else codes could be guessed without end.
    /// </summary>
    private async Task<Outcome<Entrance>> AskForFactor(
        Person person,
        Entrance entrance,
        string? code,
        SignInLimits.Try attempt,
        CancellationToken cancel)
    {
        if (entrance.NeedsNoFactor || !person.HasSecondFactor)
            return entrance;
        if (await limits.Refuse(attempt, cancel) is { } wait)
            return wait;
        if (string.IsNullOrWhiteSpace(code))
            return FactorRequired;
        if (await people.Factor(person, code, cancel) is { } right)
            return entrance with { Factor = right };
        return await limits.Failed(
            attempt,
            AuditActions.LoginFailed,
            new { method = "second_factor", device_id = entrance.Device?.Id },
            BadFactor,
            here,
            cancel);
    }

    /// <summary>The entrance of a guest whom a code on their phone names; a second factor of theirs is asked for there too.</summary>
    public async Task<Outcome<Entrance>> ByPhone(Person? guest, string? code, CancellationToken cancel)
    {
        var entrance = new Entrance(SignInMethod.Otp);
        return guest is null ? entrance : await AskForFactor(guest, entrance, code, limits.ByPassword(guest, "", null, here), cancel);
    }

    /// <summary>POST /api/auth/pin: who types a PIN at an enrolled device of the shop.</summary>
    public async Task<Answer<SignedIn>> Pin(PinRequest request, SessionCookie cookie, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(request.Pin) || People.CheckPin(request.Pin) is not null)
            return Refusal.OfField("pin", "must have 4 to 8 digits");
        if (await devices.Of(head.DeviceToken, cancel) is not { } device || (head.NamesShop && device.ShopId != here.ShopId))
            return new Refusal(
                401,
                "unauthenticated",
                $"A PIN works on an enrolled device of the shop only: send its token as {FindDevice.Header}.");
        var attempt = limits.ByPin(device);
        if (await limits.Refuse(attempt, cancel) is { } wait)
            return wait;
        Bcrypt.Place.Value = new(attempt.Place, attempt.DeviceId is not null);
        if (await people.ByPin(request.Pin, device.ShopId, cancel) is not { IsCustomer: false } person)
            return (await limits.Failed(
                attempt,
                AuditActions.LoginFailed,
                new { method = "pin", device_id = device.Id },
                BadPin,
                here.Stranger(device.ShopId),
                cancel));

        if (await limits.Succeeded(attempt, cancel) is { } tooLate)
            return tooLate;
        var entrance = new Entrance(SignInMethod.Pin, device, head.UserAgent) { NeedsNoFactor = true };
        return await Welcome(person, entrance, BadPin, cookie, cancel);
    }

    public async Task<Answer<SignedIn>> Refresh(SessionCookie cookie, RefreshRequest? request, CancellationToken cancel)
    {
        var token = TokenOf(request, cookie);
        if (string.IsNullOrEmpty(token))
            return new Refusal(401, "unauthenticated", "There is no refresh token, neither in the body nor as the cookie.");
        var pair = await sessions.Refresh(token, here, cancel);
        var person = pair.Refusal is null ? await people.Member(pair.Value.UserId, pair.Value.ShopId, cancel) : null;
        if (person is null)
        {
            cookie.Forget();
            return (pair.Refusal ?? Sessions.Ended);
        }

        return await View(cookie, pair.Value, person, cancel, pair.Value.Method);
    }

    public async Task<Answer> Logout(SessionCookie cookie, RefreshRequest? request, CancellationToken cancel)
    {
        var token = TokenOf(request, cookie);
        var session = here.Visitor?.SessionId ?? (string.IsNullOrEmpty(token) ? null : await sessions.SessionOf(token, cancel));
        cookie.Forget();
        if (session is not { } id)
            return new Refusal(401, "session_ended", "There is no session to end.");
        await sessions.EndOne(id, "logout", here, cancel);
        return Answer.Done;
    }

    /// <summary>
    /// Begins the session of somebody who has proved who they are, and answers it; what they proved it by may have changed meanwhile.
    /// </summary>
    private async Task<Answer<SignedIn>> Welcome(
        Person person,
        Entrance entrance,
        Refusal otherwise,
        SessionCookie cookie,
        CancellationToken cancel) =>
        await sessions.Begin(person, entrance, here, cancel) is { } pair
            ? await View(cookie, pair, person, cancel, entrance.Method)
            : otherwise;

    /// <summary>
    /// Begins a session of somebody who has proved who they are on no device of ours, in the caller's transaction, who rings the bell
    /// after it; null where what they proved it by has changed meanwhile.
    /// </summary>
    public Task<Sessions.Pair?> Begin(NpgsqlConnection connection, Person person, Entrance entrance, CancellationToken cancel) =>
        sessions.Begin(connection, person, entrance with { UserAgent = head.UserAgent }, here, cancel);

    /// <summary>The session as answers show it; sets the cookie beside it.</summary>
    public async Task<SignedIn> View(
        SessionCookie cookie,
        Sessions.Pair pair,
        Person person,
        CancellationToken cancel,
        SignInMethod method = SignInMethod.Password)
    {
        cookie.Set(pair.RefreshToken);
        return new(
            pair.AccessToken,
            "Bearer",
            (int)Tokens.Lifetime.TotalSeconds,
            pair.RefreshToken,
            await people.View(person, cancel, method));
    }

    /// <summary>
    /// The field and what stands in it, in its one spelling: what a name that no account has is counted by. An e-mail
    /// address is one name in either field, or a lock that one field brought on would not hold in the other for nobody's
    /// address, as it does for an account's, and so tell which is which.
    /// </summary>
    private static string NameOf(LoginRequest request, string? country) => request switch
    {
        { Username: { } username } when !string.IsNullOrWhiteSpace(username) => (IsAddress(username)
            ? "email "
            : "username ") + username.Trim(),
        { Email: { } email } when !string.IsNullOrWhiteSpace(email) => "email " + email.Trim(),
        _ => "phone " + (Contact.Phone(request.Phone, country) ?? request.Phone),
    };

    private static bool IsAddress(string name) => name.Contains('@', StringComparison.Ordinal);

    private async Task<Person?> Find(LoginRequest request, string? country, long shopId, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(request.Username) && string.IsNullOrWhiteSpace(request.Email))
            return await people.ByPhone(Contact.Phone(request.Phone, country) ?? "", shopId, bySecret: true, cancel);
        var byUsername = !string.IsNullOrWhiteSpace(request.Username);
        var name = byUsername ? request.Username! : request.Email!;
        if (byUsername && !IsAddress(name))
            return await people.ByUsername(name, shopId, cancel);
        // Both are asked whatever the first one says, so that a known address takes no less time than an unknown one.
        var (called, reached) = (await people.ByUsername(name, shopId, cancel), await people.ByEmail(name, shopId, bySecret: true, cancel));
        return byUsername ? called ?? reached : reached ?? called;
    }

    private static string? TokenOf(RefreshRequest? request, SessionCookie cookie) =>
        string.IsNullOrEmpty(request?.RefreshToken) ? cookie.Token : request.RefreshToken;
}
