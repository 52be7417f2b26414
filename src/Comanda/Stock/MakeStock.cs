using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Stock;

/// <summary>POST /api/inventory/{id}/make: dough out of flour, ahead of the sale.</summary>
public sealed class MakeStock(IdempotentWrite retries, RecipeBooks books, EventBell bell, Moment moment)
{
    public async Task<Answer<MadeView>> Handle(long id, MakeRequest request, CancellationToken cancel)
    {
        var key = retries.KeyOf(new { id, request });
        if (key.Refusal is { } badKey)
            return badKey;
        if (request.Quantity is not > 0)
            return Refusal.OfField("quantity", request.Quantity is null ? "is required" : "must be more than 0");
        var answer = await retries.Once(key.Value, connection => Write(connection, id, request, cancel), cancel);
        Told();
        return answer;
    }

    /// <summary>What was written is there for everybody: once its transaction is over.</summary>
    internal void Told()
    {
        books.Forget(moment.Shop.Id);
        bell.Ring();
    }

    /// <summary>The same in the caller's transaction.</summary>
    internal async Task<Answer<MadeView>> Write(NpgsqlConnection connection, long id, MakeRequest request, CancellationToken cancel)
    {
        var shop = moment.Shop;
        if (await StockItem.Hold(connection, shop.Id, id, cancel) is not { } item)
            return Refusal.NotFound("stock item");
        if (item.Made != "ahead")
            return Refusal.Conflict("not_made_ahead", $"{item.Name} is {(item.Made == "bought"
                ? "bought"
                : "made when it is sold")}; give it a recipe of what is made ahead first.");
        var errors = new FieldErrors();
        new SaidLot(request.Lot ?? item.Name, request.BestBefore).Check(moment.Today, "", errors);
        var quantity = Quantity.Read(request.Quantity!.Value, request.Unit, item.Unit, item.Packs, "quantity", errors);
        errors.Check(quantity is not 0, "quantity", "must be more than 0");
        if (errors.Any)
            return errors.ToRefusal();
        var book = await RecipeBooks.Read(connection, shop.Id, cancel);
        if (RecipeLimits.Broken(book, book.Ingredients[id], quantity!.Value) is { } tooMuch)
            return Refusal.OfField("quantity", tooMuch);
        var use = book.Making(book.Ingredients[id], quantity.Value);
        var cost = book.CostOfOne(book.Ingredients[id], quantity.Value);
        var (now, note) = (moment.Now, Locations.Named(request.Note));
        await connection.Execute(
            "update stock_items set unit_cost = $2, version = version + 1 where id = $1 and unit_cost <> $2",
            cancel,
            id,
            cost);
        var (lot, code) = await LotOf(connection, item, use, request, errors, cancel);
        if (errors.Any)
            return errors.ToRefusal();
        List<StockMovement> movements = [
            .. (use?.Items ?? []).Select(u => new StockMovement(
                u.ItemId,
                u.LocationId,
                -u.Quantity,
                MovementReason.Make,
                u.UnitCost) { Note = note ?? item.Name, IntoLotId = lot }),
            new(id, item.LocationId ?? 0, quantity.Value, MovementReason.Make, cost) { Note = note, LotId = lot },
        ];
        var ids = await StockMovement.Write(connection, movements, MovedAt.Of(moment), cancel);
        var after = (await StockItem.Find(connection, shop.Id, id, cancel))!;
        await StockChanged.Write(connection, moment.Here, after, StockChanged.Item, now, cancel);
        var views = new List<MovementView>();
        foreach (var (movement, number) in movements.Zip(ids))
            views.AddRange(await ReadStock.MovementsBy(connection, movement.ItemId, [number], cancel));
        return Answer.Created(new MadeView(views, Quantity.Of(after.Level), Quantity.Cost(cost), code), $"/api/inventory/{id}");
    }

    /// <summary>The lot that comes of it: where one is named, or what it is made of has lots, or it had some before.</summary>
    private async Task<(long? Id, string? Code)> LotOf(
        NpgsqlConnection connection,
        StockItem item,
        LineUse? use,
        MakeRequest request,
        FieldErrors errors,
        CancellationToken cancel)
    {
        var (said, at) = (new SaidLot(request.Lot, request.BestBefore), MovedAt.Of(moment));
        if (said.IsNone && (await KeepLots.Of(connection, (use?.Items ?? []).Select(u => u.ItemId).Append(item.Id), cancel)).Count == 0)
            return (null, null);
        await KeepLots.Begin(connection, item.Id, at, cancel);
        var code = said.Name ?? await Lot.NameFor(connection, item.Id, at.Day, cancel);
        var lot = await Lot.Open(connection, new(item.Id, said with { Code = code }, IsBought: false), at, "best_before", errors, cancel);
        return (lot, code);
    }
}
