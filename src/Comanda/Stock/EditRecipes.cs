using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Stock;

/// <summary>
/// What a menu item, an option or a stock item that is made uses. A recipe is replaced as a whole; what was sold before keeps what it
/// froze.
/// </summary>
public sealed class EditRecipes(NpgsqlDataSource database, RecipeBooks books, EventBell bell, Moment moment, RequestHead head)
{
    private const int MostLines = 50;

    /// <summary>What a recipe is from now on, and of what; <paramref name="Of"/> as the audit log calls it.</summary>
    private sealed record ChangedRecipe(string Of, long Id, string Name, List<OptionPart> Lines);

    public Task<Answer<List<RecipeLineView>>> OfMenuItem(long id, CancellationToken cancel) => Show("menu_item_id", id, cancel);

    public Task<Answer<List<RecipeLineView>>> OfOption(long id, CancellationToken cancel) => Show("option_id", id, cancel);

    public Task<Answer<List<RecipeLineView>>> SetOfMenuItem(long id, IReadOnlyList<RecipeLineInput>? lines, CancellationToken cancel) =>
        Set("menu_item_id", id, lines, cancel);

    public Task<Answer<List<RecipeLineView>>> SetOfOption(long id, IReadOnlyList<RecipeLineInput>? lines, CancellationToken cancel) =>
        Set("option_id", id, lines, cancel);

    private async Task<Answer<List<RecipeLineView>>> Show(string owner, long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (await NameOf(connection, owner, id, cancel) is null)
            return Missing(owner);
        var lines = await Lines(connection, owner, id, cancel);
        return Answer.Named(lines, Tag(lines));
    }

    private async Task<Answer<List<RecipeLineView>>> Set(
        string owner,
        long id,
        IReadOnlyList<RecipeLineInput>? given,
        CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await TakeTurns(connection, cancel);
        if (await NameOf(connection, owner, id, cancel) is not { } name)
            return Missing(owner);
        if (head.Check(Tag(await Lines(connection, owner, id, cancel))) is { } stale)
            return stale;
        if (owner == "menu_item_id"
            && await connection.Scalar("select exists (select 1 from combo_choices where combo_id = $1)", cancel, id) is true)
            return Refusal.OfField("recipe", "is that of its parts where an item is a combo");
        var errors = new FieldErrors();
        var lines = Read(given, await RecipeBooks.Read(connection, moment.Shop.Id, cancel), "", owner == "option_id", errors);
        if (errors.Any)
            return errors.ToRefusal();
        await Replace(connection, owner, id, lines, cancel);
        if (RecipeLimits.Broken(await RecipeBooks.Read(connection, moment.Shop.Id, cancel), lines) is { } tooMuch)
            return Refusal.OfField("recipe", tooMuch);
        await Commit(connection, transaction, new(owner == "option_id" ? "modifier_option" : "menu_item", id, name, lines), cancel);
        var view = await Lines(connection, owner, id, cancel);
        return Answer.Named(view, Tag(view));
    }

    public async Task<Answer<MadeRecipeView>> OfStockItem(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (await StockItem.Find(connection, moment.Shop.Id, id, cancel) is not { } item)
            return Refusal.NotFound("stock item");
        return Answer.Named(await View(connection, item, cancel), VersionTag.Of(item.Version));
    }

