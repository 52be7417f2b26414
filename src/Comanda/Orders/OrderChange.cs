using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.GiftCards;
using Comanda.Identity;
using Comanda.Menu;
using Comanda.Promotions;
using Comanda.Registers;
using Comanda.Shops;
using Comanda.Stock;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// One change of an order (and of those that change with it), from its lock to its commit. A slice looks whether it stops here
/// (<see cref="Stopped"/>), changes <see cref="Order"/>, and says what happened; what follows of that is worked out from what the order
/// was before, and <see cref="Save"/> writes it: its text from top to bottom is the order in which rows are locked, after the orders
/// themselves and the gift cards. Without a commit nothing has changed.
/// </summary>
public sealed class OrderChange : IAsyncDisposable
{
    private readonly OrderChanges of;
    private readonly RetryKey? key;
    private readonly bool anyVersion;
    private readonly CancellationToken cancel;
    private readonly List<Before> before = [];
    private readonly Dictionary<long, long> drawers = [];
    private readonly List<(Order Order, string Kind, string Content)> journal = [];
    private readonly List<Payment> paid = [];
    private readonly List<AuditEntry> audit = [];
    private readonly List<Func<ShopEvent>> events = [];
    private IDbContextTransaction? transaction;
    private Order? order, added;
    private StockMemory stock = new([]);
    private CountedMemory counted = new([]);
    private SlotMemory slots = new([]);
    private GivenBack? given;
    private IReadOnlyList<PutBack> back = [];

    internal OrderChange(OrderChanges of, RetryKey? key, bool anyVersion, CancellationToken cancel)
    {
        (this.of, Shop, Now, this.key, this.anyVersion, this.cancel) = (of, of.Moment.Shop, of.Moment.Now, key, anyVersion, cancel);
    }

    public Shop Shop { get; }

    /// <summary>When it happens.</summary>
    public DateTimeOffset Now { get; internal set; }

    /// <summary>The business day of that.</summary>
    public DateOnly Today => Shop.Settings.BusinessDay.Of(Now);

    /// <summary>Why it may not be; null where it may.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>The answer where there is nothing to be done: the first one to this key, or the refusal.</summary>
    public Outcome<FixedAnswer>? Stopped { get; private set; }

    public bool IsMissing => Refusal is { Status: 404 };

    public Order Order => Stopped is null ? order! : throw new InvalidOperationException("This change has stopped; look at Stopped first.");

    /// <summary>Those that change with it and were found, by their ids.</summary>
    public IReadOnlyDictionary<long, Order> Others { get; private set; } = new Dictionary<long, Order>();

    internal ComandaDb Db => of.Db;

    /// <summary>With the transaction open.</summary>
    public NpgsqlConnection Connection => (NpgsqlConnection)Db.Database.GetDbConnection();

    /// <summary>Lines were priced anew: what they earn may be other points.</summary>
    public bool IsPricedAnew { get; set; }

    internal bool EditIsTold { private get; set; }

    /// <summary>The change writes an entry into the journal of its register.</summary>
    public void Journal(string kind, string content, Order? about = null) => journal.Add((about ?? Order, kind, content));

    public void Audit(AuditEntry? entry)
    {
        if (entry is not null)
            audit.Add(entry);
    }

    /// <summary>Tells of an order as it is in the end, and its stations <paramref name="kitchen"/>, else what changed for them.</summary>
    public void Tell(string happened, Order? about = null, IReadOnlyCollection<KitchenTicket>? kitchen = null)
    {
        var told = about ?? Order;
        var was = before.Find(b => b.Order == told);
        Tell(() => KitchenTickets.Event(
            of.Moment.Here, happened, Now, told, kitchen ?? (was is null ? [] : KitchenTickets.Since(was.Kitchen, told))));
    }

    /// <summary>Tells of something, as it is in the end.</summary>
    public void Tell(Func<ShopEvent> happened) => events.Add(happened);

    /// <summary>An order that came of this one.</summary>
    public void Add(Order other)
    {
        added = other;
        Db.Add(other);
    }

    /// <summary>
    /// The current drawer session of registers, which stay locked: what is written now is before a close of their drawers or after it.
    /// To be asked once, for all that it takes.
    /// </summary>
    public async Task<IReadOnlyDictionary<long, long>> Hold(params IEnumerable<long> registers)
    {
        var missing = registers.Distinct().Where(r => !drawers.ContainsKey(r)).ToArray();
        if (missing.Length > 0)
        {
            foreach (var (register, drawer) in await HoldRegisters.CurrentDrawers(Connection, Shop.Id, missing, cancel))
                drawers[register] = drawer;
        }

        return drawers;
    }

