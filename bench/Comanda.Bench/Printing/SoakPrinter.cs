using Comanda.Tests.Printing;

namespace Comanda.Bench.Printing;

/// <summary>A printer of the soak, to which things happen at random; its paper goes to a pile.</summary>
internal abstract class SoakPrinter(string name, long id, Random chance)
{
    protected const string PaperOut = "paper out", PowerCut = "power cut", Busy = "busy";

    protected const string LostJob = "job lost on its way", LostAnswer = "answer lost";

    public string Name => name;

    public long Id => id;

    public PaperPile Pile { get; } = new();

    /// <summary>What happened to it, and how often.</summary>
    public SortedDictionary<string, int> Mishaps { get; } = new(StringComparer.Ordinal);

    protected Random Chance => chance;

    public abstract Task Run(CancellationToken over);

    /// <summary>True once in so many times, and then it is noted.</summary>
    protected bool Happens(string what, int oneIn)
    {
        if (chance.Next(oneIn) != 0)
            return false;
        Note(what);
        return true;
    }

    protected void Note(string what) => Mishaps[what] = Mishaps.GetValueOrDefault(what) + 1;

    protected async Task Pause(int least, int most, CancellationToken over) =>
        await Task.Delay(chance.Next(least, most), over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}

/// <summary>One that polls: it asks again at once where there was something, and after a moment where there was nothing.</summary>
internal abstract class SoakPoller(string name, long id, Random chance) : SoakPrinter(name, id, chance)
{
    private const int JobsOfAMishap = 25;

    /// <summary>What happens with the next job; null where nothing does.</summary>
    protected string? Mishap { get; private set; }

    protected abstract string[] MayHappen { get; }

    public override async Task Run(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                if (Happens("network cut", 1_500))
                    await Pause(500, 2_000, over);
                if (!await Step(over))
                {
                    await Pause(10, 30, over);
                    continue;
                }

                if (Mishap is not null)
                    Note(Mishap);
                Mishap = Chance.Next(JobsOfAMishap) == 0 ? MayHappen[Chance.Next(MayHappen.Length)] : null;
            }
            catch (Exception cut) when (cut is HttpRequestException or IOException or TaskCanceledException)
            {
                await Pause(100, 300, over); // its server is dead just now
            }
            catch (ShouldAssertException other)
            {
                // A server that begins or ends may answer otherwise; a printer asks again.
                Note("other answer");
                Progress.Say($"soak: {Name} was answered otherwise: {other.Message.ReplaceLineEndings(" ")}");
                await Pause(100, 300, over);
            }
        }
    }

    /// <summary>Asks once. False where there was nothing.</summary>
    protected abstract Task<bool> Step(CancellationToken over);
}

internal sealed class SoakStar(long id, string url, Random chance) : SoakPoller("CloudPRNT", id, chance)
{
    private readonly FakeStar star = new(url) { Prefers = ["text/plain"], SaysMac = false };
    private int taken;

    protected override string[] MayHappen => [PaperOut, PowerCut, LostJob, LostAnswer];

    protected override async Task<bool> Step(CancellationToken over)
    {
        if (star.Status.StartsWith('4'))
        {
            await Pause(100, 600, over);
            if (Chance.Next(2) == 0)
                star.Status = "200%20OK";
        }

        star.RunsOut = Mishap == PaperOut;
        star.Dies = Mishap == PowerCut;
        star.LosesFetch = Mishap == LostJob;
        star.LosesConfirmations = Mishap == LostAnswer;
        star.Code = Chance.Next(50) == 0 ? "211 OK (Paper Low)" : "200 OK";
        try
        {
            return (await star.Step()).GetProperty("jobReady").GetBoolean();
        }
        finally
        {
            for (; taken < star.Paper.Count; taken++)
            {
                if (star.Paper[taken].IsWhole)
                    Pile.Add(star.Paper[taken].Text);
            }
        }
    }
}

internal sealed class SoakEpson(long id, string url, Random chance) : SoakPoller("Server Direct Print", id, chance)
{
    private readonly FakeEpson epson = new(url);
    private int taken;

    protected override string[] MayHappen => [PaperOut, PowerCut, LostJob, LostAnswer, Busy];

    protected override async Task<bool> Step(CancellationToken over)
    {
        epson.Fault = Mishap == PaperOut ? "EPTR_REC_EMPTY" : Mishap == Busy ? "EX_DEVICE_BUSY" : null;
        epson.Dies = Mishap == PowerCut;
        epson.LosesAnswer = Mishap == LostJob;
        epson.LosesResults = Mishap == LostAnswer;
        try
        {
            return await epson.Step() || (Mishap == LostJob && !epson.LosesAnswer);
        }
        finally
        {
            for (; taken < epson.Paper.Count; taken++)
                Pile.Add(epson.Paper[taken]);
        }
    }
}

internal sealed class SoakEscPos(long id, FakeEscPos printer, Random chance) : SoakPrinter("TCP 9100", id, chance)
{
    private int taken;

    public override async Task Run(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            await Pause(200, 400, over);
            if (Happens(PaperOut, 30))
                printer.RunsOutAfter = Chance.Next(20, 300);
            if (printer.HasNoPaper)
            {
                await Pause(200, 1_000, over);
                printer.HasNoPaper = false;
            }

            if (Happens(PowerCut, 60))
                (printer.RevivesAfter, printer.DiesAfter) = (TimeSpan.FromMilliseconds(Chance.Next(500, 2_000)), Chance.Next(20, 300));
            if (Happens("connection reset", 60))
                printer.ResetsAfter = Chance.Next(20, 300);
            if (Happens("network cut", 150))
            {
                await printer.Stop();
                await Pause(500, 1_500, over);
                printer.Start();
            }

            if (Happens(Busy, 150))
            {
                printer.IsBusy = true;
                await Pause(200, 1_000, over);
                printer.IsBusy = false;
            }

            Take();
        }

        Take();
    }

    /// <summary>What was cut is whole: the head prints in order, and cuts last.</summary>
    private void Take()
    {
        var papers = printer.Papers;
        for (; taken < papers.Count; taken++)
        {
            if (papers[taken].EndsWith("[cut]", StringComparison.Ordinal))
                Pile.Add(papers[taken]);
        }
    }
}
