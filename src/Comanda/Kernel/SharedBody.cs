using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Comanda.Kernel;

/// <summary>
/// A body that many are sent: made once, when it is first asked for, and compressed once for those who take that. Each coding
/// is a representation of its own with a tag of its own (RFC 9110, 8.8.3.3); who has the content in one has it.
/// </summary>
/// <param name="make">Makes the bytes; runs on a thread of its own, and again only where it failed.</param>
/// <param name="contentType">As it goes out.</param>
/// <param name="type">What its JSON is of, where dialects say it otherwise: each that is asked for is made once and kept too.</param>
[SuppressMessage("Design", "CA1001", Justification = "The source is never linked or timed: there is nothing to release.")]
public sealed class SharedBody(Func<Task<byte[]>> make, string contentType, Type? type = null)
{
    private Func<Task<byte[]>> source = make;
    private const int Plain = 0;

    /// <summary>Below this, compressing saves no packet.</summary>
    private const int LeastToCompress = 1024;

    /// <summary>From this on, time counts for more than the last tenth of the size.</summary>
    private const int CompressFast = 1024 * 1024;

    /// <summary>By preference, where the caller has none.</summary>
    private static readonly (string Name, int Form)[] Codings = [("br", 2), ("gzip", 1), ("identity", Plain)];

    private readonly Lock gate = new();
    private readonly Task<Made>?[] forms = new Task<Made>?[3];
    private readonly SharedBody?[] accents = new SharedBody?[Enum.GetValues<Dialect>().Length];
    private readonly CancellationTokenSource cut = new();
    private long size;

    /// <summary>One coding's bytes, and its tag.</summary>
    private sealed record Made(byte[] Bytes, string Tag);

    /// <summary>Those who are being sent it. Like the next two, under the gate of <see cref="LongAnswers"/>.</summary>
    internal int Readers { get; set; }

    internal bool IsOutdated { get; set; }

    internal long Held { get; set; }

    /// <summary>Bytes in memory, of all codings that were made.</summary>
    internal long Bytes => Interlocked.Read(ref size);

    /// <summary>The same in dialects, as far as somebody asked for them.</summary>
    internal IEnumerable<SharedBody> Accents => accents.OfType<SharedBody>();

    /// <summary>Breaks off what is under way, on other threads.</summary>
    internal void CutReaders() => _ = cut.CancelAsync();

    /// <summary>The tag of the content as it is.</summary>
    public async ValueTask<string> Tag(CancellationToken cancel) => (await Form(Plain, cancel)).Tag;

    /// <summary>Answers with it, in the coding that the caller likes best; 304 to who has it, 429 to too many strangers at once.</summary>
    public Task<IResult> Send(HttpContext http, Here here, LongAnswers answers, CancellationToken cancel)
    {
        if (type is null || http.Features.Get<Spoken>() is not { } spoken)
            return SendThis(http, here, answers, cancel);
        spoken.AsItIs();
        return In(spoken, type, here.ShopId).SendThis(http, here, answers, cancel);
    }

    private SharedBody In(Spoken spoken, Type of, long shopId)
    {
        var place = (int)spoken.Dialect;
        if (Volatile.Read(ref accents[place]) is { } made)
            return made;
        var accent = new SharedBody(
            async () => spoken.Dialects.Whole(spoken.Dialect, of, shopId, (await Form(Plain, CancellationToken.None)).Bytes),
            contentType);
        return Interlocked.CompareExchange(ref accents[place], accent, null) ?? accent;
    }

    private async Task<IResult> SendThis(HttpContext http, Here here, LongAnswers answers, CancellationToken cancel)
    {
        var coding = Choose(http.Request, (await Form(Plain, cancel)).Bytes.Length);
        var form = await Form(coding, cancel);
        http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (await IsKnown(http, form.Tag, cancel))
            return TypedResults.StatusCode(304);
        if (await answers.Begin(http, here, form.Bytes.Length, cancel) is { } refusal)
            return refusal.ToProblem();

        http.Response.ContentType = contentType;
        http.Response.ContentLength = form.Bytes.Length;
        if (coding != Plain)
            http.Response.Headers.ContentEncoding = Codings[2 - coding].Name;
        // What the connection's buffer holds is out of our hands at once, in one write; pieces would be twice the work for the network.
        if (form.Bytes.Length <= LongAnswers.Least)
            await http.Response.Body.WriteAsync(form.Bytes, cancel);
        else
            await SendLong(http, form.Bytes, answers, cancel);
        return TypedResults.Empty;
    }

