using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;

namespace Comanda.Kernel;

/// <summary>
/// What a slice answers: a value, or the refusal to give one; or what was answered before to the same request, as it was kept. A slice
/// returns one of these and knows nothing of HTTP; how it is written, and how the API reference describes it, is said here.
/// </summary>
public sealed class Answer<T> : IResult, IEndpointMetadataProvider
{
    private readonly T? value;

    internal Answer(T? value, Refusal? refusal, int status = StatusCodes.Status200OK) =>
        (this.value, Refusal, Status) = (value, refusal, refusal?.Status ?? status);

    /// <summary>Why there is no value; null where there is one.</summary>
    public Refusal? Refusal { get; }

    public int Status { get; private init; }

    /// <summary>Where it is now, of something that was made.</summary>
    public string? Location { get; internal init; }

    /// <summary>The bytes that were kept for whoever repeats the request; the first caller gets the same.</summary>
    public FixedAnswer? Fixed { get; private init; }

    /// <summary>What it is called, of something without a version.</summary>
    public string? Tag { get; internal init; }

    /// <summary>Whoever has it already, by its tag, is told only that (304).</summary>
    public bool MayBeKept { get; internal init; }

    /// <summary>About how many bytes it takes; long ones wait for a seat (<see cref="LongAnswers"/>).</summary>
    public long Bytes { get; internal init; }

    /// <summary>The same in another form than JSON, or what else there is to say.</summary>
    public IResult? Other { get; internal init; }

    public T Value => Refusal is null && Fixed is null
        ? value!
        : throw new InvalidOperationException($"There is no value: {Refusal?.Code ?? "it was fixed"}");

    public static implicit operator Answer<T>(T value) => new(value, null);

    public static implicit operator Answer<T>(Refusal refusal) => new(default, refusal);

    public static implicit operator Answer<T>(FixedAnswer answer) => new(default, null, answer.Status) { Fixed = answer };

    public static implicit operator Answer<T>(Outcome<T> outcome) =>
        outcome.Refusal is { } refusal ? new(default, refusal) : new(outcome.Value, null);

    public static implicit operator Answer<T>(Outcome<FixedAnswer> first) => first.Refusal is { } refusal ? refusal : first.Value;

    /// <summary>The value as bytes, to be kept and answered.</summary>
    public FixedAnswer Fix() => Fixed ?? new(Status, Json.Write(Value), Location);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (Refusal is not null)
            await Problems.Write(httpContext, Refusal);
        else if (Fixed is not null)
            await Write(httpContext, Fixed);
        else if ((Other ?? value as IResult) is { } other)
            await other.ExecuteAsync(httpContext);
        else
            await Write(httpContext);
    }

    private static Task Write(HttpContext http, FixedAnswer answer)
    {
        NameVersion(http, VersionIn(answer));
        return answer.ExecuteAsync(http);
    }

    private async Task Write(HttpContext httpContext)
    {
        NameVersion(httpContext, (value as IVersioned)?.Version);
        if (Tag is not null)
            httpContext.Response.Headers.ETag = Tag;
        if (Tag is not null && MayBeKept && VersionTag.IsKnown(httpContext, Tag))
        {
            httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        if (Bytes > 0 && await LongAnswers.Begin(httpContext, Bytes) is { } tooMany)
        {
            await Problems.Write(httpContext, tooMany);
            return;
        }

        if (Location is not null)
            httpContext.Response.Headers.Location = Location;
        if (value is IPage { NextCursor: { } next })
            httpContext.Response.Headers["X-Next-Cursor"] = next;
        await TypedResults.Json(value, (JsonSerializerOptions?)null, null, Status).ExecuteAsync(httpContext);
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        if (!typeof(IResult).IsAssignableFrom(typeof(T)))
            builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));
    }

    private static void NameVersion(HttpContext http, long? version)
    {
        if (version is { } known)
            http.Response.Headers.ETag = VersionTag.Of(known);
    }

    /// <summary>The version of a value that was kept as its bytes.</summary>
    private static long? VersionIn(FixedAnswer answer)
    {
        if (answer.IsRefusal || !typeof(IVersioned).IsAssignableFrom(typeof(T)))
            return null;
        if (answer.Version is { } known)
            return known;
        var json = new Utf8JsonReader(answer.Utf8);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isVersion = json.ValueTextEquals("version"u8);
            json.Read();
            if (isVersion)
                return json.GetInt64();
            json.Skip();
        }

        return null;
    }
}

/// <summary>The answer of what shows nothing: it is done, or the refusal to do it.</summary>
public sealed class Answer : IResult, IEndpointMetadataProvider
{
    public static readonly Answer Done = new(null, StatusCodes.Status204NoContent);

    /// <summary>It will be done.</summary>
    public static readonly Answer Later = new(null, StatusCodes.Status202Accepted);

    private readonly int status;

    private Answer(Refusal? refusal, int status) => (Refusal, this.status) = (refusal, status);

    public Refusal? Refusal { get; }

    public static implicit operator Answer(Refusal refusal) => new(refusal, refusal.Status);

    /// <summary>Something that was not there before, and where it is.</summary>
    public static Answer<T> Created<T>(T value, string location) => new(value, null, StatusCodes.Status201Created) { Location = location };

    /// <summary>Something that will be done.</summary>
    public static Answer<T> Accepted<T>(T value) => new(value, null, StatusCodes.Status202Accepted);

    /// <summary>Something without a version, which its content names: whoever has it already is told only that.</summary>
    public static Answer<T> ByContent<T>(T value) => new(value, null) { Tag = VersionTag.OfContent(value), MayBeKept = true };

    /// <summary>A part of something that a tag names, of about so many bytes: whoever has it already is told only that.</summary>
    public static Answer<T> ByTag<T>(T value, string? tag, long bytes) => new(value, null) { Tag = tag, MayBeKept = true, Bytes = bytes };

    /// <summary>The caller has it already, by this tag.</summary>
    public static Answer<T> Unchanged<T>(string tag) => new(default, null) { Tag = tag, MayBeKept = true };

    /// <summary>The same in another form than JSON, or what else there is to say.</summary>
    public static Answer<T> InOtherForm<T>(IResult other) => new(default, null) { Other = other };

    /// <summary>Something without a version, and what it is called.</summary>
    public static Answer<T> Named<T>(T value, string tag) => new(value, null) { Tag = tag };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (Refusal is not null)
            return Problems.Write(httpContext, Refusal);
        httpContext.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status204NoContent, typeof(void)));
}
