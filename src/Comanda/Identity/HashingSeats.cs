namespace Comanda.Identity;

/// <summary>Where costly work comes from: a name to take turns by, and whether the staff or an enrolled device asks for it.</summary>
public sealed record WorkPlace(string Name, bool IsStaff);

/// <summary>
/// Seats for hashing, those of the staff apart from those of strangers: however many strangers sign in or register, from however many
/// addresses, a till's PIN and a manager's approval do not stand behind them. Within each, places take turns (<see cref="FairSeats"/>).
/// </summary>
/// <param name="staff">Hashes at once for the staff.</param>
/// <param name="strangers">Hashes at once for strangers.</param>
/// <param name="mostStrangers">Strangers of all places that may be there at once; who comes later would wait for minutes.</param>
public sealed class HashingSeats(int staff, int strangers, int mostStrangers)
{
    private const int MostWaitingAtOnePlace = 250;

    private readonly FairSeats ofStaff = new(staff, MostWaitingAtOnePlace);
    private readonly FairSeats ofStrangers = new(strangers, MostWaitingAtOnePlace);
    private int there;

    /// <summary>Does the work when there is a seat.</summary>
    /// <exception cref="TooManyWaitException">So many wait already.</exception>
    public async Task<T> Run<T>(WorkPlace place, Func<Task<T>> work, CancellationToken cancel)
    {
        if (place.IsStaff)
            return await Run(ofStaff, place.Name, work, cancel);
        try
        {
            if (Interlocked.Increment(ref there) > mostStrangers)
                throw new TooManyWaitException();
            return await Run(ofStrangers, place.Name, work, cancel);
        }
        finally
        {
            Interlocked.Decrement(ref there);
        }
    }

    private static async Task<T> Run<T>(FairSeats seats, string place, Func<Task<T>> work, CancellationToken cancel)
    {
        await seats.Take(place, cancel);
        try
        {
            return await work();
        }
        finally
        {
            seats.Release();
        }
    }
}
