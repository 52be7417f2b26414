namespace Comanda.Events;

/// <summary>How Socket.IO keeps time; what clients are told of it at the handshake.</summary>
public sealed record SocketIoOptions
{
    /// <summary>The server pings each client this often.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>A ping that is not answered for this long means that nobody is there.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Bytes that a client may send in one packet, or one request.</summary>
    public int MaxPayload { get; init; } = 1_000_000;

    /// <summary>How long a change from polling to WebSocket may take.</summary>
    public TimeSpan UpgradeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long somebody may stay who does not say who they are.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a client has to hang up after it was sent away.</summary>
    public TimeSpan GoodbyeTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A message that the network does not take within this time means that nobody reads.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a session is looked at that nothing is heard of.</summary>
    public TimeSpan SessionCheck { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Connections at once that have not said who they are, of one address and of all.</summary>
    public (int PerAddress, int All) MostStrangers { get; init; } = (2_000, 50_000);
}
