using System.Text;

namespace Comanda.Bench.Attack;

/// <summary>One odd request to an endpoint; as text it is what to send to see it again.</summary>
internal sealed class FuzzRequest
{
    private readonly string address;
    private readonly byte[]? body;
    private readonly string contentType;
    private readonly List<(string Name, string Value)> headers = [];

    public FuzzRequest(ApiSurface api, Operation operation, KnownIds ids, Random random)
    {
        Operation = operation;
        address = Path(operation, ids, random) + Query(operation, ids, random);
        contentType = random.Next(25) switch
        {
            0 => "text/plain",
            1 => "application/json; charset=utf-16",
            2 => "multipart/form-data; boundary=\"\"",
            3 => "application/x-www-form-urlencoded",
            _ => operation.TakesForm ? (random.Next(3) == 0 ? "text/csv" : "multipart/form-data; boundary=odd") : "application/json",
        };
        if (
            operation.Method is not "GET"
            && (operation.Body.ValueKind != System.Text.Json.JsonValueKind.Undefined || operation.TakesForm || random.Next(4) == 0)
        )
        {
            var text = operation.TakesForm ? Form(random) : new FuzzJson(api, ids, random).Write(operation.Body);
            body = Encoding.UTF8.GetBytes(text);
            // Bytes that are no UTF-8.
            if (random.Next(40) == 0 && body.Length > 4)
                body[random.Next(body.Length)] = 0xC3;
        }

        if (operation.Method == "POST" && random.Next(3) > 0)
            headers.Add(("Idempotency-Key", random.Next(10) == 0 ? "same" : random.NextInt64().ToString("x")));
        for (var odd = random.Next(5) == 0 ? random.Next(1, 4) : 0; odd > 0; odd--)
            headers.Add(OddValues.Header(random));
    }

    public Operation Operation { get; }

    /// <summary>Where no card provider, bucket or picture tool is, it says so.</summary>
    public bool MayBeUnavailable =>
        Operation.Path is "/ready" or "/api/payments/create-intent" or "/api/payments/confirm" or "/api/upload/image";

    /// <summary>What is too long to be a request is cut off in the middle.</summary>
    public bool MayBeCutOff => body?.Length > 500_000 || address.Length > 6000 || headers.Exists(h => h.Value.Length > 6000);

    public HttpRequestMessage Message()
    {
        var message = new HttpRequestMessage(new HttpMethod(Operation.Method), new Uri(address, UriKind.Relative));
        foreach (var (name, value) in headers)
            message.Headers.TryAddWithoutValidation(name, value);
        if (body is null)
            return message;
        message.Content = new ByteArrayContent(body);
        message.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        foreach (var (name, value) in headers.Where(h => h.Name == "Content-Encoding"))
            message.Content.Headers.TryAddWithoutValidation(name, value);
        return message;
    }

    public override string ToString()
    {
        var text = new StringBuilder($"{Operation.Method} {address}");
        foreach (var (name, value) in headers)
            text.Append($" | {name}: {(value.Length > 100 ? value[..100] + "…" : value)}");
        if (body is not null)
            text.Append(
                $" | {contentType} | {(body.Length > 2500 ? Encoding.UTF8.GetString(body)[..1500] + "…" : Encoding.UTF8.GetString(body))}"
            );
        return text.ToString();
    }

    private static string Path(Operation operation, KnownIds ids, Random random)
    {
        var parts = operation.Path.Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            if (!parts[i].StartsWith('{'))
                continue;
            parts[i] =
                random.Next(12) == 0 ? OddValues.Query(random)
                : parts[i].Contains("code", StringComparison.Ordinal) ? ids.Code(random) ?? "NONE"
                : parts[i].Contains("role", StringComparison.Ordinal) ? new[] { "cashier", "trainee", "barista", "manager" }[random.Next(4)]
                : parts[i].Contains("key", StringComparison.Ordinal)
                    ? new[] { "tax_rate", "currency", "cash_rounding", "opening_hours", "time_zone", "day_starts_at" }[random.Next(6)]
                : ids.Of(i > 0 ? parts[i - 1] : "", random).ToString();
        }

        // By another name of the same door, now and then.
        var path = string.Join('/', parts);
        return random.Next(12) switch
        {
            0 => path.Replace("/api/", "/api/v1/", StringComparison.Ordinal),
            1 => path.Replace("/api/", $"/api/shops/{ids.Of("shop", random)}/", StringComparison.Ordinal),
            _ => path,
        };
    }

    private static string Query(Operation operation, KnownIds ids, Random random)
    {
        var query = new StringBuilder();
        foreach (var name in operation.Queries.Where(_ => random.Next(3) > 0))
        {
            var value =
                random.Next(3) == 0 ? OddValues.Query(random)
                : name.EndsWith("_id", StringComparison.Ordinal) ? ids.Of(name, random).ToString()
                : name switch
                {
                    "limit" => random.Next(1, 201).ToString(),
                    "from" or "to" or "date" => $"{DateTimeOffset.UtcNow.AddDays(random.Next(-400, 2)):yyyy-MM-dd}",
                    "group_by" => new[] { "day", "week", "month", "hour", "category", "type" }[random.Next(6)],
                    "format" => new[] { "html", "text", "pdf", "escpos" }[random.Next(4)],
                    "status" => new[] { "open", "closed", "pending", "ready", "completed", "active" }[random.Next(6)],
                    _ => OddValues.Query(random),
                };
            query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(value);
            if (random.Next(15) == 0)
                query.Append('&').Append(name).Append('=').Append(OddValues.Query(random)); // twice
        }

        return query.ToString();
    }

    private static string Form(Random random)
    {
        var csv = new StringBuilder(random.Next(8) == 0 ? "\ufeff" : "").Append(
            random.Next(2) == 0 ? "name,category,price,sku,barcode\r\n" : "name,unit,current_stock,low_stock_threshold,unit_cost\n"
        );
        for (var row = random.Next(6); row > 0; row--)
        {
            csv.Append(
                    random.Next(5) == 0
                        ? OddValues.Text(random).Replace("\\u0000", "\0", StringComparison.Ordinal)
                        : $"Thing {random.Next(20)}"
                )
                .Append(',')
                .Append(random.Next(2) == 0 ? "g" : "Coffee")
                .Append(',')
                .Append(random.Next(4) == 0 ? OddValues.Number(random) : random.Next(100).ToString())
                .Append(',')
                .Append(random.Next(3) == 0 ? "\"un\"\"quoted" : "7")
                .Append(random.Next(4) == 0 ? ",,,,\n" : ",3\n");
        }

        var part = random.Next(6) switch
        {
            0 => "fiel",
            1 => "",
            _ => "file",
        };
        var name = random.Next(4) switch
        {
            0 => "../../x.csv",
            1 => "a.png",
            _ => "x.csv",
        };
        var end = random.Next(6) == 0 ? "" : "\r\n--odd--\r\n";
        return random.Next(3) == 0
            ? csv.ToString()
            : $"--odd\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n{csv}{end}";
    }
}
