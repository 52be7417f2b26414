namespace Comanda.Events;

/// <summary>By which door somebody follows events.</summary>
public enum LiveDoor
{
    Websocket,
    Stream,
    SocketIo,
}
