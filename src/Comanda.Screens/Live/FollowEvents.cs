using System.Net.WebSockets;
using Comanda.Client;
using Comanda.Events;
using Comanda.Screens.Front;

namespace Comanda.Screens.Live;

/// <summary>
/// Follows the shop's events by the live door. A connection that breaks is opened again after the last event that was heard, so none is
/// missed and none comes twice; <see cref="IsConnected"/> says whether what a screen shows is live.
/// </summary>
public sealed class FollowEvents(DeviceSession session)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5), LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>Whether the door is open.</summary>
    public bool IsConnected { get; private set; } = true;

    /// <summary>Follows until <paramref name="cancel"/>.</summary>
    /// <param name="screen">Which screen it is, as the office sees it.</param>
    /// <param name="opened">The door is open (again): what was shown before is to be read anew.</param>
    /// <param name="heard">An event, in order.</param>
    /// <param name="cancel">The screen is left.</param>
    public async Task Follow(string screen, Func<Task> opened, Func<EventView, Task> heard, CancellationToken cancel)
    {
        (long? after, var pause) = ((long?)null, FirstPause);
        while (!cancel.IsCancellationRequested && session.Person is not null)
        {
            try
            {
                using var socket = await session.Ask(client => client.OpenSocket(screen, after, cancel));
                (IsConnected, pause) = (true, FirstPause);
                await opened();
                while (await socket.Read(cancel) is { } next)
                {
                    if (next.Seq <= after)
                        continue;
                    after = next.Seq;
                    await heard(next);
                }
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception away) when (away is WebSocketException
                or HttpRequestException
                or ComandaException
                or OperationCanceledException)
            {
                // tried again below
            }

            IsConnected = false;
            await opened();
            await AskWhetherStillSignedIn(cancel);
            try
            {
                await Task.Delay(pause, cancel);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>A door that does not open tells a browser no reason: whose session has ended learns it by another question.</summary>
    private async Task AskWhetherStillSignedIn(CancellationToken cancel)
    {
        try
        {
            await session.Ask(client => client.Me(cancel));
        }
        catch (Exception away) when (away is HttpRequestException or ComandaException or OperationCanceledException)
        {
            // The server is away, or the session is over and the PIN pad is there.
        }
    }
}