    public async Task<Answer<MadeRecipeView>> SetOfStockItem(long id, MadeRecipeInput input, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await TakeTurns(connection, cancel);
        if (await StockItem.Hold(connection, moment.Shop.Id, id, cancel) is not { } item)
            return Refusal.NotFound("stock item");
        if (head.Check(item.Version, input) is { } stale)
            return stale;
        var errors = new FieldErrors();
        var book = await RecipeBooks.Read(connection, moment.Shop.Id, cancel);
        var made = input.Made ?? (input.Items is { Count: > 0 } ? "ahead" : "bought");
        errors.Check(made is "bought" or "ahead" or "to_order", "made", "must be ahead, to_order or bought");
        var lines = made == "bought" ? [] : Read(input.Items, book, "items", options: false, errors);
        errors.Check(made != "bought" || input.Items is null or [], "items", "must be empty where it is bought");
        errors.Check(made == "bought" || lines.Count > 0 || errors.Any, "items", "is required: what it is made of");
        errors.Check(made == "bought" || input.Yield is > 0, "yield", "is required: how much this makes, more than 0");
        var yield = made != "bought" && input.Yield is > 0
            ? Quantity.Read(input.Yield.Value, input.Unit, item.Unit, item.Packs, "yield", errors)
            : null;
        errors.Check(yield is not 0, "yield", "must be more than 0");
        if (errors.Any)
            return errors.ToRefusal();
        if (made == "to_order" && item.Places != "[]")
            return Refusal.Conflict("stock_left", $"There are {Quantity.ToText(
                item.Level,
                item.Unit)} of {item.Name}; what is made to order has no stock of its own. Use it up, or count it out, first.");

        await Replace(connection, "made_id", id, lines, cancel);
        await connection.Execute(
            "update stock_items set made = $2, yield = $3::bigint, version = version + 1 where id = $1",
            cancel,
            id,
            made,
            yield);
        var fresh = await RecipeBooks.Read(connection, moment.Shop.Id, cancel);
        if (RecipeLimits.Broken(fresh, fresh.Ingredients[id]) is { } tooMuch)
            return Refusal.OfField(made == "bought" ? "made" : "items", tooMuch);
        if (made != "bought")
        {
            // What it costs follows from its parts; each making says so anew.
            var cost = fresh.CostOfOne(fresh.Ingredients[id], yield!.Value);
            await connection.Execute("update stock_items set unit_cost = $2 where id = $1", cancel, id, cost);
        }

