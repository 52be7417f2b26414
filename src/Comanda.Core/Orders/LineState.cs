namespace Comanda.Orders;

/// <summary>How far the kitchen is with a line.</summary>
public enum LineState
{
    Queued,

    [WireName("started", "preparing")]
    Started,

    Ready,
}
