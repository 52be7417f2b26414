using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Menu;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Promotions;

/// <summary>
/// POST, PUT and DELETE /api/admin/promotions. What was given stays in the orders that have it, whatever becomes of the promotion.
/// </summary>
public sealed class EditPromotions(
    NpgsqlDataSource database,
    PromotionBoard board,
    MenuBoard menus,
    IdempotentWrite retries,
    EventBell bell,
    Moment moment,
    RequestHead head)
{
    /// <summary>So many at once: each basket is priced against all of them.</summary>
    private const int MostPromotions = 200;

    public async Task<Answer<PromotionView>> Add(PromotionInput input, CancellationToken cancel)
    {
        var key = retries.KeyOf(input);
        if (key.Refusal is { } badKey)
            return badKey;
        var read = await Read(0, input, cancel);
        if (read.Refusal is { } refusal)
            return refusal;
        var promotion = read.Value;
        var answer = await Write(async () => await retries.Once<PromotionView>(key.Value, async connection =>
        {
            await Hold(connection, cancel);
            var count = (long)(await connection.Scalar(
                "select count(*) from promotions where shop_id = $1 and archived_at is null", cancel, moment.Shop.Id))!;
            if (count >= MostPromotions)
                return Refusal.Conflict("too_many_promotions", $"There are {MostPromotions} promotions; remove one that is over.");
            var id = (long)(await connection.Scalar(
                """
                insert into promotions (shop_id, code, terms, usage_limit, limit_per_customer, created_at, updated_at)
                values ($1, $2::text, $3, $4::int, $5::int, $6, $6) returning id
                """,
                cancel,
                moment.Shop.Id,
                promotion.Code,
                Json.Write(input with { Version = null }),
                promotion.Limit,
                promotion.MostPerCustomer,
                moment.Now))!;
            var made = (await Find(connection, id, cancel))!;
            await Tell(connection, AuditActions.PromotionAdded, made, null, cancel);
            return Answer.Created(View(made), $"/api/admin/promotions/{id}");
        }, cancel));
        Forget();
        return answer;
    }

    public async Task<Answer<PromotionView>> Change(long id, PromotionInput change, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await Hold(connection, cancel);
        if (await Find(connection, id, cancel) is not { } known)
            return Refusal.NotFound("promotion");
        if (head.Check(known.Version, change) is { } stale)
            return stale;
        var terms = known.Terms.With(change);
        var read = await Read(id, terms, cancel);
        if (read.Refusal is { } refusal)
            return refusal;
        var promotion = read.Value;
        var answer = await Write(async () =>
        {
            await connection.Execute(
                """
                update promotions set code = $2::text, terms = $3, usage_limit = $4::int, limit_per_customer = $5::int, updated_at = $6,
                    version = version + 1 where id = $1
                """,
                cancel,
                id,
                promotion.Code,
                Json.Write(terms),
                promotion.Limit,
                promotion.MostPerCustomer,
                moment.Now);
            var made = (await Find(connection, id, cancel))!;
            await Tell(connection, AuditActions.PromotionChanged, made, known, cancel);
            await transaction.CommitAsync(cancel);
            return View(made);
        });
        Forget();
        return answer;
    }

    public async Task<Answer> Remove(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await Hold(connection, cancel);
        if (await Find(connection, id, cancel) is not { } known)
            return Refusal.NotFound("promotion");
        if (head.Check(known.Version) is { } stale)
            return stale;
        await connection.Execute(
            "update promotions set archived_at = $2, updated_at = $2, version = version + 1 where id = $1", cancel, id, moment.Now);
        await Tell(connection, AuditActions.PromotionRemoved, known, known, cancel);
        await transaction.CommitAsync(cancel);
        Forget();
        return Answer.Done;
    }

    /// <summary>Changes of a shop's promotions and menu take turns; orders do not wait for them.</summary>
    private Task Hold(NpgsqlConnection connection, CancellationToken cancel) =>
        connection.Execute("select 1 from shops where id = $1 for no key update", cancel, moment.Shop.Id);

    private async Task<KeptPromotion?> Find(NpgsqlConnection connection, long id, CancellationToken cancel)
    {
        await using var command = connection.Command(PromotionBoard.Columns + " and id = $2", moment.Shop.Id, id);
        return (await command.List(r => PromotionBoard.Read(r, moment.Shop), cancel)).FirstOrDefault();
    }

    private async Task<Outcome<Promotion>> Read(long id, PromotionInput terms, CancellationToken cancel)
    {
        var (errors, menu) = (new FieldErrors(), await menus.Of(moment.Here, cancel));
        var promotion = ReadPromotion.From(id, terms, moment.Currency, moment.Shop.Settings.BusinessDay, errors);
        OnMenu(terms.ApplicableProducts, "applicable_products");
        OnMenu(terms.GetProducts, "get_products");
        Categories(terms.ApplicableCategories, "applicable_categories");
        Categories(terms.GetCategories, "get_categories");
        foreach (var (i, set) in (terms.Combo ?? []).Index())
        {
            OnMenu(set?.Products, $"combo[{i}].products");
            Categories(set?.Categories, $"combo[{i}].categories");
        }

        return errors.Any ? errors.ToRefusal() : promotion;

        void OnMenu(long[]? products, string field)
        {
            foreach (var (i, product) in (products ?? []).Index())
                errors.Check(menu.Find(product) is not null, $"{field}[{i}]", "is not on the menu");
        }

        void Categories(long[]? categories, string field)
        {
            foreach (var (i, category) in (categories ?? []).Index())
                errors.Check(menu.Sections.Any(s => s.Id == category), $"{field}[{i}]", "is no category of this shop");
        }
    }

    private async Task Tell(
        NpgsqlConnection connection, string action, KeptPromotion now, KeptPromotion? before, CancellationToken cancel)
    {
        await new AuditEntry(
            action, "promotion", now.Promotion.Id, before?.Terms, action == AuditActions.PromotionRemoved ? null : now.Terms)
            .Write(connection, moment.Here, moment.Now, cancel);
        await ShopEvent.Of(
            moment.Here,
            EventNames.PromotionUpdated,
            moment.Now,
            new { id = now.Promotion.Id, title = now.Promotion.Title, removed = action == AuditActions.PromotionRemoved })
            .Write(connection, cancel);
    }

    private static async Task<Answer<PromotionView>> Write(Func<Task<Answer<PromotionView>>> write)
    {
        try
        {
            return await write();
        }
        catch (PostgresException failure)
            when (failure is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "promotions_code" })
        {
            const string taken = "Another promotion has this code.";
            return new Refusal(409, "already_exists", taken, new Dictionary<string, string[]>(StringComparer.Ordinal)
            {
                ["code"] = [taken],
            });
        }
    }

    private PromotionView View(KeptPromotion kept) => PromotionView.From(kept, moment.Currency, toEditor: true);

    private void Forget()
    {
        board.Forget(moment.Shop.Id);
        bell.Ring();
    }
}