        var changed = (await StockItem.Find(connection, moment.Shop.Id, id, cancel))!;
        await Commit(connection, transaction, new("stock_item", id, item.Name, lines), cancel);
        return Answer.Named(await View(connection, changed, cancel), VersionTag.Of(changed.Version));
    }

    private async Task<MadeRecipeView> View(NpgsqlConnection connection, StockItem item, CancellationToken cancel) => new(
        item.Made,
        item.Yield is { } yield ? Quantity.Of(yield) : null,
        item.Unit,
        Quantity.Cost(item.UnitCost),
        await Lines(connection, "made_id", item.Id, cancel));

    /// <summary>Two recipes that are changed at once could close a ring that neither sees.</summary>
    private Task TakeTurns(NpgsqlConnection connection, CancellationToken cancel) =>
        connection.Execute("select pg_advisory_xact_lock(hashtextextended('recipes ' || $1::text, 0))", cancel, moment.Shop.Id);

    private static List<OptionPart> Read(
        IReadOnlyList<RecipeLineInput>? given,
        RecipeBook book,
        string at,
        bool options,
        FieldErrors errors)
    {
        var lines = new List<OptionPart>();
        errors.Check(given is not null, at.Length == 0 ? "recipe" : at, "is required: a list, which may be empty");
        errors.Check(given is null or { Count: <= MostLines }, at.Length == 0 ? "recipe" : at, $"must be at most {MostLines} lines");
        foreach (var (i, line) in (given ?? []).Take(MostLines).Index())
        {
            var field = $"{at}[{i}]";
            if (line?.InventoryId is not { } id || !book.Ingredients.TryGetValue(id, out var item))
            {
                errors.Add(field + ".inventory_id", line?.InventoryId is null ? "is required" : "is no stock item of this shop");
                continue;
            }

            errors.Check(
                line.Replaces is null || (options && book.Ingredients.ContainsKey(line.Replaces.Value)),
                field + ".replaces",
                options ? "is no stock item of this shop" : "goes with a modifier option");
            errors.Check(line.Replaces != id, field + ".replaces", "must be another item");
            errors.Check(
                line.Quantity is > 0 || (line.Quantity is null && line.Replaces is not null),
                field + ".quantity",
                line.Quantity is null ? "is required" : "must be more than 0");
            errors.Check(
                lines.TrueForAll(l => l.ItemId != id || l.Replaces != line.Replaces),
                field + ".inventory_id",
                "stands there twice");
            var quantity = line.Quantity is > 0 and var much
                ? Quantity.Read(much, line.Unit, item.Unit, [], field + ".quantity", errors)
                : null;
            errors.Check(quantity is not 0, field + ".quantity", "must be more than 0");
            lines.Add(new(id, quantity, line.Replaces));
        }

        return lines;
    }

    private async Task Replace(NpgsqlConnection connection, string owner, long id, List<OptionPart> lines, CancellationToken cancel)
    {
        await connection.Execute($"delete from recipe_lines where {owner} = $1", cancel, id);
        await connection.Execute(
            $"insert into recipe_lines (shop_id, {owner}, place, item_id, quantity, replaces_id) select $1, $2, l.place, l.item, "
                + "l.quantity, l.replaces from unnest($3::bigint[], $4::bigint[], $5::bigint[]) with ordinality as l(item, quantity, "
                + "replaces, place)",
            cancel,
            moment.Shop.Id,
            id,
            lines.Select(l => l.ItemId).ToArray(),
            lines.Select(l => l.Quantity).ToArray(),
            lines.Select(l => l.Replaces).ToArray());
    }

    private async Task Commit(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        ChangedRecipe recipe,
        CancellationToken cancel)
    {
        var (of, id, name, lines) = recipe;
        var now = moment.Now;
        await new AuditEntry(AuditActions.RecipeChanged, of, id, After: new
        {
            name,
            lines = lines.ConvertAll(l => new { inventory_id = l.ItemId, thousandths = l.Quantity, replaces = l.Replaces })
        }).Write(connection, moment.Here, now, cancel);
        await ShopEvent.Of(moment.Here, EventNames.StockUpdated, now, new { changed = StockChanged.Recipe, of, id, name }).Write(
            connection,
            cancel);
        await transaction.CommitAsync(cancel);
        books.Forget(moment.Shop.Id);
        bell.Ring();
    }

    private static async Task<List<RecipeLineView>> Lines(NpgsqlConnection connection, string owner, long id, CancellationToken cancel)
    {
        await using var command = connection.Command(
            $"""
            select r.item_id, i.name, r.quantity, i.unit, least(i.unit_cost, $2), r.replaces_id
            from recipe_lines r join stock_items i on i.id = r.item_id where r.{owner} = $1 order by r.place, r.id
            """,
            id, Quantity.LargestCost);
        return await command.List(
            r => new RecipeLineView(
                r.GetInt64(0),
                r.GetString(1),
                r.ValueOrNull<long>(2) is { } quantity ? Quantity.Of(quantity) : null,
                r.GetString(3),
                Quantity.Cost(r.GetDecimal(4)),
                r.ValueOrNull<long>(2) is { } much ? Quantity.Cost(much * r.GetDecimal(4) / 1000) : null,
                r.ValueOrNull<long>(5)),
            cancel);
    }

    /// <summary>What a recipe says, not what it costs: a delivery makes nobody's edit stale.</summary>
    private static string Tag(List<RecipeLineView> lines) =>
        VersionTag.OfContent(lines.ConvertAll(l => new { l.InventoryId, l.Quantity, l.Replaces }));

    private async Task<string?> NameOf(NpgsqlConnection connection, string owner, long id, CancellationToken cancel) =>
        await connection.Scalar(
            owner == "option_id"
                ? "select name from modifier_options where id = $1 and shop_id = $2"
                : "select name from menu_items where id = $1 and shop_id = $2 and archived_at is null",
            cancel,
            id,
            moment.Shop.Id) as string;

    private static Refusal Missing(string owner) => Refusal.NotFound(owner == "option_id" ? "option" : "menu item");
}
