using Comanda.Data;
using Comanda.Events;
using Comanda.Kernel;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Stock;

/// <summary>POST /api/inventory/{id}/make: dough out of flour, ahead of the sale.</summary>
public sealed class MakeStock(
    IdempotentWrite retries,
    ShopDirectory shops,
    RecipeBooks books,
    EventBell bell,
    Here here,
    TimeProvider clock)
{
    public async Task<IResult> Handle(long id, MakeRequest request, HttpContext http, CancellationToken cancel)
    {
        var key = retries.KeyOf(http, new { id, request });
        if (key.Refusal is { } badKey)
            return badKey.ToProblem();
        if (request.Quantity is not > 0)
            return Refusal.OfField("quantity", request.Quantity is null ? "is required" : "must be more than 0").ToProblem();
        var shop = await shops.Of(here, cancel);
        var answer = await retries.Once(key.Value, connection => Write(connection, id, request, shop, cancel), cancel);
        books.Forget(here.ShopId);
        bell.Ring();
        return answer;
    }

    private async Task<Outcome<FixedAnswer>> Write(
        NpgsqlConnection connection,
        long id,
        MakeRequest request,
        Shop shop,
        CancellationToken cancel)
    {
        if (await StockItem.Hold(connection, shop.Id, id, cancel) is not { } item)
            return Refusal.NotFound("stock item");
        if (item.Made != "ahead")
            return Refusal.Conflict("not_made_ahead", $"{item.Name} is {(item.Made == "bought"
                ? "bought"
                : "made when it is sold")}; give it a recipe of what is made ahead first.");
        var errors = new FieldErrors();
        var quantity = Quantity.Read(request.Quantity!.Value, request.Unit, item.Unit, item.Packs, "quantity", errors);
        errors.Check(quantity is not 0, "quantity", "must be more than 0");
        if (errors.Any)
            return errors.ToRefusal();
        var book = await RecipeBooks.Read(connection, shop.Id, cancel);
        if (RecipeLimits.Broken(book, book.Ingredients[id], quantity!.Value) is { } tooMuch)
            return Refusal.OfField("quantity", tooMuch);
        var use = book.Making(book.Ingredients[id], quantity.Value);
        var cost = book.CostOfOne(book.Ingredients[id], quantity.Value);
        var (now, note) = (Clock.Now(clock), Locations.Named(request.Note));
        await connection.Execute(
            "update stock_items set unit_cost = $2, version = version + 1 where id = $1 and unit_cost <> $2",
            cancel,
            id,
            cost);
        List<StockMovement> movements = [
            .. (use?.Items ?? []).Select(u => new StockMovement(
                u.ItemId,
                u.LocationId,
                -u.Quantity,
                MovementReason.Make,
                u.UnitCost) { Note = note ?? item.Name }),
            new(id, item.LocationId ?? 0, quantity.Value, MovementReason.Make, cost) { Note = note },
        ];
        var ids = await StockMovement.Write(
            connection,
            movements,
            shop.Id,
            here.Caller.UserId,
            now,
            shop.Settings.BusinessDay.Of(now),
            cancel);
        var after = (await StockItem.Find(connection, shop.Id, id, cancel))!;
        await StockChanged.Write(connection, here, after, StockChanged.Item, now, cancel);
        var views = new List<MovementView>();
        foreach (var (movement, number) in movements.Zip(ids))
            views.AddRange(await ReadStock.MovementsBy(connection, movement.ItemId, [number], cancel));
        return new FixedAnswer(201, Json.Write(new MadeView(views, Quantity.Of(after.Level), Quantity.Cost(cost))), $"/api/inventory/{id}");
    }
}
