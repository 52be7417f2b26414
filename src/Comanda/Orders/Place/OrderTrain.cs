using Comanda.Data;
using Comanda.Events;
using Comanda.Guests;
using Comanda.Menu;
using Comanda.Registers;
using Comanda.Stock;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// Several orders in one transaction: their registers, their customers' points and the counted items they take are locked once, numbers,
/// hashes, balances and what is left are counted here, and each table is given all of its rows together. Two round trips, one commit.
/// </summary>
internal sealed class OrderTrain
{
    private static readonly Statement<OrderTrain> KnownKeys = Of(s => IdempotentWrite.Known(s, t => t.keys));

    /// <summary>In the order in which their rows hang on each other.</summary>
    private static readonly (Func<OrderTrain, bool> Has, Statement<OrderTrain> Write)[] Tables =
    [
        (_ => true, Of(OrderRows.OrdersTogether)),
        (_ => true, Of(OrderRows.LinesTogether)),
        (t => t.Payments.Count > 0, Of(OrderRows.PaymentsTogether)),
        (t => t.Movements.Count > 0, Of(s => StockMovement.SoldTogether(s, t => t.Movements))),
        (_ => true, Of(s => FiscalJournal.Entries(s, t => t.entries))),
        (_ => true, Of(s => ShopEvent.AnnounceTogether(s, t => t.events))),
        (t => t.answers.Count > 0, Of(s => IdempotentWrite.KeptTogether(s, t => t.answers))),
    ];

    private readonly NpgsqlConnection connection;
    private readonly List<TrainOrder> riders;
    private readonly List<RetryKey> keys = [];
    private readonly List<ChainedEntry> entries = [];
    private readonly List<ShopEvent> events = [];
    private readonly List<KeptAnswer> answers = [];
    private Dictionary<long, HeldPoints> points = [];
    private Dictionary<long, CountedItem> counted = [];

    private OrderTrain(NpgsqlConnection connection, List<TrainOrder> riders)
    {
        (this.connection, this.riders) = (connection, riders);
        keys.AddRange(riders.Select(r => r.Write.Key).OfType<RetryKey>());
    }

    /// <summary>Who is aboard.</summary>
    public IReadOnlyList<TrainOrder> Orders => riders;

    /// <summary>Those whose key had its answer when the registers were locked.</summary>
    public IReadOnlyList<TrainOrder> Known { get; private set; } = [];

    /// <summary>
    /// Those whose register, customer or counted item somebody else holds or is gone, and those for whom there is too little left.
    /// </summary>
    public IReadOnlyList<TrainOrder> LeftBehind { get; private set; } = [];

    public IReadOnlyList<(TrainOrder Of, OrderLine Line)> Lines { get; private set; } = [];

    public IReadOnlyList<(TrainOrder Of, Payment Payment)> Payments { get; private set; } = [];

    public IReadOnlyList<SoldMovement> Movements { get; private set; } = [];

    /// <summary>The texts of its statements, in order.</summary>
    public static IEnumerable<string> Texts =>
    [
        "begin",
        RegisterTip.Locking,
        HeldPoints.Locking,
        CountedItem.Locking,
        KnownKeys.Text,
        RegisterTip.Writing,
        .. HeldPoints.Writing,
        CountedItem.Writing,
        .. Tables.Select(t => t.Write.Text),
        "commit",
    ];

    /// <summary>
    /// Begins, locks what nobody holds, and takes aboard those who were not written before and for whom there is enough.
    /// </summary>
    public static async Task<OrderTrain> Board(NpgsqlConnection connection, IEnumerable<TrainOrder> orders)
    {
        var train = new OrderTrain(connection, [.. orders]);
        await train.Lock();
        return train;
    }

    private static Statement<OrderTrain> Of(Func<Statement<OrderTrain>, string> write) => Statement<OrderTrain>.Compose(write);

    /// <summary>Writes and commits those aboard. With any failure nothing is written.</summary>
    public async Task Write()
    {
        if (riders.Count == 0)
        {
            await using var back = new NpgsqlCommand("rollback", connection);
            await back.ExecuteNonQueryAsync();
            return;
        }

        Lines = [.. riders.SelectMany(r => r.Write.Order.Items.Select(l => (r, l)))];
        Payments = [.. riders.SelectMany(r => r.Write.Order.Payments.Select(p => (r, p)))];
        Movements = [.. riders.SelectMany(r => r.Movements)];
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RegisterTip.Write([.. riders.Select(r => r.Register!).Distinct()]));
        if (points.Values.Where(p => p.IsMoved).ToList() is { Count: > 0 } moved)
        {
            foreach (var write in HeldPoints.Write(moved))
                batch.BatchCommands.Add(write);
        }

