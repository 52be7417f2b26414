using Comanda.Baking;
using Comanda.Events;
using Comanda.Screens.Front;

namespace Comanda.Screens.Kitchen;

/// <summary>The bake plan as the kitchen works by it: read whole, and again when somebody moved something or after a minute.</summary>
public sealed class PlanBoard(DeviceSession session, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private DateOnly? day;
    private DateTimeOffset readAt;
    private int asking;

    /// <summary>Null until it was read.</summary>
    public BakePlanView? Plan { get; private set; }

    /// <summary>Reads the day that was chosen, or the one in hand.</summary>
    public async Task Read()
    {
        var mine = ++asking;
        var read = await session.Ask(client => client.GetBakePlan(day is { } chosen ? $"date={chosen:yyyy-MM-dd}" : ""));
        if (mine == asking)
            Take(read);
    }

    /// <summary>What is late gets later without an event.</summary>
    public Task ReadIfOld() => clock.GetUtcNow() - readAt < Fresh ? Task.CompletedTask : Read();

    public Task Choose(DateOnly date)
    {
        day = date;
        return Read();
    }

    /// <summary>Hears an event; another device has moved something.</summary>
    public Task Hear(EventView heard) => heard.Event == "bake_plan_updated" ? Read() : Task.CompletedTask;

    public async Task Start(BakeTaskView task) => Take(await Move(client => client.StartBakeTask(task.Id!.Value)));

    public async Task Finish(BakeTaskView task) => Take(await Move(client => client.FinishBakeTask(task.Id!.Value)));

    public async Task TakeBack(BakeTaskView task) => Take(await Move(client => client.TakeBackBakeTask(task.Id!.Value)));

    /// <summary>Where somebody else was faster, what they did is shown.</summary>
    private async Task<BakePlanView> Move(Func<Client.ComandaClient, Task<BakePlanView>> move)
    {
        try
        {
            return await session.Ask(move);
        }
        catch (Client.ComandaException refused) when (refused.Status == 409)
        {
            await Read();
            throw;
        }
    }

    private void Take(BakePlanView plan)
    {
        asking++;
        (Plan, day, readAt) = (plan, plan.Date, clock.GetUtcNow());
    }
}
