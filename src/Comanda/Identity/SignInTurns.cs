using Comanda.Shops;

namespace Comanda.Identity;

/// <summary>
/// How many who are not signed in yet are served at once, and who of them is next: places (addresses, devices) take turns. Without it a
/// stranger's thousand sign-ins would stand in the queue for the database's connections, and a till's order behind them.
/// Three doors: what hashes for strangers, what enrolled devices ask for, and what only looks something up.
/// </summary>
public sealed class SignInTurns(ShopDirectory shops)
{
    private const int AtOnce = 16,
        MostWaitingAtOnePlace = 250;

    private readonly FairSeats strangers = new(AtOnce, MostWaitingAtOnePlace);
    private readonly FairSeats devices = new(AtOnce, MostWaitingAtOnePlace);
    private readonly FairSeats quick = new(AtOnce, MostWaitingAtOnePlace);

    /// <summary>Which door an endpoint has.</summary>
    public enum Door
    {
        /// <summary>Hashes a password or a code: a turn may take a quarter of a second, and longer while many wait to hash.</summary>
        Hashing,

        /// <summary>Asks for an enrolled device before anything costly is done.</summary>
        Device,

        /// <summary>Looks something up.</summary>
        Quick,
    }

    /// <summary>Serves a request in its turn.</summary>
    /// <exception cref="TooManyWaitException">So many of its place wait already.</exception>
    public async ValueTask<object?> Serve(Door door, HttpContext http, Here here, Func<ValueTask<object?>> next)
    {
        var token = http.Request.Headers[FindDevice.Header].ToString();
        var enrolled = token.Length > 0 && (await shops.Find(here.ShopId, http.RequestAborted))?.DeviceOf(token) is not null;
        var (seats, place) = door switch
        {
            Door.Quick => (quick, here.Address),
            // A token that is none is told so at once; it only must not keep those of other tills waiting.
            Door.Device => (devices, $"{here.Address} {Shop.HashOf(token)}"),
            _ => enrolled ? (devices, Shop.HashOf(token)) : (strangers, here.Address),
        };
        await seats.Take(place, http.RequestAborted);
        try
        {
            return await next();
        }
        finally
        {
            seats.Release();
        }
    }
}

internal static class SignInDoors
{
    /// <summary>Whoever asks here is served in turn (<see cref="SignInTurns"/>).</summary>
    public static RouteHandlerBuilder InTurn(this RouteHandlerBuilder endpoint, SignInTurns.Door door) =>
        endpoint.AddEndpointFilter(
            (context, next) =>
            {
                var http = context.HttpContext;
                var (turns, here) = (
                    http.RequestServices.GetRequiredService<SignInTurns>(),
                    http.RequestServices.GetRequiredService<Here>()
                );
                return turns.Serve(door, http, here, () => next(context));
            }
        );
}
