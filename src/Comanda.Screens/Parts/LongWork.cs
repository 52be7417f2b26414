using Comanda.Client;

namespace Comanda.Screens.Parts;

/// <summary>Something that takes its time: how far it is, and what came of it.</summary>
public sealed class Piece(string name, CancellationTokenSource stop)
{
    /// <summary>What it is.</summary>
    public string Name => name;

    /// <summary>From 0 to 1; null where nobody knows.</summary>
    public double? Part { get; set; }

    /// <summary>How far it is, or what came of it, in words.</summary>
    public string Words { get; set; } = "";

    /// <summary>It goes on.</summary>
    public bool IsGoing { get; set; } = true;

    /// <summary>It failed.</summary>
    public bool IsBad { get; set; }

    /// <summary>Ends it.</summary>
    public void Stop() => stop.Cancel();
}

/// <summary>
/// What is being done while people go on: it is shown on every page of the office until somebody has seen what came of it.
/// </summary>
public sealed class LongWork
{
    private readonly List<Piece> all = [];

    /// <summary>Something began, went on, or ended.</summary>
    public event Action? Changed;

    /// <summary>What is being done, and what was and nobody has put away yet.</summary>
    public IReadOnlyList<Piece> All => all;

    /// <summary>Begins it. It tells how far it is; what it answers is what came of it.</summary>
    public async Task Begin(
        string name,
        Func<Action<double?, string>, CancellationToken, Task<string>> work,
        Func<Exception, string> why)
    {
        using var stop = new CancellationTokenSource();
        var piece = new Piece(name, stop);
        all.Add(piece);
        Changed?.Invoke();
        try
        {
            piece.Words = await work(
                (part, words) =>
                {
                    (piece.Part, piece.Words) = (part, words);
                    Changed?.Invoke();
                },
                stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            all.Remove(piece);
        }
        catch (Exception failure) when (failure is ComandaException or HttpRequestException or OperationCanceledException)
        {
            (piece.Words, piece.IsBad) = (why(failure), true);
        }

        piece.IsGoing = false;
        Changed?.Invoke();
    }

    /// <summary>Somebody has seen what came of it.</summary>
    public void PutAway(Piece piece)
    {
        all.Remove(piece);
        Changed?.Invoke();
    }
}
