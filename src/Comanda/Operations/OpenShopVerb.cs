using System.Buffers.Text;
using System.CommandLine;
using System.Security.Cryptography;
using Comanda.Data;
using Comanda.Identity;
using Comanda.Menu;
using Comanda.Shops;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.Operations;

/// <summary>
/// comanda open-shop NAME --owner USERNAME: a real shop in a database without the demo cafe, with a menu where one is given. The owner's
/// password is made up and shown once, unless COMANDA_OWNER_PASSWORD gives one.
/// </summary>
public static class OpenShopVerb
{
    /// <summary>What the command line asks for, checked.</summary>
    private sealed record ShopToOpen
    {
        public required string Name { get; init; }

        public required string Owner { get; init; }

        public required string Address { get; init; }

        public required IReadOnlyDictionary<string, string> Settings { get; init; }

        /// <summary>Its country's; null where none is named.</summary>
        public CountryTaxes? Taxes { get; init; }

        public string? Menu { get; init; }
    }

    public static Command Make(
        Func<ParseResult, Func<NpgsqlDataSource, int, Task<int>>, CancellationToken, Task<int>> withDatabase,
        Func<Func<Task<int>>, Task<int>> guarded)
    {
        var name = new Argument<string>("name") { Description = "The shop's name, as receipts print it" };
        var owner = new Option<string>("--owner") { Description = "Username of the owner who signs in", Required = true };
        var country = new Option<string?>("--country")
        {
            Description = "Whose taxes and rounding it begins with: " + string.Join(", ", CountryTaxes.All),
        };
        var currency = new Option<string?>("--currency") { Description = "ISO 4217 code; the country's, else EUR" };
        var zone = new Option<string>("--time-zone") { Description = "IANA name, such as Europe/Lisbon", DefaultValueFactory = _ => "UTC" };
        var address = new Option<string>("--address") { Description = "As receipts print it", DefaultValueFactory = _ => "" };
        var menu = new Option<string?>("--menu")
        {
            Description = $"'{FirstShop.Starter}' for a menu to begin with (prices in EUR), or a CSV file such as the export's"
        };
        var verb = new Command("open-shop", "Opens a shop with its owner.") { name, owner, country, currency, zone, address, menu };
        verb.SetAction((parsed, cancel) => guarded(() =>
        {
            var set = parsed.GetValue(country) is { } code
                ? CountryTaxes.Find(code)
                    ?? throw new StartupException($"--country {code}: it must be one of {string.Join(", ", CountryTaxes.All)}")
                : null;
            var settings = set is null ? new Dictionary<string, string>(StringComparer.Ordinal) : BeginInCountry.Settings(set);
            settings["currency"] = parsed.GetValue(currency) ?? set?.Currency ?? "EUR";
            settings["time_zone"] = parsed.GetValue(zone)!;
            (string What, string Text, TextKind Kind)[] texts =
            [
                ("name", parsed.GetValue(name)!, TextKind.Line),
                ("--owner", parsed.GetValue(owner)!, TextKind.Line),
                ("--address", parsed.GetValue(address)!, TextKind.Lines),
            ];
            foreach (var (what, text, kind) in texts)
            {
                if (!PlainText.Is(text, kind))
                    throw new StartupException($"{what} {PlainText.Rule(kind)}");
            }

            if (Currency.Choose(settings["currency"]) is null)
                throw new StartupException($"--currency {settings["currency"]}: it must be {Currency.Rule}");
            if (set is not null && settings["currency"] != set.Currency)
                throw new StartupException($"--currency {settings["currency"]}: the taxes of {set.Country} are in {set.Currency}");
            if (!SettingKeys.IsZone(settings["time_zone"]))
                throw new StartupException($"--time-zone {settings["time_zone"]} is no IANA time zone");
            if (parsed.GetValue(menu) == FirstShop.Starter && settings["currency"] != FirstShop.StarterCurrency)
                throw new StartupException(
                    "--menu starter has prices in EUR; open the shop with that currency, or give a CSV file of yours");
            var shop = new ShopToOpen
            {
                Name = parsed.GetValue(name)!,
                Owner = parsed.GetValue(owner)!,
                Address = parsed.GetValue(address)!,
                Settings = settings,
                Taxes = set,
                Menu = parsed.GetValue(menu),
            };
            return withDatabase(parsed, (database, _) => Run(database, shop, cancel), cancel);
        }));
        return verb;
    }

    /// <summary>A shop with the starter menu, in euros.</summary>
    internal static Task<int> OpenStarter(NpgsqlDataSource database, string name, string owner, CancellationToken cancel)
    {
        if (!PlainText.Is(name, TextKind.Line) || !PlainText.Is(owner, TextKind.Line))
            throw new StartupException("--name and --owner " + PlainText.Rule(TextKind.Line));
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["currency"] = "EUR", ["time_zone"] = "UTC" };
        return Run(database, new() { Name = name, Owner = owner, Address = "", Settings = settings, Menu = FirstShop.Starter }, cancel);
    }

    private static async Task<int> Run(NpgsqlDataSource database, ShopToOpen asked, CancellationToken cancel)
    {
        var (name, owner, menu, set) = (asked.Name, asked.Owner, asked.Menu, asked.Taxes);
        var given = Environment.GetEnvironmentVariable("COMANDA_OWNER_PASSWORD");
        var password = string.IsNullOrEmpty(given) ? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12)) : given;
        if (PasswordRules.Check(password, owner, name) is { } weak)
            throw new StartupException("COMANDA_OWNER_PASSWORD " + weak);
        var rows = menu is null or FirstShop.Starter ? null : await ReadMenu(
            menu, Currency.Of(asked.Settings["currency"]), set?.Table(), cancel);
        var shop = new FirstShop
        {
            Name = name,
            Address = asked.Address,
            Owner = new() { Username = owner, Name = owner, Role = Caller.OwnerRole, PasswordHash = await Bcrypt.Hash(password, cancel) },
            Settings = asked.Settings,
            Taxes = set,
            HasStarter = menu == FirstShop.Starter,
            Menu = rows,
            By = "comanda open-shop",
        };
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        long id;
        try
        {
            (id, _) = await shop.Write(connection, TimeProvider.System.GetUtcNow(), new Here(), cancel);
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new StartupException($"the username {owner} is taken");
        }

        await transaction.CommitAsync(cancel);
        Console.WriteLine($"Opened {name} (shop {id}). Sign in as {owner}{(string.IsNullOrEmpty(given)
            ? " with the password " + password + " (shown this once)"
            : "")}.");
        if (set is not null)
            Console.WriteLine($"Its taxes are those of {set.Country} as they were on {set.AsOf:yyyy-MM-dd}, as a suggestion: {set.Note}");
        return 0;
    }

    private static async Task<IReadOnlyList<MenuRow>> ReadMenu(
        string path, Currency currency, TaxTable? taxes, CancellationToken cancel)
    {
        byte[] file;
        try
        {
            file = await File.ReadAllBytesAsync(path, cancel);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"--menu {path}: {unreadable.Message}");
        }

        var errors = new List<ImportError>();
        var rows = ImportMenu.ReadNew(file, currency, taxes, errors);
        return errors.Count == 0 ? rows : throw new StartupException($"--menu {path}: " + string.Join(
            "; ",
            errors.Take(5).Select(e => $"line {e.Line}: {e.Field} {e.Message}")));
    }
}
