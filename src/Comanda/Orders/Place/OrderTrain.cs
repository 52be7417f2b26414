using Comanda.Data;
using Comanda.Events;
using Comanda.Registers;
using Comanda.Stock;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// Several orders in one transaction: their registers are locked once, numbers and hashes are counted here, and each table is given all of
/// its rows together. Two round trips, one commit.
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

    private OrderTrain(NpgsqlConnection connection, List<TrainOrder> riders)
    {
        (this.connection, this.riders) = (connection, riders);
        keys.AddRange(riders.Select(r => r.Write.Key).OfType<RetryKey>());
    }

    /// <summary>Who is aboard.</summary>
    public IReadOnlyList<TrainOrder> Orders => riders;

    /// <summary>Those whose key had its answer when the registers were locked.</summary>
    public IReadOnlyList<TrainOrder> Known { get; private set; } = [];

    /// <summary>Those whose register somebody else holds, or is gone.</summary>
    public IReadOnlyList<TrainOrder> LeftBehind { get; private set; } = [];

    public IReadOnlyList<(TrainOrder Of, OrderLine Line)> Lines { get; private set; } = [];

    public IReadOnlyList<(TrainOrder Of, Payment Payment)> Payments { get; private set; } = [];

    public IReadOnlyList<SoldMovement> Movements { get; private set; } = [];

    /// <summary>The texts of its statements, in order.</summary>
    public static IEnumerable<string> Texts =>
        ["begin", RegisterTip.Locking, KnownKeys.Text, RegisterTip.Writing, .. Tables.Select(t => t.Write.Text), "commit"];

    /// <summary>
    /// Begins, locks the registers that nobody holds, and takes aboard those of them that were not written before.
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

        foreach (var rider in riders)
            Number(rider);
        Lines = [.. riders.SelectMany(r => r.Write.Order.Items.Select(l => (r, l)))];
        Payments = [.. riders.SelectMany(r => r.Write.Order.Payments.Select(p => (r, p)))];
        Movements = [.. riders.SelectMany(r => r.Movements)];
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(RegisterTip.Write([.. riders.Select(r => r.Register!).Distinct()]));
        foreach (var (has, write) in Tables)
        {
            if (has(this))
                batch.BatchCommands.Add(write.BatchCommand(this));
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
        await batch.PrepareAsync();
        await batch.ExecuteNonQueryAsync();
    }

    private async Task Lock()
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("begin"));
        batch.BatchCommands.Add(RegisterTip.Lock([.. riders.Select(r => r.Write.Order.RegisterId).Distinct()]));
        if (keys.Count > 0)
            batch.BatchCommands.Add(KnownKeys.BatchCommand(this));
        await batch.PrepareAsync();
        var taken = new HashSet<RetryKey>();
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            var tips = (await RegisterTip.Read(reader, CancellationToken.None)).ToDictionary(t => (t.ShopId, t.Id));
            foreach (var rider in riders)
                rider.Register = tips.GetValueOrDefault((rider.Write.Order.ShopId, rider.Write.Order.RegisterId));
            if (await reader.NextResultAsync())
            {
                while (await reader.ReadAsync())
                    taken.Add(keys[reader.GetInt32(0)]);
            }
        }

        Known = riders.FindAll(r => r.Write.Key is { } key && taken.Contains(key));
        riders.RemoveAll(Known.Contains);
        LeftBehind = riders.FindAll(r => r.Register is null);
        riders.RemoveAll(LeftBehind.Contains);
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
        var actor = ShopEvent.ActorJson(write.Actor);
        foreach (var (name, data) in write.Events)
        {
            events.Add(new()
            {
                ShopId = order.ShopId,
                Event = name,
                At = order.CreatedAt,
                Actor = actor,
                Data = Told(data),
                CustomerId = order.GuestAccount,
            });
        }

        if (write.Key is { } key)
            answers.Add(new(key, write.Location, Told(write.Body)));

        string Told(string text) => text.Replace(write.Slot, rider.OrderNumber, StringComparison.Ordinal);
    }
}