        if (counted.Values.Where(c => c.IsTaken).ToList() is { Count: > 0 } taken)
            batch.BatchCommands.Add(CountedItem.Write(taken));
        foreach (var (has, write) in Tables)
        {
            if (has(this))
                batch.BatchCommands.Add(write.BatchCommand(this));
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        await PrepareStatements.Here.Before(batch);
        await batch.ExecuteNonQueryAsync();
    }

    private async Task Lock()
    {
        var customers = riders.Where(r => r.Write.Points.Count > 0).Select(r => r.Write.Order.CustomerId!.Value).Distinct().ToArray();
        var items = riders.SelectMany(r => r.Write.Counted).Select(c => c.Key).Distinct().ToArray();
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("begin"));
        batch.BatchCommands.Add(RegisterTip.Lock([.. riders.Select(r => r.Write.Order.RegisterId).Distinct()]));
        // As an order by itself takes its locks: registers, customers, items. None of them is waited for.
        if (customers.Length > 0)
            batch.BatchCommands.Add(HeldPoints.Lock(customers));
        if (items.Length > 0)
            batch.BatchCommands.Add(CountedItem.Lock(items));
        if (keys.Count > 0)
            batch.BatchCommands.Add(KnownKeys.BatchCommand(this));
        await PrepareStatements.Here.Before(batch);
        var (taken, left) = (new HashSet<RetryKey>(), new List<TrainOrder>());
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            var tips = (await RegisterTip.Read(reader, CancellationToken.None)).ToDictionary(t => (t.ShopId, t.Id));
            foreach (var rider in riders)
                rider.Register = tips.GetValueOrDefault((rider.Write.Order.ShopId, rider.Write.Order.RegisterId));
            if (customers.Length > 0 && await reader.NextResultAsync())
                points = await HeldPoints.Read(reader);
            if (items.Length > 0 && await reader.NextResultAsync())
                counted = await CountedItem.Read(reader);
            if (await reader.NextResultAsync())
            {
                while (await reader.ReadAsync())
                    taken.Add(keys[reader.GetInt32(0)]);
            }
        }

        Known = riders.FindAll(r => r.Write.Key is { } key && taken.Contains(key));
        riders.RemoveAll(Known.Contains);
        // In their order: who comes first gets the last croissant, and who does not get one hears so when it goes by itself.
        foreach (var rider in riders)
        {
            if (HasPlace(rider))
                TakeAlong(rider);
            else
                left.Add(rider);
        }

        LeftBehind = left;
        riders.RemoveAll(left.Contains);
    }

    private bool HasPlace(TrainOrder rider)
    {
        var (write, shop) = (rider.Write, rider.Write.Order.ShopId);
        return rider.Register is not null
            && (write.Points.Count == 0
                || (points.TryGetValue(write.Order.CustomerId!.Value, out var held) && held.Has(write.Points, shop)))
            && write.Counted.All(c => counted.TryGetValue(c.Key, out var item) && item.Has(c.Value, shop));
    }

    private void TakeAlong(TrainOrder rider)
    {
        var (write, order) = (rider.Write, rider.Write.Order);
        if (write.Points.Count > 0)
        {
            points[order.CustomerId!.Value].Move(
                new(order.ShopId, order.CustomerId.Value, write.Points, order.CashierId, order.CreatedAt) { Order = order.Id });
        }

        foreach (var (item, count) in write.Counted)
        {
            foreach (var (name, data) in counted[item].Take(count, order.CreatedAt))
                Announce(rider, name, data, guest: null);
        }

        Number(rider);
    }

    /// <summary>Gives the order its number and its place in the journal, and fills the number in wherever it is told.</summary>
    private void Number(TrainOrder rider)
    {
        var (write, order) = (rider.Write, rider.Write.Order);
        (rider.Number, rider.OrderNumber) = rider.Register!.NextNumber(write.Prefix);
        entries.Add(rider.Register.Append(new(
            order.ShopId,
            order.RegisterId,
            JournalKind.Sale,
            order.CreatedAt,
            Told(JournalContent.OfSale(order)))
        {
            OrderId = order.Id,
        }));
        foreach (var (name, data) in write.Events)
            Announce(rider, name, Told(data), order.GuestAccount);
        if (write.Key is { } key)
            answers.Add(new(key, write.Location, Told(write.Body)));

        string Told(string text) => text.Replace(write.Slot, rider.OrderNumber, StringComparison.Ordinal);
    }

    private void Announce(TrainOrder rider, string name, string data, long? guest) => events.Add(new()
    {
        ShopId = rider.Write.Order.ShopId,
        Event = name,
        At = rider.Write.Order.CreatedAt,
        Actor = rider.Write.ActorJson,
        Data = data,
        CustomerId = guest,
    });
}
