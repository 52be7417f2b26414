namespace Comanda.Kernel;

/// <summary>
/// Why something was not done, as a value. <paramref name="Code"/> is part of the API: stable, snake_case, and listed in
/// docs/errors.md. <paramref name="Errors"/> names input fields as the caller wrote them (<c>items[0].quantity</c>).
/// </summary>
public sealed record Refusal(int Status, string Code, string Detail, IReadOnlyDictionary<string, string[]>? Errors = null)
{
    /// <summary>When it may go better, where that is known.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What else the problem tells, by its members' names.</summary>
    public IReadOnlyDictionary<string, object?>? Also { get; init; }

    /// <summary>One field is not as it must be, and that is all there is to say.</summary>
    public static Refusal OfField(string field, string message)
    {
        var errors = new FieldErrors();
        errors.Add(field, message);
        return errors.ToRefusal();
    }

    public static Refusal NotFound(string what) => new(404, "not_found", $"There is no such {what} here.");

    public static Refusal Forbidden(string detail) => new(403, "forbidden", detail);

    public static Refusal Conflict(string code, string detail) => new(409, code, detail);

    public static Refusal Stale(long? current = null) => new(
        412, "stale_version",
        $"Somebody changed this since you read it{(current is null
            ? ""
            : $"; it is at version {current} now")}. Read it again and repeat your change.");

    /// <summary>Too often; <paramref name="retryAfter"/> goes out as the header Retry-After, in whole seconds.</summary>
    public static Refusal TooMany(string detail, TimeSpan retryAfter) =>
        new(429, "too_many_requests", detail) { RetryAfter = retryAfter };
}

/// <summary>Collects what is wrong with an input, field by field, so that the caller hears everything at once.</summary>
public sealed class FieldErrors
{
    private const int MostFields = 50;

    private readonly Dictionary<string, List<string>> errors = new(StringComparer.Ordinal);

    public bool Any => errors.Count > 0;

    public void Add(string field, string message)
    {
        // Enough to mend an honest mistake; a hostile body does not get an answer larger than itself.
        if (errors.Count >= MostFields)
            return;
        if (!errors.TryGetValue(field, out var messages))
            errors[field] = messages = [];
        messages.Add(message);
    }

    public void Check(bool holds, string field, string message)
    {
        if (!holds)
            Add(field, message);
    }

    /// <summary>The bound of every list: <c>?limit=</c> from 1 to 200.</summary>
    public void CheckLimit(int? limit) => Check(limit is null or (>= 1 and <= 200), "limit", "must be between 1 and 200");

    /// <summary>All of it, as one refusal.</summary>
    /// <param name="prefix">Of every field's name, where they stand in a part of what was sent.</param>
    public Refusal ToRefusal(string prefix = "") => new(
        400, "invalid_request", "Some fields are not as they must be; nothing was changed.",
        errors.ToDictionary(e => prefix + e.Key, e => e.Value.ToArray(), StringComparer.Ordinal));
}

/// <summary>A value, or the refusal to give one.</summary>
public readonly record struct Outcome<T>
{
    private readonly T? value;

    private Outcome(T? value, Refusal? refusal)
    {
        this.value = value;
        Refusal = refusal;
    }

    public Refusal? Refusal { get; }

    public T Value => Refusal is null ? value! : throw new InvalidOperationException($"There is no value: {Refusal.Code}");

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);
}
