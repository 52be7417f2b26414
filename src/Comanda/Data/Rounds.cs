namespace Comanda.Data;

/// <summary>
/// Work done in rounds for as long as the process lives. A round that fails is told once, and tried again until it works.
/// </summary>
public abstract class Rounds(ILogger log, string what, TimeSpan pause) : BackgroundService
{
    private static readonly TimeSpan LongestAfterFailure = TimeSpan.FromSeconds(1);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var outage = new Outage(log, what);
        while (!stoppingToken.IsCancellationRequested)
        {
            var rest = pause;
            try
            {
                await Round(stoppingToken);
                outage.Works();
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                outage.Failed(failure);
                rest = pause < LongestAfterFailure ? pause : LongestAfterFailure;
            }

            await Task.Delay(rest, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    protected abstract Task Round(CancellationToken cancel);
}