    /// <summary>Before money goes back: locks promotions, gift cards that paid, and the registers; answers the drawer session.</summary>
    /// <param name="till">The register of the till that gives it, where one is named.</param>
    /// <param name="inCash">Some of it goes back in cash.</param>
    public async Task<long> HoldMoneyBack(long? till, bool inCash)
    {
        await PromotionUses.Hold(Connection, Order.Id, cancel);
        var byCard = Order.Payments.Where(p => p.Method == PaymentMethod.GiftCard).Select(p => p.Id).ToArray();
        await GiftCardLedger.HoldThoseOf(Connection, byCard, cancel);
        var register = till ?? Shop.MoneyAt(Order.RegisterId, inCash);
        return (await Hold(Order.RegisterId, register))[register];
    }

    /// <summary>A payment that the order has taken, with the tip that came or the tax that went; the money lies at a register.</summary>
    public async Task Pay(Payment payment, long register)
    {
        payment.DrawerId = (await Hold(Order.RegisterId, register))[register];
        var isEdited = !EditIsTold && (Order.Tip != before[0].Tip || before[0].Figures.HaveChanged(Order));
        if (isEdited)
            Journal(JournalKind.Edit, JournalContent.OfSale(Order));
        if (Order.GoOnOncePaid(Now, Shop.Settings.KitchenHands) || isEdited)
            Tell(EventNames.OrderUpdated);
        Journal(JournalKind.Payment, JournalContent.OfPayment(Order, payment));
        paid.Add(payment);
        var currency = Currency.Of(Order.Currency);
        Tell(() => ShopEvent.Of(
            of.Moment.Here, EventNames.PaymentRecorded, Now, PaymentRecorded.From(payment, Order, currency), Order.GuestAccount));
    }

    /// <summary>Money that the order has given back, by these tenders.</summary>
    /// <param name="tenders">Each part, by the payment that it came by.</param>
    /// <param name="refund">Of a sale that stays: the refund that they are.</param>
    public void GiveBack(IReadOnlyList<Refund> tenders, long? refund = null) => given = new(tenders, refund);

    /// <summary>So many of these lines are not sold after all: they go back to counted items and to stock.</summary>
    public void PutBack(IEnumerable<PutBack> lines) => back = [.. lines.Where(l => l.Quantity > Measure.Zero)];

    /// <summary>Writes it and answers the order; or does neither, where the order refuses or there was nothing to change.</summary>
    public async Task<Answer<OrderView>> Finish(Outcome<bool> changed, string happened)
    {
        if (changed.Refusal is { } refusal)
            return refusal;
        if (!changed.Value)
            return Show();
        Tell(happened);
        return await Finish();
    }

    /// <summary>Writes it and answers the order.</summary>
    public async Task<Answer<OrderView>> Finish() =>
        await Commit() is { } refusal ? refusal : Show();

    /// <summary>The order as it is.</summary>
    public OrderView Show() => of.Own.Show(Order);

    /// <summary>Writes it. Null where it is written.</summary>
    public async Task<Refusal?> Commit()
    {
        if (await Save() is { } refusal)
            return refusal;
        await transaction!.CommitAsync(cancel);
        of.Bell.Ring();
        return null;
    }

