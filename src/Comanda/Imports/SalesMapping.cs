using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Comanda.Data;
using Comanda.Registers;

namespace Comanda.Imports;

/// <summary>Which column of the sales file says what. Columns left out are not in the file.</summary>
public sealed record SalesColumns
{
    public required string[] Transaction { get; init; }

    /// <summary>Where each row is of one product.</summary>
    public string? Product { get; init; }

    /// <summary>Where each product is a column: their headings, which are their ids; <c>*</c> for all that mean nothing else.</summary>
    public string[]? Products { get; init; }

    public string? At { get; init; }

    public string? Date { get; init; }

    public string? Time { get; init; }

    public string? Quantity { get; init; }

    public string? UnitPrice { get; init; }

    public string? Amount { get; init; }

    public string? Outlet { get; init; }

    public string? Type { get; init; }

    public string? PaymentMethod { get; init; }

    public string? Staff { get; init; }

    public string? Customer { get; init; }

    public string? CustomerName { get; init; }
}

/// <summary>Which columns of the product file say what. A name may be put together from several.</summary>
public sealed record ProductColumns(string Id, string[] Name, string? Category, string? Price, string? Description);

/// <summary>The product file, beside the mapping or by its path.</summary>
public sealed record ProductFile(string File, ProductColumns Columns);

/// <summary>What stands in the column of a product.</summary>
public enum ProductCells
{
    /// <summary>How many were sold.</summary>
    Quantity,

    /// <summary>What was paid for them.</summary>
    Amount,
}

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
public sealed record SalesMapping
{
    public required string Source { get; init; }

    public required string Currency { get; init; }

    public required string TimeZone { get; init; }

    public required SalesColumns Columns { get; init; }

    public IReadOnlyDictionary<string, string>? Shops { get; init; }

    public string? Shop { get; init; }

    public ProductFile? Products { get; init; }

    /// <summary>Prices by product id, where there is no product file.</summary>
    public IReadOnlyDictionary<string, string>? Prices { get; init; }

    /// <summary>Of columns.products: quantity (where left out) or amount.</summary>
    public string? ProductCells { get; init; }

    public string? AtFormat { get; init; }

    public string? DateFormat { get; init; }

    public string? TimeFormat { get; init; }

    public IReadOnlyDictionary<string, string>? Types { get; init; }

    public string? DefaultType { get; init; }

    public IReadOnlyDictionary<string, string>? PaymentMethods { get; init; }

    public string? DefaultPaymentMethod { get; init; }

    public string? UnknownProduct { get; init; }

    public string? Delimiter { get; init; }

    private static readonly JsonSerializerOptions Strict = new(Json.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        Converters = { new OneOrSeveral() },
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
            throw new StartupException($"{file} is no mapping: {Say(wrong)}");
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

    public ProductCells InProductColumns =>
        WireName<ProductCells>.TryParse(ProductCells, out var choice) ? choice : Imports.ProductCells.Quantity;

    /// <summary>By the file's own keys and lines; the serializer's words name types of ours.</summary>
    private static string Say(JsonException wrong)
    {
        if (Regex.Match(wrong.Message, "'([^']*)' could not be mapped") is { Success: true } unknown)
            return $"{unknown.Groups[1].Value} is no key of a mapping";
        return wrong switch
        {
            { Path: null, LineNumber: null } => wrong.Message,
            { InnerException: not null and not InvalidOperationException } => $"line {wrong.LineNumber + 1} is not valid JSON",
            _ => $"{ReadJson.FieldOf(wrong)} {ReadJson.MessageOf(wrong)}",
        };
    }

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
        Require(
            Columns is { Transaction.Length: > 0 } and ({ Product.Length: > 0 } or { Products.Length: > 0 }),
            "columns: transaction and product are needed");
        Require(
            Columns is not { Product: not null, Products: not null },
            "columns: give product (a row for each) or products (a column for each)");
        Require(
            Columns is not { Products: not null, Quantity: not null } and not { Products: not null, Amount: not null }
                and not { Products: not null, UnitPrice: not null },
            "columns: with products their cells are the quantities, or the amounts (product_cells)");
        Require(ProductCells is null || WireName<ProductCells>.TryParse(ProductCells, out _), "product_cells: quantity or amount");
        Require(
            Prices is null || Prices.Values.All(p => PriceText.TryRead(p, out var price) && price >= 0),
            "prices: an amount for each product, such as \"2.50\"");
        Require(Columns is null || Columns.At is not null ^ Columns.Date is not null, "columns: give at, or date (and time)");
        Require(
            Columns is null || Columns.Amount is not null || Columns.UnitPrice is not null || Products?.Columns.Price is not null
                || Prices is { Count: > 0 } || InProductColumns == Imports.ProductCells.Amount,
            "columns: give amount, unit_price, prices or a product file with prices");
        Require(Shop is not null ^ Shops is { Count: > 0 }, "shop or shops: give one shop's name, or shops by outlet");
        Require(Shops is null || Columns?.Outlet is not null, "columns.outlet is needed with shops");
        Require(UnknownProduct is null || WireName<UnknownProduct>.TryParse(UnknownProduct, out _), "unknown_product: set_aside or keep");
        Require(Delimiter is null or { Length: 1 }, "delimiter: one character");
        return errors;
    }

    /// <summary>A list of one may be written as its text.</summary>
    private sealed class OneOrSeveral : JsonConverter<string[]>
    {
        public override string[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String)
                return [reader.GetString()!];
            var texts = new List<string>();
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.String)
                    texts.Add(reader.GetString()!);
            }

            return reader.TokenType == JsonTokenType.EndArray
                ? [.. texts]
                : throw new JsonException("must be a text or a list of texts");
        }

        public override void Write(Utf8JsonWriter writer, string[] value, JsonSerializerOptions options) =>
            throw new NotSupportedException("a mapping is only read");
    }
}
