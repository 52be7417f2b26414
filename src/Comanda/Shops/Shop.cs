using System.Security.Cryptography;
using System.Text;

namespace Comanda.Shops;

/// <summary>What numbers its own orders and chains its own journal.</summary>
public enum RegisterKind
{
    /// <summary>The staff's register where no till is named.</summary>
    Counter,

    /// <summary>One till (a device).</summary>
    Till,

    /// <summary>Orders that guests place themselves.</summary>
    Online,

    /// <summary>Sales taken over from another system.</summary>
    Import,
}

/// <summary>A register as the shop knows it; its counters live in its row and nowhere else.</summary>
public sealed record Register(long Id, string Code, string Name, RegisterKind Kind);

/// <summary>An enrolled device; the hash of its token finds it.</summary>
public sealed record Device(long Id, string Name, DeviceType Type, long? RegisterId);

/// <summary>
/// A shop as one unchanging object, held in memory by <see cref="ShopDirectory"/> and replaced whole when something
/// about the shop changes.
/// </summary>
public sealed record Shop
{
    public required long Id { get; init; }

    public required string Name { get; init; }

    public required string Address { get; init; }

    public required ShopSettings Settings { get; init; }

    public required IReadOnlyDictionary<string, string> StoredSettings { get; init; }

    public required IReadOnlyList<Register> Registers { get; init; }

    public required IReadOnlyDictionary<string, Device> DevicesByTokenHash { get; init; }

    public required IReadOnlyDictionary<string, IReadOnlySet<Permission>> RolePermissions { get; init; }

    public required long Version { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public Currency Currency => Settings.Currency;

    public Taxes.TaxTable Taxes => Settings.Taxes;

    /// <summary>The version of its table of taxes; 0 where it has none.</summary>
    public long TaxesVersion { get; init; }

    public Device? DeviceOf(string token) => DevicesByTokenHash.GetValueOrDefault(HashOf(token));

    /// <summary>
    /// The register of the till that sends a request, by its device token; null where it sends none, or the device has none.
    /// </summary>
    public Outcome<long?> TillOf(string token)
    {
        if (token.Length == 0)
            return (long?)null;
        return DeviceOf(token) is { } device ? device.RegisterId : Refusal.OfField(RequestHead.DeviceHeader, "is no device of this shop");
    }

    /// <summary>
    /// Where money for an order of a register lies when no till says that it has it: cash never in a drawer that is none.
    /// </summary>
    public long MoneyAt(long register, bool cash) =>
        cash && Registers.FirstOrDefault(r => r.Id == register) is not { Kind: RegisterKind.Counter or RegisterKind.Till }
            ? RegisterOf(RegisterKind.Counter).Id
            : register;

    public Register RegisterOf(RegisterKind kind) => Registers.First(r => r.Kind == kind);

    /// <summary>Device tokens are random, so a plain hash is enough to keep; the token itself is shown once.</summary>
    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}

/// <summary>The database has no shop yet, so there is none to answer for.</summary>
public sealed class NoShopException() : Exception("There is no shop yet: /setup or comanda open-shop opens one.");
