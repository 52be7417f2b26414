using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// Sends orders on their way together (ADR 55): an order that finds a track free leaves at once and alone; while one is under way, those
/// that arrive wait, and go in one transaction when it is back. So a quiet shop waits for nothing, and a crowd shares what a commit costs.
/// One that cannot be written is refused alone: where a train fails, each of its orders goes by itself.
/// </summary>
public sealed class OrderTrains(NpgsqlDataSource database, OrderTrains.Limits limits, ILogger<OrderTrains> log)
{
    /// <summary>How many orders share a train at most (1: none does), and how many trains are under way at once.</summary>
    public sealed record Limits(int Orders, int Tracks)
    {
        /// <summary>
        /// So that the last of a crowd waits for two trains of some 10 ms; PostgreSQL has one processor of two for them, or half of more.
        /// </summary>
        public static Limits Usual { get; } = new(Orders: 32, Tracks: Math.Clamp(Environment.ProcessorCount / 2, 1, 8));
    }

    private readonly Lock gate = new();
    private readonly Queue<TrainOrder> waiting = [];
    private int underWay;

    /// <summary>Writes the order, by itself or with others; false where its key has its answer already.</summary>
    internal async Task<bool> Ride(OrderToWrite write, CancellationToken cancel)
    {
        var rider = new TrainOrder(write);
        List<TrainOrder> first;
        lock (gate)
        {
            if (underWay < limits.Tracks)
            {
                underWay++;
                first = [rider];
            }
            else
            {
                waiting.Enqueue(rider);
                first = [];
            }
        }

        if (first.Count > 0)
            await Go(first);
        else
            await using (cancel.Register(rider.Leave))
                await rider.Arrival;
        return await rider.Arrival;
    }

    /// <summary>Writes these and calls the next; never fails, whoever rides hears of it.</summary>
    private async Task Go(List<TrainOrder> riders)
    {
        try
        {
            if (riders.Count > 1)
                await Together(riders);
            else if (riders.Count == 1)
                await Alone(riders[0]);
        }
        finally
        {
            if (Next() is { } next)
                _ = Task.Run(() => Go(next));
        }
    }

    /// <summary>Those who wait and have not left, to a limit; null where nobody does, and the track is free.</summary>
    private List<TrainOrder>? Next()
    {
        var next = new List<TrainOrder>();
        lock (gate)
        {
            var keys = new HashSet<Data.RetryKey>();
            for (var left = waiting.Count; left > 0 && next.Count < limits.Orders; left--)
            {
                var rider = waiting.Dequeue();
                // Two requests with one key: the second finds the first one's answer when it goes.
                if (rider.Write.Key is { } key && !keys.Add(key))
                    waiting.Enqueue(rider);
                else if (rider.Board())
                    next.Add(rider);
            }

            if (next.Count == 0 && waiting.Count == 0)
            {
                underWay--;
                return null;
            }
        }

        return next;
    }

    private async Task Together(List<TrainOrder> riders)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync();
            List<TrainOrder> known;
            try
            {
                known = await OrderTrain.Run(connection, riders);
            }
            catch (Exception failure) when (failure is PostgresException or InvalidOperationException)
            {
                // Nothing is written. What stood in one's way is found out by each for itself.
                await using (var back = new NpgsqlCommand("rollback", connection))
                    await back.ExecuteNonQueryAsync();
                await connection.CloseAsync();
                log.LogInformation(
                    "{Orders} orders could not be written together, and each goes by itself: {Why}", riders.Count, failure.Message);
                foreach (var rider in riders)
                    await Alone(rider);
                return;
            }

            foreach (var rider in known)
                rider.Arrive(written: false);
            foreach (var rider in riders.Except(known))
                rider.Arrive(written: true);
        }
        catch (Exception failure)
        {
            foreach (var rider in riders)
                rider.Fail(failure);
        }
    }

    private async Task Alone(TrainOrder rider)
    {
        try
        {
            (rider.Number, rider.OrderNumber) = (0, "");
            await using var command = OrderStatement.For(rider.Write).Command(rider.Write, database);
            await OrderStatement.Run(command, rider.Write.Order, CancellationToken.None);
            rider.Arrive(written: true);
        }
        catch (Exception failure)
        {
            rider.Fail(failure);
        }
    }
}
