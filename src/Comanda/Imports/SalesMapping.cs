using System.Text.Json;
using System.Text.Json.Serialization;
using Comanda.Data;
using Comanda.Kernel;

namespace Comanda.Imports;

/// <summary>Which column of the sales file says what. Columns left out are not in the file.</summary>
public sealed record SalesColumns(
    string[] Transaction,
    string Product,
    string? At,
    string? Date,
    string? Time,
    string? Quantity,
    string? UnitPrice,
    string? Amount,
    string? Outlet,
    string? Type,
    string? PaymentMethod,
    string? Staff,
    string? Customer,
    string? CustomerName);

/// <summary>Which columns of the product file say what. A name may be put together from several.</summary>
public sealed record ProductColumns(string Id, string[] Name, string? Category, string? Price, string? Description);

/// <summary>The product file, beside the mapping or by its path.</summary>
public sealed record ProductFile(string File, ProductColumns Columns);

/// <summary>What to do with a line whose product is in no product file.</summary>
public enum UnknownProduct
{
    /// <summary>The line is set aside and reported.</summary>
    SetAside,

    /// <summary>The line is kept under the product's id with the price it has, or zero, and reported.</summary>
    Keep,
}

/// <summary>
/// The small file that tells how another system's export is to be read; docs/import-sales.md explains it with an example.
/// </summary>
public sealed record SalesMapping(
    string Source,
    string Currency,
    string TimeZone,
    SalesColumns Columns,
    IReadOnlyDictionary<string, string>? Shops,
    string? Shop,
    ProductFile? Products,
    string? AtFormat,
    string? DateFormat,
    string? TimeFormat,
    IReadOnlyDictionary<string, string>? Types,
    string? DefaultType,
    IReadOnlyDictionary<string, string>? PaymentMethods,
    string? DefaultPaymentMethod,
    string? UnknownProduct,
    string? Delimiter)
{
    private static readonly JsonSerializerOptions Strict = new(Json.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip
    };

    /// <summary>Reads and checks a mapping file.</summary>
    /// <exception cref="StartupException">One line: which key is wrong, and what it takes.</exception>
    public static async Task<SalesMapping> Read(string file, CancellationToken cancel)
    {
        SalesMapping mapping;
        try
        {
            await using var stream = File.OpenRead(file);
            mapping = await JsonSerializer.DeserializeAsync<SalesMapping>(stream, Strict, cancel) ?? throw new JsonException("it is empty");
        }
        catch (JsonException wrong)
        {
            throw new StartupException($"{file} is no mapping: {wrong.Message}");
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"the mapping cannot be read: {missing.Message}");
        }

        var errors = mapping.Check();
        return errors.Count == 0 ? mapping : throw new StartupException($"{file}: {string.Join("; ", errors)}");
    }

    public UnknownProduct OnUnknownProduct =>
        WireName<UnknownProduct>.TryParse(UnknownProduct, out var choice) ? choice : Imports.UnknownProduct.SetAside;

    private List<string> Check()
    {
        var errors = new List<string>();
        void Require(bool holds, string message)
        {
            if (!holds)
                errors.Add(message);
        }

        Require(!string.IsNullOrWhiteSpace(Source), "source: give the import a name, such as the other system's");
        Require(Kernel.Currency.Find(Currency ?? "") is not null, "currency: an ISO 4217 code such as EUR");
        Require(TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone ?? "", out _), "time_zone: an IANA time zone such as Europe/Lisbon");
        Require(Columns is { Transaction.Length: > 0, Product.Length: > 0 }, "columns: transaction (a list) and product are needed");
        Require(Columns is null || Columns.At is not null ^ Columns.Date is not null, "columns: give at, or date (and time)");
        Require(
            Columns is null || Columns.Amount is not null || Columns.UnitPrice is not null || Products?.Columns.Price is not null,
            "columns: give amount, unit_price or a product file with prices");
        Require(Shop is not null ^ Shops is { Count: > 0 }, "shop or shops: give one shop's name, or shops by outlet");
        Require(Shops is null || Columns?.Outlet is not null, "columns.outlet is needed with shops");
        Require(UnknownProduct is null || WireName<UnknownProduct>.TryParse(UnknownProduct, out _), "unknown_product: set_aside or keep");
        Require(Delimiter is null or { Length: 1 }, "delimiter: one character");
        return errors;
    }
}
