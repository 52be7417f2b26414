namespace Comanda.Data;

/// <summary>
/// Says once that something a background loop needs is gone, and once that it is back, however often the loop tries.
/// </summary>
public sealed class Outage(ILogger log, string what)
{
    private bool gone;

    public void Failed(Exception failure)
    {
        if (!gone)
            log.LogWarning("{What}: {Why}; trying again until it works", what, failure.Message.ReplaceLineEndings(" "));
        gone = true;
    }

    public void Works()
    {
        if (gone)
            log.LogWarning("{What}: works again", what);
        gone = false;
    }
}