    /// <summary>Writes it with its answer, which whoever repeats the request gets again.</summary>
    public async Task<Answer<T>> Commit<T>(Func<Answer<T>> answer)
    {
        if (await Save() is { } refusal)
            return refusal;
        var committed = await of.Retries.Commit(transaction!, key, Keep, cancel);
        of.Bell.Ring();
        return committed;

        async Task<FixedAnswer> Keep()
        {
            var made = answer().Fix();
            await IdempotentWrite.Keep(Connection, key, made, cancel);
            return made;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (transaction is not null)
            await transaction.DisposeAsync();
    }

    /// <summary>All that change, the one that was asked for first.</summary>
    private List<Order> Orders => [.. before.Select(b => b.Order), .. added is null ? [] : new[] { added }];

    internal async Task Lock(long id, IReadOnlyList<long> with)
    {
        transaction = await Db.Database.BeginTransactionAsync(cancel);
        var found = new Dictionary<long, Order>();
        foreach (var each in with.Append(id).Order()) // in the order of their ids: two who join bills never wait in a ring
        {
            await Db.Database.ExecuteSqlAsync($"select 1 from orders where id = {each} and shop_id = {Shop.Id} for update", cancel);
            if (await (await of.Own.Visible(cancel)).Whole().SingleOrDefaultAsync(o => o.Id == each, cancel) is { } there)
                found[each] = there;
        }

        // Under the lock, so that of two with one key the second finds the first's answer and not an order that is changed already.
        Stopped = await of.Retries.FirstAnswer(key, cancel, Connection);
        if (Stopped is not null)
            return;
        Refusal = !found.Remove(id, out order)
            ? Refusal.NotFound("order")
            : found.Values.Append(order).Select(o => Practice.Refuse(of.Moment.Here.Visitor, o.Training)).FirstOrDefault(r => r is not null)
                ?? (anyVersion ? null : of.Head.Check(order.Version));
        Stopped = Refusal is { } refusal ? (Outcome<FixedAnswer>?)refusal : null;
        if (Stopped is null)
            Remember(found);
    }

    private void Remember(Dictionary<long, Order> others)
    {
        Others = others;
        before.AddRange(
            others.Values.Prepend(Order).Select(o => new Before(o, o.Status, o.Tip, DrawerCorrection.Of(o), new KitchenMemory(o))));
        (stock, counted, slots) = (new(Orders), new(Orders), new(Orders));
    }

    /// <summary>Writes what happened and what follows of it. Null where it is written, and then only the commit is missing.</summary>
    private async Task<Refusal?> Save()
    {
        try
        {
            // The registers first, as placing an order does: whoever holds an event's number or a key never waits for a till.
            before.ForEach(b => b.Order.UpdatedAt = Now);
            var corrected = before.FindAll(b => b.Figures.HaveChanged(b.Order));
            await Hold(corrected.Select(b => b.Order.RegisterId));
            foreach (var was in corrected)
                await was.Figures.Write(was.Order, drawers[was.Order.RegisterId], Now, Connection, cancel);
            foreach (var (about, kind, content) in journal)
                await FiscalJournal.Append(Connection, new(Shop.Id, about.RegisterId, kind, Now, content) { OrderId = about.Id }, cancel);

            await MovePoints();
            if (!await counted.Write(Orders, back, of.Moment.Here, Now, Connection, cancel))
            {
                await transaction!.RollbackAsync(cancel); // which gives the connection back
                return await counted.Short(Orders, of.Database, cancel);
            }

            if (await slots.Write(Shop.Settings, Connection, cancel) is { } full)
                return full;
            StockMovement[] moved = [.. stock.Since(Orders), .. StockMemory.Back(Order, back)];
            await StockMovement.Write(Connection, moved, new(Shop.Id, of.Moment.Here.Visitor?.UserId, Now, Today), cancel);
            await GiftCardLedger.GiveBack(Connection, of.Moment.Here, given?.OntoCards() ?? [], cancel);
            await AuditEntry.WriteAll(audit, Connection, of.Moment.Here, Now, cancel);
            foreach (var was in before.Where(b => b.Status != b.Order.Status))
                await OrderMoved.Note(Connection, was.Order, Now, cancel);
            await OrderGuests.Find(Orders, Connection, cancel);
            Db.AddRange(paid);
            Db.AddRange(given?.Tenders ?? []);
            Db.AddRange(events.Select(e => e()));
            await Db.SaveChangesAsync(cancel);
            return null;
        }
        catch (PostgresException failure) when (OrderPoints.TooFew(failure) is { } tooFew)
        {
            return tooFew;
        }
    }

    private async Task MovePoints()
    {
        foreach (var payment in paid)
            await OrderPoints.WhenPaid(Connection, Order, payment, Shop.Settings, cancel);
        if (given is { } gone)
            await OrderPoints.WhenGivenBack(Connection, Order, gone, of.Moment.Here.Visitor?.UserId, Now, cancel);
        if (IsPricedAnew)
            await OrderPoints.WhenEdited(Connection, Order, Shop.Settings, of.Moment.Here.Caller.UserId, Now, cancel);
    }

    private sealed record Before(Order Order, OrderStatus Status, Money Tip, DrawerCorrection Figures, KitchenMemory Kitchen);
}
