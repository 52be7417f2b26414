using Comanda.Registers;
using Comanda.Stock;

namespace Comanda.Orders;

/// <summary>An order that rides with others, and what it is told.</summary>
internal sealed class TrainOrder(OrderToWrite write)
{
    private const int Waiting = 0, Boarded = 1, Left = 2;

    private readonly TaskCompletionSource<bool> arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int state;

    public OrderToWrite Write => write;

    /// <summary>Where the register stands; known once it is locked.</summary>
    public RegisterTip? Register { get; set; }

    public long Number { get; set; }

    public string OrderNumber { get; set; } = "";

    public IEnumerable<SoldMovement> Movements => write.Used.Select(m => new SoldMovement(m, Moved));

    /// <summary>True when it is written, false where its key was answered before.</summary>
    public Task<bool> Arrival => arrival.Task;

    private MovedAt Moved => new(write.Order.ShopId, write.Order.CashierId, write.Order.CreatedAt, write.Order.BusinessDay);

    /// <summary>Takes it along, unless whoever asked for it has gone.</summary>
    public bool Board() => Interlocked.CompareExchange(ref state, Boarded, Waiting) == Waiting;

    /// <summary>Whoever asked for it is gone: it stays where it is, unless it is under way already.</summary>
    public void Leave()
    {
        if (Interlocked.CompareExchange(ref state, Left, Waiting) == Waiting)
            arrival.TrySetCanceled();
    }

    public void Arrive(bool written)
    {
        // Not before: an order that goes by itself after all has another's place in its texts until then.
        if (written && OrderNumber.Length > 0)
            (write.Order.Number, write.Order.OrderNumber) = (Number, OrderNumber);
        arrival.TrySetResult(written);
    }

    public void Fail(Exception why) => arrival.TrySetException(why);
}
