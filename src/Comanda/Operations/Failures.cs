using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Comanda.Shops;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Operations;

/// <summary>
/// Whatever a handler did not answer itself, as problem+json: unreadable input with its field, and bugs without their insides.
/// </summary>
public sealed class Failures(ILogger<Failures> log) : IExceptionHandler
{
    /// <summary>ENOSPC, which .NET passes on as it is.</summary>
    private const int NoSpaceLeft = 28;

    public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && http.RequestAborted.IsCancellationRequested)
            return true;
        var refusal = Explain(exception);
        if (refusal is null)
        {
            log.LogError(exception, "{Method} {Path} failed", http.Request.Method, http.Request.Path);
            refusal = new(500, "internal_error", "Something went wrong here, and it is not your fault. Tell us the trace_id.");
        }

        if (refusal.Status == 503)
        {
            // The caller is not told why; whoever runs the program is.
            log.LogWarning("{Method} {Path}: {Code}: {Why}", http.Request.Method, http.Request.Path, refusal.Code, WhyOf(exception));
            http.Response.Headers.RetryAfter = "1";
        }

        await Problems.Write(http, refusal);
        return true;
    }

    /// <summary>
    /// Gives the validation of wire records the shape of every other refusal: fields as the caller wrote them, and a code.
    /// </summary>
    public static void Shape(ProblemDetailsOptions options) => options.CustomizeProblemDetails = context =>
    {
        // The framework would write the whole trace parent; logs carry the trace id alone.
        if (Activity.Current is { } activity)
            context.ProblemDetails.Extensions["trace_id"] = activity.TraceId.ToString();
        if (context.ProblemDetails.Extensions.TryGetValue(Problems.RetryAfter, out var seconds))
            context.HttpContext.Response.Headers.RetryAfter = seconds?.ToString();
        if (context.ProblemDetails is not HttpValidationProblemDetails invalid)
            return;
        var named = invalid.Errors.ToDictionary(e => ReadJson.NameOf(e.Key), e => e.Value, StringComparer.Ordinal);
        var shaped = new Refusal(
            400,
            "invalid_request",
            "Some fields are not as they must be; nothing was changed.").ToProblem().ProblemDetails;
        invalid.Errors.Clear();
        foreach (var (field, messages) in named)
            invalid.Errors[field] = messages;
        (invalid.Type, invalid.Title, invalid.Detail, invalid.Status) = (shaped.Type, shaped.Title, shaped.Detail, shaped.Status);
        foreach (var (key, value) in shaped.Extensions)
            invalid.Extensions[key] = value;
    };

    /// <summary>Answers without a body (an unknown path, a wrong method) get one.</summary>
    public static Task WriteStatus(HttpContext http) => Problems.Write(http, http.Response.StatusCode switch
    {
        404 => new(404, "not_found", "There is nothing at this address."),
        405 => new(405, "method_not_allowed", $"{http.Request.Method} is not possible here."),
        415 => new(415, "unsupported_media_type", "Send the body as application/json."),
        413 => new(413, "too_large", "The body is too large."),
        var other => new(other, "invalid_request", "The request could not be answered."),
    });

    private static Refusal? Explain(Exception exception)
    {
        switch (exception)
        {
            case BadHttpRequestException { StatusCode: 413 }:
                return new(413, "too_large", "The body is too large.");
            case BadHttpRequestException { StatusCode: 415 }:
                return new(415, "unsupported_media_type", "Send the body as application/json.");
            case BadHttpRequestException { InnerException: JsonException json }:
                return Refusal.OfField(ReadJson.FieldOf(json), ReadJson.MessageOf(json));
            case BadHttpRequestException bad:
                return bad.Message.Contains(" body", StringComparison.Ordinal)
                    ? Refusal.OfField("body", "is required, as JSON")
                    : Refusal.OfField(Quoted(bad.Message) ?? "body", "is not of the right type");
            case TooManyWaitException tooMany:
                return Refusal.TooMany(tooMany.Message, TimeSpan.FromSeconds(5));
            case NotSupportedException encoding when encoding.Message.Contains("ncoding", StringComparison.Ordinal)
                || encoding.Message.Contains("UTF-7", StringComparison.Ordinal):
                return new(415, "unsupported_media_type", "Send the body in UTF-8.");
            case InvalidDataException form when form.Message.Contains("orm", StringComparison.Ordinal)
                || form.Message.Contains("boundary", StringComparison.Ordinal)
                || form.Message.Contains("Multipart", StringComparison.OrdinalIgnoreCase):
            case IOException cut when cut.Message.StartsWith("Unexpected end of Stream", StringComparison.Ordinal):
                return Refusal.OfField("body", "is not a form as it must be");
            case IOException { HResult: NoSpaceLeft } or PostgresException { SqlState: PostgresErrorCodes.DiskFull }:
                return new(
                    503,
                    "storage_full",
                    "The server's disk is full just now. Nothing was changed; ask again, with the same Idempotency-Key if any.");
            case NoShopException none:
                return new(404, "not_found", none.Message);
            case Comanda.Menu.ImagesUnavailableException lacking:
                return new(503, "images_unavailable", lacking.Message);
            case Comanda.Payments.CardProviderException:
                return new(
                    503,
                    "card_provider_unavailable",
                    "The provider of card payments does not answer just now, or refuses us. Nothing was booked; ask again.");
            case InvalidOperationException encoding when encoding.Message.Contains("charset", StringComparison.Ordinal):
                return new(415, "unsupported_media_type", "Send the body as application/json in UTF-8.");
            case DbUpdateConcurrencyException:
                return new(412, "stale_version", "Somebody changed this in the same moment. Read it again and repeat your change.");
            case DbUpdateException { InnerException: NpgsqlException inner }:
                return Explain(inner);
            case InvalidOperationException { InnerException: NpgsqlException inner }: // so EF wraps what is likely to pass
                return Explain(inner);
            case PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "menu_items_sku" }:
                return Refusal.Conflict("already_exists", "Another item of this menu has this sku.");
            case PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "menu_item_groups_pkey" }:
                return new(
                    412,
                    "stale_version",
                    "Somebody changed this item's groups in the same moment. Read it again and repeat your change.");
            case PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }:
                return Refusal.Conflict("already_exists", "Another one has this name.");
            case PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation, ConstraintName: "menu_items_category_id_fkey" }:
                return Refusal.Conflict("category_in_use", "An item came into this category, or the category went, in the same moment.");
            case PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure }:
            case NpgsqlException { IsTransient: true } or TimeoutException:
            case PostgresException { SqlState: "57P01" or "57P02" or "57P03" or "53200" or "53300" or "58030" }:
            // It takes no writes any more, another host does; it waited for us too long; what is between us and it says that it is gone.
            case PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction or "25P03" or ['0', '8', ..] }:
            case NpgsqlException and not PostgresException:
                return new(
                    503,
                    "database_unavailable",
                    "The database does not answer just now. Repeat the request with the same Idempotency-Key; what was done is not done "
                        + "twice.");
            // What the door let through: a text that it did not read, and that cannot be kept.
            case PostgresException { SqlState: "22021" or "22P05" }:
            case EncoderFallbackException:
            case DbUpdateException { InnerException: EncoderFallbackException }:
                return Refusal.OfField("text", "must not contain the character U+0000 or halves of characters");
            default:
                return null;
        }
    }

    /// <summary>Everything the exception and those inside it say, on one line: a full pool and a full server read alike without.</summary>
    private static string WhyOf(Exception exception)
    {
        var said = new List<string>();
        for (Exception? at = exception; at is not null; at = at.InnerException)
            said.Add($"{at.GetType().Name}: {at.Message}".ReplaceLineEndings(" "));
        return string.Join(" ← ", said);
    }

    /// <summary>The parameter's name in the framework's sentence: Failed to bind parameter "long? limit" from "x".</summary>
    private static string? Quoted(string message)
    {
        var parts = message.Split('"');
        return parts.Length > 2 ? JsonNamingPolicy.SnakeCaseLower.ConvertName(parts[1].Split(' ')[^1]) : null;
    }
}
