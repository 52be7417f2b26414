using Comanda.Identity;

namespace Comanda.Tests.Identity;

/// <summary>Who waits for whom before a password or a PIN is hashed.</summary>
public sealed class HashingSeatsTests
{
    private static readonly WorkPlace Till = new("device:1", IsStaff: true);

    [Fact]
    public async Task A_till_does_not_stand_behind_strangers_from_however_many_addresses()
    {
        var seats = new HashingSeats(staff: 1, strangers: 1, mostStrangers: 1000);
        var hashed = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var strangers = Enumerable
            .Range(0, 500)
            .Select(n => seats.Run(new($"10.0.0.{n}", IsStaff: false), () => hashed.Task, default))
            .ToList();

        (await seats.Run(Till, () => Task.FromResult(7), default)).ShouldBe(7); // while not one of them is done
        strangers.ShouldAllBe(s => !s.IsCompleted);
        hashed.SetResult(1);
        (await Task.WhenAll(strangers)).Length.ShouldBe(500);
    }

    [Fact]
    public async Task Strangers_beyond_a_number_are_sent_away_and_the_till_is_not()
    {
        var seats = new HashingSeats(staff: 1, strangers: 1, mostStrangers: 3);
        var hashed = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int> Stranger(string address) => seats.Run(new(address, IsStaff: false), () => hashed.Task, default);
        var there = new[] { Stranger("a"), Stranger("b"), Stranger("c") };

        await Should.ThrowAsync<TooManyWaitException>(() => Stranger("d"));
        (await seats.Run(Till, () => Task.FromResult(7), default)).ShouldBe(7);
        hashed.SetResult(1);
        await Task.WhenAll(there);
        (await Stranger("d")).ShouldBe(1); // there is room again
    }
}
