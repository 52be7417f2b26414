using Comanda.Data;
using Comanda.Events;
using Comanda.GiftCards;
using Comanda.Guests;
using Comanda.Menu;
using Comanda.Registers;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>What changes of an ordered cake write: who signed for which stage, what devices and the guest hear, and its deposit.</summary>
public sealed class CakeBook(
    SellGiftCard cards, ReadCakeOrders read, IImageStore pictures, NpgsqlDataSource database, EventBell bell, Moment moment)
{
    internal void Ring() => bell.Ring();

    /// <summary>Reads a deposit that is to be taken: as much as is asked for, or more.</summary>
    internal Outcome<SellGiftCard.Takings> ReadDeposit(CakeDeposit given, Money asked, Money total, string at)
    {
        var currency = moment.Currency;
        var amount = given.Amount ?? asked.In(currency);
        var paid = cards.ReadHeld(new(amount, given.Method, given.Tendered, null), at);
        if (paid.Refusal is not null)
            return paid;
        return paid.Value.Amount < asked
            ? Refusal.OfField(at + "amount", $"must be at least {asked.ToText(currency)}")
            : paid.Value.Amount > total
            ? Refusal.OfField(at + "amount", $"must be at most {total.ToText(currency)}, the whole price")
            : paid;
    }

    /// <summary>Takes the deposit, in the caller's transaction and with the order locked: the cake is accepted.</summary>
    internal async Task TakeDeposit(
        NpgsqlConnection connection, long id, PricedCake cake, SellGiftCard.Takings paid, CancellationToken cancel)
    {
        var card = await cards.Hold(connection, paid, cake.PurposeOf(paid.Amount, moment.Today, moment.Shop.Settings), cancel);
        await connection.Execute(
            """
            update cake_orders set deposit_paid = $2, card_id = $3, stage = 'accepted', updated_at = $4, version = version + 1
            where id = $1
            """,
            cancel,
            id,
            paid.Amount.Minor,
            card,
            moment.Now);
        await Sign(connection, id, new(CakeStage.Accepted), cancel);
    }

    /// <summary>Somebody signs that it came to a stage.</summary>
    internal Task Sign(NpgsqlConnection connection, long id, CakeSign sign, CancellationToken cancel) => connection.Execute(
        """
        insert into cake_stages (cake_order_id, shop_id, stage, by_id, by_name, note, photo_url, at)
        values ($1, $2, $3, $4, $5, $6::text, $7::text, $8)
        """,
        cancel,
        id,
        moment.Shop.Id,
        sign.Stage.ToWire(),
        moment.Caller.UserId,
        moment.Caller.Name,
        sign.Note,
        sign.PhotoUrl,
        moment.Now);

    /// <summary>Devices and its guest hear what became of it; answers it as it is now.</summary>
    internal async Task<CakeOrderView> Tell(NpgsqlConnection connection, long id, CancellationToken cancel, bool changed = false)
    {
        var order = (await read.Find(connection, id, null, cancel))!;
        var customer = order.Asked.CustomerId;
        var account = customer is null
            ? null
            : await connection.Scalar("select user_id from customers where id = $1", cancel, customer) as long?;
        var moved = new CakeMoved(
            id, order.Of.Item.Id, order.Name, order.Stage.ToWire(), order.CollectAt, customer, order.OrderId, changed);
        await ShopEvent.Of(moment.Here, EventNames.CakeUpdated, moment.Now, moved, account).Write(connection, cancel);
        return await read.View(connection, order, cancel);
    }

    /// <summary>A photograph, if there is one, was sent here before.</summary>
    internal async Task CheckPhoto(string? address, FieldErrors errors, CancellationToken cancel) => errors.Check(
        address is null || await UploadImage.IsThere(address, pictures, cancel),
        "photo_url",
        "must be the address of an uploaded picture (POST /api/cake-orders/pictures)");

    /// <summary>One as the caller may change it, locked in a transaction of its own until it is committed.</summary>
    internal async Task<CakeChange> Begin(long id, long? guest, CancellationToken cancel)
    {
        var connection = await database.OpenConnectionAsync(cancel);
        var transaction = await connection.BeginTransactionAsync(cancel);
        return new(connection, transaction, await read.Find(connection, id, guest, cancel, locked: true));
    }
}

/// <summary>Who signs is who asks; what they say and show of it.</summary>
internal sealed record CakeSign(CakeStage Stage, string? Note = null, string? PhotoUrl = null);

/// <summary>An ordered cake that is locked; without <see cref="Commit"/> nothing has changed.</summary>
internal sealed class CakeChange(NpgsqlConnection connection, NpgsqlTransaction transaction, CakeOrder? order) : IAsyncDisposable
{
    public NpgsqlConnection Connection => connection;

    public CakeOrder? Order => order;

    public Task Commit(CancellationToken cancel) => transaction.CommitAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }
}
