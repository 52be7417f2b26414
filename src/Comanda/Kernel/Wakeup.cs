namespace Comanda.Kernel;

/// <summary>A semaphore of one that wakes somebody who waits for news.</summary>
internal static class Wakeup
{
    /// <summary>Wakes who waits, or who waits next; more than once is once. It may be disposed of already: who it was for stops.</summary>
    public static void Ring(this SemaphoreSlim bell)
    {
        try
        {
            if (bell.CurrentCount == 0)
                bell.Release();
        }
        catch (Exception late) when (late is SemaphoreFullException or ObjectDisposedException)
        {
            // rung by somebody else in the same moment, or stopping
        }
    }
}
