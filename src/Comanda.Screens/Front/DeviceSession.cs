using Comanda.Client;
using Comanda.Identity;
using Comanda.Operations;

namespace Comanda.Screens.Front;

/// <summary>
/// Which device this is and who works at it: the device's token is kept by the browser, the person's session by the tab, for screens that
/// nobody stands at; at the till a page that is loaded anew asks for the PIN again.
/// </summary>
public sealed class DeviceSession(ComandaClient client, Browser browser, TillStore store, KnownPeople known, TimeProvider clock)
{
    private const string Device = "device", Session = "session", OfficeSession = "office-session", Shop = "shop";

    private static readonly TimeSpan InTime = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim renewing = new(1, 1);
    private string? refreshToken, pin;
    private string session = Session;
    private DateTimeOffset expires;
    private bool staysInTab;

    /// <summary>Somebody came or went, or the device was enrolled.</summary>
    public event Action? Changed;

    /// <summary>The device's token; null where this browser is none yet.</summary>
    public string? DeviceToken { get; private set; }

    /// <summary>Who is signed in.</summary>
    public UserView? Person { get; private set; }

    /// <summary>The server has let them in; else only this till knows them, until it can ask.</summary>
    public bool IsConfirmed => refreshToken is not null;

    /// <summary>Whether the person may do it; the server decides, this only spares them a button that would be refused.</summary>
    public bool May(Permission permission) => Person?.Permissions.Contains(permission.ToWire(), StringComparer.Ordinal) == true;

    /// <summary>Reads which device it is, of the address or the browser; goes on with the tab's session where it keeps one.</summary>
    public async Task Begin(string screen)
    {
        staysInTab = screen != "till";
        session = Session;
        if (await browser.TakeFromAddress(Device) is { Length: > 0 } given)
            await Enrol(given);
        DeviceToken ??= await browser.Kept(Device);
        ShowDevice();
        if (!staysInTab && long.TryParse(await browser.Kept(Shop), out var shop))
            await store.Open(shop);
        if (staysInTab && DeviceToken is not null)
            await GoOn();
    }

    /// <summary>The office is no device: whoever signs in there does so by name and password, wherever they are.</summary>
    public async Task BeginInOffice()
    {
        staysInTab = true;
        session = OfficeSession;
        await GoOn();
    }

    /// <summary>Goes on with the session that the tab keeps.</summary>
    private async Task GoOn()
    {
        if (await browser.KeptInTab(session) is not { } kept)
            return;
        refreshToken = kept;
        try
        {
            await Renew();
        }
        catch (HttpRequestException)
        {
            // The server is away: who it is will be asked anew, and nothing is lost.
        }
    }

    /// <summary>Signs in by name and password, with <paramref name="code"/> where a second factor is asked for.</summary>
    public async Task SignIn(string username, string password, string? code) =>
        await Welcome(await client.SignIn(username, password, code));

    /// <summary>This browser is that device from now on; null: it is none any more.</summary>
    public async Task Enrol(string? token)
    {
        DeviceToken = token?.Trim();
        ShowDevice();
        await browser.Keep(Device, DeviceToken);
        Changed?.Invoke();
    }

    /// <summary>Signs in whose PIN it is. A till knows who worked at it lately, also while the server is away.</summary>
    public async Task SignIn(string typed)
    {
        SignedIn signedIn;
        try
        {
            signedIn = await client.SignInByPin(typed, DeviceToken!);
        }
        catch (Exception away) when (!staysInTab && store.IsOpen && IsAway(away))
        {
            (Person, pin) = (await known.Find(typed, away), typed);
            Changed?.Invoke();
            return;
        }

        if (!staysInTab)
        {
            pin = typed;
            await browser.Keep(Shop, signedIn.User.ShopId.ToString(System.Globalization.CultureInfo.InvariantCulture));
            await store.Open(signedIn.User.ShopId);
        }

        await Welcome(signedIn);
        if (!staysInTab && store.IsOpen)
            await known.Remember(signedIn.User, typed);
    }

    /// <summary>Sets the installation up; its owner is signed in to the office with it.</summary>
    public async Task SetUp(SetupRequest shop)
    {
        (staysInTab, session) = (true, OfficeSession);
        await Welcome((await client.SetUp(shop)).Session);
    }

    /// <summary>What an installation without a shop may begin with; null where it has one.</summary>
    public async Task<SetupView?> ReadSetup()
    {
        try
        {
            return await client.GetSetup();
        }
        catch (ComandaException isSetUp) when (isSetUp.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Ends the session, here at once and at the server if it can be reached.</summary>
    public async Task SignOut()
    {
        try
        {
            await client.SignOut();
        }
        catch (Exception gone) when (gone is ComandaException or HttpRequestException)
        {
            // It ends by itself.
        }

        await Forget();
    }

    /// <summary>Asks the server as the person who is signed in; a session that has ended leads back to the PIN pad.</summary>
    public async Task<T> Ask<T>(Func<ComandaClient, Task<T>> ask)
    {
        if (clock.GetUtcNow() + InTime > expires)
            await (refreshToken is null ? Confirm() : Renew());
        try
        {
            return await ask(client);
        }
        catch (ComandaException refused) when (refused.Status == 401 && Person is not null)
        {
            if (!await Renew())
                throw;
            return await ask(client);
        }
    }

    /// <summary>The server is back, perhaps: it is asked whether it knows whom the till let in by itself.</summary>
    private async Task<bool> Confirm()
    {
        await renewing.WaitAsync();
        try
        {
            if (IsConfirmed || pin is not { } typed)
                return IsConfirmed;
            try
            {
                await Welcome(await client.SignInByPin(typed, DeviceToken!));
                return true;
            }
            catch (ComandaException refused) when (refused.Status is 401 or 403)
            {
                await known.Forget(typed);
                await Forget();
                throw;
            }
        }
        finally
        {
            renewing.Release();
        }
    }

    private static bool IsAway(Exception failure) => failure is HttpRequestException or ComandaException { Status: >= 500 };

    private void ShowDevice()
    {
        client.Http.DefaultRequestHeaders.Remove("X-Device-Token");
        if (DeviceToken is not null)
            client.Http.DefaultRequestHeaders.TryAddWithoutValidation("X-Device-Token", DeviceToken);
    }

    private async Task<bool> Renew()
    {
        var used = refreshToken;
        await renewing.WaitAsync();
        try
        {
            if (refreshToken is null)
                return false;
            if (refreshToken == used) // else another request has renewed it meanwhile
                await Welcome(await client.Refresh(refreshToken));
            return true;
        }
        catch (ComandaException reused) when (reused.Code == "refresh_reused" && pin is not null)
        {
            // The answer with the next token was lost. At a till nobody is sent away for that.
            await Welcome(await client.SignInByPin(pin, DeviceToken!));
            return true;
        }
        catch (ComandaException)
        {
            await Forget();
            return false;
        }
        finally
        {
            renewing.Release();
        }
    }

    private async Task Welcome(SignedIn signedIn)
    {
        var isNew = Person?.Id != signedIn.User.Id;
        (Person, refreshToken) = (signedIn.User, signedIn.RefreshToken);
        expires = clock.GetUtcNow() + TimeSpan.FromSeconds(signedIn.ExpiresIn);
        if (staysInTab)
            await browser.KeepInTab(session, refreshToken);
        if (isNew)
            Changed?.Invoke();
    }

    private async Task Forget()
    {
        (Person, refreshToken, client.AccessToken, pin, expires) = (null, null, null, null, default);
        await browser.KeepInTab(session, null);
        Changed?.Invoke();
    }
}
