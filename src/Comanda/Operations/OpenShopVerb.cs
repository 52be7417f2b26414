using System.Buffers.Text;
using System.CommandLine;
using System.Security.Cryptography;
using Comanda.Audit;
using Comanda.Data;
using Comanda.Identity;
using Comanda.Kernel;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Operations;

/// <summary>
/// comanda open-shop NAME --owner USERNAME: a real shop in a database without the demo cafe. The owner's password is made
/// up and shown once, unless COMANDA_OWNER_PASSWORD gives one.
/// </summary>
public static class OpenShopVerb
{
    public static Command Make(
        Func<ParseResult, Func<NpgsqlDataSource, int, Task<int>>, CancellationToken, Task<int>> withDatabase, Func<Func<Task<int>>, Task<int>> guarded)
    {
        var name = new Argument<string>("name") { Description = "The shop's name, as receipts print it" };
        var owner = new Option<string>("--owner") { Description = "Username of the owner who signs in", Required = true };
        var currency = new Option<string>("--currency") { Description = "ISO 4217 code", DefaultValueFactory = _ => "EUR" };
        var zone = new Option<string>("--time-zone") { Description = "IANA name, such as Europe/Lisbon", DefaultValueFactory = _ => "UTC" };
        var address = new Option<string>("--address") { Description = "As receipts print it", DefaultValueFactory = _ => "" };
        var verb = new Command("open-shop", "Opens a shop with its owner.") { name, owner, currency, zone, address };
        verb.SetAction((parsed, cancel) => guarded(() =>
        {
            var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["currency"] = parsed.GetValue(currency)!, ["time_zone"] = parsed.GetValue(zone)! };
            if (Currency.Find(settings["currency"]) is null)
                throw new StartupException($"--currency {settings["currency"]} is no ISO 4217 code");
            if (!SettingKeys.IsZone(settings["time_zone"]))
                throw new StartupException($"--time-zone {settings["time_zone"]} is no IANA time zone");
            return withDatabase(parsed, (database, _) => Run(database, parsed.GetValue(name)!, parsed.GetValue(owner)!, parsed.GetValue(address)!, settings, cancel), cancel);
        }));
        return verb;
    }

    private static async Task<int> Run(
        NpgsqlDataSource database, string name, string owner, string address, Dictionary<string, string> settings, CancellationToken cancel)
    {
        var given = Environment.GetEnvironmentVariable("COMANDA_OWNER_PASSWORD");
        var password = string.IsNullOrEmpty(given) ? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12)) : given;
        if (PasswordRules.Check(password, owner, name) is { } weak)
            throw new StartupException("COMANDA_OWNER_PASSWORD " + weak);
        var hash = await Bcrypt.Hash(password, cancel);

        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var shop = await OpenShop.Write(connection, name, address, settings, cancel);
        try
        {
            var id = await People.Add(connection, shop, new(owner, owner, null, null, Caller.OwnerRole, hash), cancel);
            await new AuditEntry(AuditActions.ShopOpened, "shop", shop, After: new { name, owner = id, by = "comanda open-shop" })
                .Write(connection, new Here { ShopId = shop }, TimeProvider.System.GetUtcNow(), cancel);
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new StartupException($"the username {owner} is taken");
        }

        await transaction.CommitAsync(cancel);
        Console.WriteLine($"Opened {name} (shop {shop}). Sign in as {owner}{(string.IsNullOrEmpty(given) ? " with the password " + password + " (shown this once)" : "")}.");
        return 0;
    }
}
