using Comanda.Data;
using Comanda.Menu;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Guests;

/// <summary>
/// What guests think of an item. One review for each guest and item; the item's average and count follow in the same
/// transaction, counted anew under the item's lock, so that they are exact whatever happens at once.
/// </summary>
public sealed class Reviews(ComandaDb db, MenuBoard menus, MenuChange change, NpgsqlDataSource database, Here here, TimeProvider clock)
{
    private const string Columns =
        """
        r.id, r.menu_item_id, r.rating, r.comment, r.images, u.name, r.is_approved,
            (select count(*) from review_likes l where l.review_id = r.id)::int,
        exists (select 1 from review_likes l where l.review_id = r.id and l.user_id = $2), r.user_id = $2, r.created_at, r.updated_at,
        r.user_id
        """;

    private NpgsqlConnection Connection => (NpgsqlConnection)db.Database.GetDbConnection();

    private bool MayModerate => here.Visitor is { } visitor && visitor.May(Permission.ModerateReviews);

    /// <summary>
    /// GET /api/products/{id}/reviews: the newest first; those that wait for approval only to who wrote or approves them.
    /// </summary>
    public async Task<Answer<PageOf<ReviewView>>> Of(
        long item,
        int? limit,
        string? cursor,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit, cursor, errors);
        if (errors.Any)
            return errors.ToRefusal();
        if ((await menus.Of(here, cancel)).Find(item) is null)
            return Refusal.NotFound("menu item");
        await using var command = database.Command(
            $"""
            select {Columns} from reviews r join users u on u.id = r.user_id
            where r.shop_id = $1 and r.removed_at is null and r.menu_item_id = $3 and r.id < $4 and (r.is_approved or r.user_id = $2 or $5)
            order by r.id desc limit $6
            """,
            here.ShopId, here.Visitor?.UserId ?? 0, item, page.Before, MayModerate, page.ToRead);
        return page.Of(await command.List(Row, cancel), r => r.Id);
    }

    public async Task<Answer<ReviewView>> Add(long item, ReviewInput input, CancellationToken cancel)
    {
        var errors = Check(input);
        errors.Check(input.Rating is not null, "rating", "is required, 1 to 5");
        if (errors.Any)
            return errors.ToRefusal();
        await using var work = await change.Begin(cancel);
        if (await Lock(item, cancel) is not { } name)
            return Refusal.NotFound("menu item");
        var id = await Connection.Scalar(
            """
            insert into reviews (shop_id, menu_item_id, user_id, rating, comment, images, created_at, updated_at)
            values ($1, $2, $3, $4, $5, $6, $7, $7)
            on conflict (menu_item_id, user_id) do update set rating = $4, comment = $5, images = $6, updated_at = $7, removed_at = null
            where reviews.removed_at is not null
            returning id
            """,
            cancel,
            here.ShopId,
            item,
            here.Caller.UserId,
            input.Rating!.Value,
            input.Comment?.Trim() ?? "",
            input.Images ?? [],
            Clock.Now(clock));
        if (id is not long review)
            return Refusal.Conflict("already_exists", "You have reviewed this already; change that review.");
        await Count(item, cancel);
        var view = (await Find(review, cancel))!;
        await work.Commit(item, name, cancel);
        return Answer.Created(view, $"/api/reviews/{review}");
    }

    public async Task<Answer<ReviewView>> Change(long id, ReviewInput input, CancellationToken cancel)
    {
        var errors = Check(input);
        if (errors.Any)
            return errors.ToRefusal();
        await using var work = await change.Begin(cancel);
        if (await LockItemOf(id, cancel) is not { } item)
            return Refusal.NotFound("review");
        var changed = await Connection.Execute(
            "update reviews set rating = coalesce($3::int, rating), comment = coalesce($4::text, comment), images = coalesce($5::text[], "
                + "images), updated_at = $6 where id = $1 and user_id = $2",
            cancel, id, here.Caller.UserId, input.Rating, input.Comment?.Trim(), input.Images, Clock.Now(clock));
        if (changed == 0)
            return Refusal.Forbidden("Only its writer changes a review.");
        return await Counted(work, item, id, cancel);
    }

    /// <summary>Its writer, or who approves reviews, takes it away.</summary>
    public async Task<Answer> Remove(long id, CancellationToken cancel)
    {
        await using var work = await change.Begin(cancel);
        if (await LockItemOf(id, cancel) is not { } item)
            return Refusal.NotFound("review");
        // A hidden one leaves its row: who writes it anew does not come past who hid it.
        var gone = await Connection.Execute(
            "with kept as (update reviews set removed_at = $4 where id = $1 and user_id = $2 and not is_approved and not $3 returning id) "
                + "delete from reviews where id = $1 and (user_id = $2 or $3) and not exists (select 1 from kept)",
            cancel, id, here.Caller.UserId, MayModerate, Clock.Now(clock));
        if (gone == 0 && await Connection.Scalar(
            "select 1 from reviews where id = $1 and user_id = $2 and removed_at is not null",
            cancel,
            id,
            here.Caller.UserId) is null)
            return Refusal.Forbidden("Only its writer, or who approves reviews, takes a review away.");
        await Count(item.Id, cancel);
        await work.Commit(item.Id, item.Name, cancel);
        return Answer.Done;
    }

    public async Task<Answer<ReviewView>> Moderate(long id, ModerationInput input, CancellationToken cancel)
    {
        if (input.IsApproved is not { } approved)
            return Refusal.OfField("is_approved", "is required: true or false");
        await using var work = await change.Begin(cancel);
        if (await LockItemOf(id, cancel) is not { } item)
            return Refusal.NotFound("review");
        await Connection.Execute("update reviews set is_approved = $2 where id = $1", cancel, id, approved);
        return await Counted(work, item, id, cancel);
    }

    /// <summary>Once for each person, however often it is said.</summary>
    public async Task<Answer<ReviewView>> Like(long id, bool likes, CancellationToken cancel)
    {
        await db.Database.OpenConnectionAsync(cancel);
        if (await Find(id, cancel) is not { } review || !(review.IsApproved || review.IsMine || MayModerate))
            return Refusal.NotFound("review");
        await Connection.Execute(
            likes
                ? "insert into review_likes (review_id, user_id) select id, $2 from reviews where id = $1 for key share on conflict do "
                    + "nothing"
                : "delete from review_likes where review_id = $1 and user_id = $2",
            cancel, id, here.Caller.UserId);
        return await Find(id, cancel) is { } now ? now : Refusal.NotFound("review");
    }

    private static FieldErrors Check(ReviewInput input)
    {
        var errors = new FieldErrors();
        errors.Check(input.Rating is null or (>= 1 and <= 5), "rating", "must be 1 to 5, whole");
        errors.Check(input.Images is null || (input.Images.Length <= 5 && input.Images.All(i => i is { Length: > 0 and <= 500 }
            && CheckMenuItem.IsAddress(i))), "images", "must be at most 5 addresses (https://… or a path) of at most 500 characters");
        return errors;
    }

    private async Task<Answer<ReviewView>> Counted(MenuChange work, (long Id, string Name) item, long review, CancellationToken cancel)
    {
        await Count(item.Id, cancel);
        var view = (await Find(review, cancel))!;
        await work.Commit(item.Id, item.Name, cancel);
        return view;
    }

    /// <summary>The item's name, and its row kept for us until the end: reviews of one item take turns.</summary>
    private async Task<string?> Lock(long item, CancellationToken cancel) =>
        await Connection.Scalar(
            "select name from menu_items where id = $1 and shop_id = $2 and archived_at is null for no key update",
            cancel,
            item,
            here.ShopId) as string;

    private async Task<(long Id, string Name)?> LockItemOf(long review, CancellationToken cancel)
    {
        await using var command = Connection.Command(
            "select i.id, i.name from menu_items i join reviews r on r.menu_item_id = i.id where r.id = $1 and r.shop_id = $2 and "
                + "r.removed_at is null for no key update of i",
            review,
            here.ShopId);
        return (await command.List(r => ((long, string)?)(r.GetInt64(0), r.GetString(1)), cancel)).FirstOrDefault();
    }

    private Task Count(long item, CancellationToken cancel) => Connection.Execute(
        """
        update menu_items i set rating_count = c.count, rating_sum = c.sum
        from (select count(*)::int as count, coalesce(sum(rating), 0)::bigint as sum from reviews where menu_item_id = $1 and is_approved) c
        where i.id = $1
        """,
        cancel, item);

    private async Task<ReviewView?> Find(long id, CancellationToken cancel)
    {
        await using var command = Connection.Command(
            $"select {Columns} from reviews r join users u on u.id = r.user_id where r.shop_id = $1 and r.removed_at is null and r.id = $3",
            here.ShopId,
            here.Caller.UserId,
            id);
        return (await command.List(Row, cancel)).FirstOrDefault();
    }

    private ReviewView Row(NpgsqlDataReader r) => new(
        r.GetInt64(0),
        r.GetInt64(1),
        r.GetInt16(2),
        r.GetString(3),
        r.GetFieldValue<string[]>(4),
        FirstName(r.GetString(5)),
        r.GetBoolean(6),
        r.GetInt32(7),
        r.GetBoolean(8),
        r.GetBoolean(9),
        r.GetFieldValue<DateTimeOffset>(10),
        r.GetFieldValue<DateTimeOffset>(11))
    {
        UserId = r.GetBoolean(9) || MayModerate ? r.GetInt64(12) : null,
    };

    /// <summary>Strangers read it: "Gina Rossi" is "Gina R."</summary>
    private static string FirstName(string name)
    {
        var parts = name.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length < 2 ? name : $"{parts[0]} {System.Globalization.StringInfo.GetNextTextElement(parts[^1])}.";
    }
}
