namespace Comanda.Events;

/// <summary>Who somebody at a door of events is, and whether they still are; Identity answers.</summary>
public interface IEventVisitors
{
    /// <summary>Whom a token speaks for, in the shop that is named, or its own; or why nobody. They may follow events there.</summary>
    Task<(Caller? Caller, Refusal? Refusal)> Recognise(string token, string? shop, CancellationToken cancel);

    /// <summary>The person of a session, as what they are now; null where it has ended, or they may not follow the shop's events.</summary>
    Task<Caller?> Follower(long sessionId, long shopId, CancellationToken cancel);

    /// <summary>Calls when a session may have ended, or may be allowed something else; by any process. Must be quick.</summary>
    IDisposable Watch(long sessionId, long shopId, Action alarm);
}
