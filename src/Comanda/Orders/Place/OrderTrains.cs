using System.Globalization;
using Comanda.Data;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// Sends orders on their way together (ADR 55): an order that finds its register's track free leaves at once and alone; while one is under
/// way, those that arrive wait, and go in one transaction when it is back. So a quiet shop waits for nothing, and a crowd shares what a
/// commit costs. One that cannot be written, or whose register somebody else holds, goes by itself and holds nobody back.
/// </summary>
public sealed class OrderTrains
{
    /// <summary>How many orders share a train at most (1: none does), and how many trains are under way at once.</summary>
    public sealed record Limits(int Orders, int Tracks)
    {
        /// <summary>
        /// So that the last of a crowd waits for two trains of some 10 ms; PostgreSQL has one processor of two for them, or half of more.
        /// </summary>
        public static Limits Usual { get; } = new(Orders: 32, Tracks: Math.Clamp(Environment.ProcessorCount / 2, 1, 8));

        /// <summary>As COMANDA_ORDERS_TOGETHER says.</summary>
        /// <exception cref="StartupException">It is no such number.</exception>
        public static Limits FromEnvironment(Func<string, string?> variable) => variable("COMANDA_ORDERS_TOGETHER") switch
        {
            null or "" => Usual,
            var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var many) && many is >= 1 and <= 256 =>
                Usual with { Orders = many },
            _ => throw new StartupException("COMANDA_ORDERS_TOGETHER must be a whole number from 1 to 256"),
        };
    }

    /// <summary>A train that takes longer waits for somebody: the next one does not wait with it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly Track[] tracks;
    private readonly NpgsqlDataSource database;
    private readonly WriteTurns turns;
    private readonly ILogger<OrderTrains> log;

    public OrderTrains(NpgsqlDataSource database, WriteTurns turns, Limits limits, ILogger<OrderTrains> log)
    {
        (this.database, this.turns, this.log) = (database, turns, log);
        tracks = [.. Enumerable.Range(0, limits.Tracks).Select(_ => new Track(limits.Orders))];
    }

    /// <summary>Writes the order, by itself or with others; false where its key has its answer already.</summary>
    internal async Task<bool> Ride(OrderToWrite write, CancellationToken cancel)
    {
        var rider = new TrainOrder(write);
        // One register's orders are on one track: two trains would wait for its row one after the other.
        var track = tracks[write.Order.RegisterId % tracks.Length];
        if (track.IsFree(rider))
            await Go(track, [rider]);
        await using (cancel.Register(rider.Leave))
            return await rider.Arrival;
    }

    /// <summary>Writes these and calls the next; never fails, whoever rides hears of it.</summary>
    private async Task Go(Track track, List<TrainOrder> riders)
    {
        var writing = riders.Count switch
        {
            0 => Task.CompletedTask,
            1 => Alone(riders[0]),
            _ => Together(riders),
        };
        try
        {
            await writing.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            // it goes on, and the others do too
        }

        if (track.Next() is { } next)
            _ = Task.Run(() => Go(track, next));
    }

    private async Task Together(List<TrainOrder> riders)
    {
        var aboard = riders;
        try
        {
            await using var connection = await database.OpenConnectionAsync();
            try
            {
                var train = await OrderTrain.Board(connection, riders);
                foreach (var known in train.Known)
                    known.Arrive(written: false);
                foreach (var left in train.LeftBehind)
                    _ = Alone(left);
                aboard = [.. train.Orders];
                await train.Write();
            }
            catch (Exception failure) when (failure is PostgresException or InvalidOperationException)
            {
                // Where the connection went as well nobody knows what came of it; each is told so, and asks again with its key.
                if (connection.State != System.Data.ConnectionState.Open)
                    throw new NpgsqlException("the connection is lost", failure);
                // Nothing is written. What stood in one's way is found out by each for itself.
                await using (var back = new NpgsqlCommand("rollback", connection))
                    await back.ExecuteNonQueryAsync();
                await connection.CloseAsync();
                log.LogInformation(
                    "{Orders} orders could not be written together, and each goes by itself: {Why}",
                    aboard.Count,
                    failure.Message);
                await Task.WhenAll(aboard.Select(Alone));
                return;
            }

            foreach (var rider in aboard)
                rider.Arrive(written: true);
        }
        catch (Exception failure)
        {
            foreach (var rider in aboard)
                rider.Fail(failure);
        }
    }

    private async Task Alone(TrainOrder rider)
    {
        try
        {
            (rider.Number, rider.OrderNumber) = (0, "");
            using var turn = await turns.Take(rider.Write.Order.RegisterId, CancellationToken.None);
            await using var command = OrderStatement.For(rider.Write).Command(rider.Write, database);
            await OrderStatement.Run(command, rider.Write.Order, CancellationToken.None);
            rider.Arrive(written: true);
        }
        catch (Exception failure)
        {
            rider.Fail(failure);
        }
    }

    /// <summary>Where one train is under way at a time, and who waits for the next.</summary>
    private sealed class Track(int most)
    {
        private readonly Lock gate = new();
        private readonly Queue<TrainOrder> waiting = [];
        private bool isUnderWay;

        /// <summary>True where the order may leave at once, which takes the track; otherwise it waits.</summary>
        public bool IsFree(TrainOrder rider)
        {
            lock (gate)
            {
                if (isUnderWay)
                {
                    waiting.Enqueue(rider);
                    return false;
                }

                rider.Board();
                return isUnderWay = true;
            }
        }

        /// <summary>Those who wait and have not left, to a limit; null where nobody does, and the track is free.</summary>
        public List<TrainOrder>? Next()
        {
            var next = new List<TrainOrder>();
            var keys = new HashSet<RetryKey>();
            lock (gate)
            {
                for (var left = waiting.Count; left > 0 && next.Count < most; left--)
                {
                    var rider = waiting.Dequeue();
                    // Two requests with one key: the second finds the first one's answer when it goes.
                    if (rider.Write.Key is { } key && !keys.Add(key))
                        waiting.Enqueue(rider);
                    else if (rider.Board())
                        next.Add(rider);
                }

                if (next.Count > 0 || waiting.Count > 0)
                    return next;
                isUnderWay = false;
                return null;
            }
        }
    }
}
