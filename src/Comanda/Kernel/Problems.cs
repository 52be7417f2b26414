using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Comanda.Kernel;

/// <summary>Refusals as RFC 9457 problem+json: type, title, status, detail, code, trace_id, and errors by field.</summary>
public static class Problems
{
    /// <summary>Seconds to wait, in the problem and as the header of that name.</summary>
    public const string RetryAfter = "retry_after";

    public static ProblemHttpResult ToProblem(this Refusal refusal)
    {
        var extensions = new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = refusal.Code };
        extensions["message"] = refusal.Detail;
        if (refusal.Errors is not null)
            extensions["errors"] = refusal.Errors;
        if (refusal.RetryAfter is { } wait)
            extensions[RetryAfter] = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));
        extensions["trace_id"] = Activity.Current?.TraceId.ToString() ?? ActivityTraceId.CreateRandom().ToString();
        foreach (var (member, value) in refusal.Also ?? new Dictionary<string, object?>())
            extensions[member] = value;
        return TypedResults.Problem(
            detail: refusal.Detail,
            statusCode: refusal.Status,
            title: TitleOf(refusal.Status),
            type: "/errors#" + refusal.Code,
            extensions: extensions);
    }

    public static Task Write(HttpContext http, Refusal refusal) => refusal.ToProblem().ExecuteAsync(http);

    private static string TitleOf(int status) => status switch
    {
        400 => "The request is not as it must be",
        401 => "Sign in first",
        403 => "Not allowed",
        404 => "Not found",
        405 => "Method not allowed",
        409 => "Not possible as things stand",
        412 => "Changed in the meantime",
        413 => "Too large",
        415 => "Unsupported content type",
        422 => "Key used for something else",
        503 => "Not available just now",
        429 => "Too many requests",
        _ => "Something went wrong here",
    };
}
