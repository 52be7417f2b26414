using System.Text.Json;
using Comanda.Data;
using Comanda.Events;
using Comanda.Identity;
using Comanda.Shops;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.Operations;

/// <summary>GET and POST /api/setup: what the first shop may begin with, and opening it.</summary>
public sealed class SetUpShop(
    SetupDoor door, SignIn signIn, ShopDirectory shops, NpgsqlDataSource database, EventBell bell, Here here, TimeProvider clock)
{
    /// <summary>Of two who set the installation up at once the second waits here, and finds that there is a shop.</summary>
    private const int LockKey = 0x736574;

    private static readonly Refusal AlreadySetUp = Refusal.Conflict(
        "already_set_up",
        "This installation has a shop. Its people sign in at /office; further shops are opened there.");

    public async Task<Answer<SetupView>> Offer(HttpContext http, CancellationToken cancel) => await door.IsOpen(cancel)
        ? new SetupView(
            !SetupDoor.IsAtThisMachine(http),
            [.. CountryTaxes.All.Select(code => CountryTaxes.Find(code)!).Select(set => new SetupCountryView(
                set.Country,
                set.Currency,
                set.AsOf,
                set.Note,
                set.Rounding.PricesIncludeTax,
                set.Taxes,
                CountryOfShop.ZonesOf(set.Country[..2])))],
            Currency.Codes,
            CountryOfShop.Zones)
        : Refusal.NotFound("set-up");

    public async Task<Answer<SetupDone>> Handle(HttpContext http, SetupRequest request, SessionCookie cookie, CancellationToken cancel)
    {
        if (!await door.IsOpen(cancel))
            return AlreadySetUp;
        if (await door.Refuse(http, request.Code, cancel) is { } stranger)
            return stranger;
        var errors = new FieldErrors();
        var asked = Read(request, errors);
        if (errors.Any)
            return errors.ToRefusal();
        var (salt, owner) = (Bcrypt.NewShortCodeSetting(), request.Owner!);
        asked = asked with
        {
            Owner = asked.Owner with
            {
                PasswordHash = await Bcrypt.Hash(owner.Password!, cancel),
                PinHash = await Bcrypt.HashShortCode(owner.Pin!, salt, cancel),
            },
        };
        var opened = await Open(asked, salt, cancel);
        if (opened.Refusal is { } refused)
            return refused;
        bell.Ring();
        var (person, pair) = opened.Value;
        var shop = ShopView.From((await shops.Find(person.ShopId, cancel))!);
        return Answer.Created(new SetupDone(shop, await signIn.View(cookie, pair, person, cancel)), $"/api/shops/{shop.Id}");
    }

    /// <summary>What is asked for, checked, but for the owner's secrets as they are kept.</summary>
    private static FirstShop Read(SetupRequest request, FieldErrors errors)
    {
        errors.Check(!string.IsNullOrWhiteSpace(request.Name), "name", AccountFields.NameRule);
        var set = ReadCountry(request, errors);
        var menu = errors.OneOf("menu", request.Menu, FirstShop.Starter, "none");
        var settings = ReadSettings(request, set, errors);
        errors.Check(
            menu != FirstShop.Starter || settings.GetValueOrDefault("currency") is null or FirstShop.StarterCurrency,
            "menu",
            $"starter has prices in {FirstShop.StarterCurrency}; begin without a menu, or with a file");
        return new()
        {
            Name = request.Name?.Trim() ?? "",
            Address = request.Address?.Trim() ?? "",
            Owner = ReadOwner(request, settings.GetValueOrDefault("country"), errors),
            Settings = settings,
            Taxes = set,
            HasStarter = menu == FirstShop.Starter,
            By = "set-up",
        };
    }

    private static CountryTaxes? ReadCountry(SetupRequest request, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(request.Country))
            return null;
        var set = CountryTaxes.All.Contains(request.Country, StringComparer.Ordinal) ? CountryTaxes.Find(request.Country) : null;
        errors.Check(set is not null, "country", "must be one of " + string.Join(", ", CountryTaxes.All) + ", or left out");
        errors.Check(request.TaxRate is null, "tax_rate", "is for a shop without a country's taxes");
        return set;
    }

    private static Dictionary<string, string> ReadSettings(SetupRequest request, CountryTaxes? set, FieldErrors errors)
    {
        var settings = set is null ? new Dictionary<string, string>(StringComparer.Ordinal) : BeginInCountry.Settings(set);
        void Take(string key, JsonElement value)
        {
            var setting = SettingKeys.Find(key)!;
            if (setting.Read(value, Currency.Of(FirstShop.StarterCurrency)) is { } stored)
                settings[key] = stored;
            else
                errors.Add(key, "must be " + setting.Takes);
        }

        if (request.Currency is { } currency)
        {
            if (set is not null && currency != set.Currency)
                errors.Add("currency", $"must be {set.Currency}, in which the taxes of {set.Country} are");
            else
                Take("currency", JsonSerializer.SerializeToElement(currency));
        }
        else
        {
            errors.Check(!string.IsNullOrEmpty(request.Country), "currency", "is required where no country is named");
        }

        if (request.TimeZone is { } zone)
            Take("time_zone", JsonSerializer.SerializeToElement(zone));
        else
            errors.Add("time_zone", "is required");
        if (set is null && request.TaxRate is { } rate)
            Take("tax_rate", JsonSerializer.SerializeToElement(rate));
        if (request.OpeningHours is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } hours)
            Take("opening_hours", hours);
        return settings;
    }

    private static NewPerson ReadOwner(SetupRequest request, string? country, FieldErrors errors)
    {
        var owner = request.Owner ?? new(null, null, null, null, null);
        var email = string.IsNullOrEmpty(owner.Email) ? null : Contact.Email(owner.Email);
        errors.Check(!string.IsNullOrWhiteSpace(owner.Name), "owner.name", AccountFields.NameRule);
        errors.Check(
            owner.Username is not null && AccountFields.IsUsername(owner.Username, email), "owner.username", AccountFields.UsernameRule);
        errors.Check(string.IsNullOrEmpty(owner.Email) || email is not null, "owner.email", Contact.EmailRule);
        if (PasswordRules.Check(owner.Password, owner.Name, owner.Username, owner.Email, request.Name) is { } weak)
            errors.Add("owner.password", weak);
        if (People.CheckPin(owner.Pin ?? "") is { } wrong)
            errors.Add("owner.pin", wrong);
        return new()
        {
            Username = owner.Username ?? "",
            Name = owner.Name?.Trim() ?? "",
            Email = email,
            Role = Caller.OwnerRole,
            PasswordHash = "",
        };
    }

    /// <summary>One transaction: the shop with all that it begins with, its owner, their session.</summary>
    private async Task<Outcome<(Person Owner, Sessions.Pair Pair)>> Open(FirstShop asked, string salt, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.Execute("select pg_advisory_xact_lock($1)", cancel, (long)LockKey);
        if (await connection.Scalar("select exists (select 1 from shops)", cancel) is true)
            return AlreadySetUp;
        var now = clock.GetUtcNow();
        try
        {
            var (shop, id) = await asked.Write(connection, now, here, cancel);
            await People.KeepPinSalt(connection, shop, salt, cancel);
            var owner = asked.Owner.As(id, shop);
            var pair = (await signIn.Begin(connection, owner, new(SignInMethod.Password), cancel))!;
            await transaction.CommitAsync(cancel);
            return (owner, pair);
        }
        catch (PostgresException failure) when (People.Taken(failure) is { } taken)
        {
            return taken;
        }
    }
}