    private async Task SendLong(HttpContext http, byte[] bytes, LongAnswers answers, CancellationToken cancel)
    {
        using var reading = answers.Read(this);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel, cut.Token);
        try
        {
            await Pieces.Write(http.Response, bytes, over.Token);
        }
        catch (OperationCanceledException) when (cut.IsCancellationRequested)
        {
            http.Abort();
        }
    }

    /// <summary>Names what is answered, and tells whether the caller has its content already, in whatever coding.</summary>
    private async ValueTask<bool> IsKnown(HttpContext http, string tag, CancellationToken cancel)
    {
        if (VersionTag.IsKnown(http, tag))
            return true;
        if (http.Request.Headers.IfNoneMatch.Count == 0)
            return false;
        var plain = await Tag(cancel);
        if (Array.Exists(Codings, c => VersionTag.IsKnown(http, TagOf(plain, c.Form))))
            return true;
        http.Response.Headers.ETag = tag;
        return false;
    }

    /// <summary>The coding that the caller gives the most weight; of several, the smallest.</summary>
    private static int Choose(HttpRequest request, int length)
    {
        var accepted = request.Headers.AcceptEncoding;
        if (accepted.Count == 0 || length < LeastToCompress || !StringWithQualityHeaderValue.TryParseList(accepted, out var wanted))
            return Plain;
        var (best, most) = (Plain, 0d);
        foreach (var (name, form) in Codings)
        {
            var weight = WeightOf(name, wanted);
            if (weight > most)
                (best, most) = (form, weight);
        }

        return best;
    }

    /// <summary>From 0 (not at all) to 1. What is not named has the weight of "*"; a body as it is may always go.</summary>
    private static double WeightOf(string coding, IList<StringWithQualityHeaderValue> wanted)
    {
        var said = wanted.FirstOrDefault(w => w.Value.Equals(coding, StringComparison.OrdinalIgnoreCase))
            ?? wanted.FirstOrDefault(w => w.Value == "*");
        return said is not null ? said.Quality ?? 1 : coding == "identity" ? 0.0001 : 0;
    }

    private ValueTask<Made> Form(int form, CancellationToken cancel)
    {
        var made = Volatile.Read(ref forms[form]);
        return made is { IsCompletedSuccessfully: true } ? new(made) : new(Begun(form).WaitAsync(cancel));
    }

    /// <summary>Under way once, however many ask: they wait for it without a thread of theirs.</summary>
    private Task<Made> Begun(int form)
    {
        lock (gate)
        {
            var under = forms[form];
            if (under is null or { IsCompleted: true, IsCompletedSuccessfully: false })
                forms[form] = under = Task.Run(() => form == Plain ? MakePlain() : Compress(form));
            return under;
        }
    }

    private async Task<Made> MakePlain()
    {
        var bytes = await source();
        source = static () => throw new InvalidOperationException("It is made."); // what it was made from may go
        Interlocked.Add(ref size, bytes.Length);
        return new(bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..20]}\"");
    }

    private async Task<Made> Compress(int form)
    {
        var plain = await Begun(Plain);
        var level = plain.Bytes.Length < CompressFast ? CompressionLevel.Optimal : CompressionLevel.Fastest;
        using var small = new MemoryStream();
        await using (Stream packing = form == 1 ? new GZipStream(small, level, leaveOpen: true) : new BrotliStream(small, level, true))
            packing.Write(plain.Bytes);
        Interlocked.Add(ref size, small.Length);
        return new(small.ToArray(), TagOf(plain.Tag, form));
    }

    private static string TagOf(string plain, int form) => form == Plain ? plain : $"{plain[..^1]}-{Codings[2 - form].Name}\"";
}
