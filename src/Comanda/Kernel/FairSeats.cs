namespace Comanda.Kernel;

/// <summary>Too many wait at one place; it may try again in a moment.</summary>
public sealed class TooManyWaitException() : Exception("Too many of these at once from one place.");

/// <summary>
/// Seats for costly work, handed out to the places that wait for one in turns: who sends two hundred requests at once waits
/// behind their own, and a till that sends one waits behind one of theirs.
/// </summary>
public sealed class FairSeats(int seats, int mostWaitingAtOnePlace)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Queue<TaskCompletionSource>> waiting = new(StringComparer.Ordinal);
    private readonly Queue<string> turns = [];
    private int free = seats;

    /// <summary>Waits for a seat; it must be given back with <see cref="Release"/>.</summary>
    /// <exception cref="TooManyWaitException">So many of this place wait already.</exception>
    public Task Take(string place, CancellationToken cancel)
    {
        TaskCompletionSource seat;
        lock (gate)
        {
            if (free > 0)
            {
                free--;
                return Task.CompletedTask;
            }

            if (!waiting.TryGetValue(place, out var ours))
            {
                waiting[place] = ours = [];
                turns.Enqueue(place);
            }

            if (ours.Count >= mostWaitingAtOnePlace)
                throw new TooManyWaitException();
            ours.Enqueue(seat = new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        return Wait(seat, cancel);
    }

    public void Release()
    {
        while (true)
        {
            TaskCompletionSource next;
            lock (gate)
            {
                if (!turns.TryDequeue(out var place))
                {
                    free++;
                    return;
                }

                var ours = waiting[place];
                next = ours.Dequeue();
                if (ours.Count > 0)
                    turns.Enqueue(place);
                else
                    waiting.Remove(place);
            }

            if (next.TrySetResult())
                return;
        }
    }

    private static async Task Wait(TaskCompletionSource seat, CancellationToken cancel)
    {
        // Either the seat or the cancelling comes first; a cancelled one is passed over when its turn comes.
        await using var giveUp = cancel.Register(() => seat.TrySetCanceled(cancel));
        await seat.Task;
    }
}
