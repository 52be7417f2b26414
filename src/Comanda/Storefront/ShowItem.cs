using Comanda.Guests;
using Comanda.Menu;
using Comanda.Shops;

namespace Comanda.Storefront;

/// <summary>An item as its page shows it: what guests think of it, and what the one who looks chose or got wrong.</summary>
public sealed record ShownItem(MenuEntry Item, IReadOnlyList<ReviewView> Reviews)
{
    public IReadOnlyList<string> Warn { get; init; } = [];

    public bool IsFavourite { get; init; }

    /// <summary>Options that are chosen, by id.</summary>
    public IReadOnlySet<long> Chosen { get; init; } = new HashSet<long>();

    /// <summary>What is chosen for the parts of a combo.</summary>
    public IReadOnlyList<long?> Parts { get; init; } = [];

    public int Quantity { get; init; } = 1;

    public string Wish { get; init; } = "";

    public IReadOnlyDictionary<string, string> Wrong { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// GET /items/{id}: one item with its options, and what guests think of it; they say so, and mark it as one they like, here too.
/// </summary>
public sealed class ShowItem(
    MenuBoard menus, IMarkdowns markdowns, Reviews reviews, Favorites favourites, GuestAllergens allergens, Moment moment)
{
    private const int ReviewsShown = 20;

    public async Task<IResult> Handle(StoreDesk desk, long id) =>
        await Find(desk, id) is { } item
            ? await Page(desk, item, new ShownItem(item, []) { Chosen = Usual(item) }, StatusCodes.Status200OK)
            : await desk.Note("gone", StatusCodes.Status404NotFound);

    /// <summary>An item that guests see; null where there is none.</summary>
    public async ValueTask<MenuEntry?> Find(StoreDesk desk, long id)
    {
        var menu = await menus.Of(moment.Here, desk.Cancel);
        return menu.Find(id) is { IsDeposit: false } item && menu.IsActive(item.CategoryId)
            ? (await markdowns.Of(moment.Here, desk.Cancel)).In(item, menu.Currency)
            : null;
    }

    public async Task<IResult> Page(StoreDesk desk, MenuEntry item, ShownItem shown, int status)
    {
        var said = await reviews.Of(item.Id, ReviewsShown, null, desk.Cancel);
        shown = shown with { Reviews = said.Refusal is null ? said.Value.Items : [] };
        if (desk.Guest is not null)
        {
            var (own, liked) = (await allergens.OfCaller(desk.Cancel), await favourites.List(desk.Cancel));
            shown = shown with
            {
                Warn = own.Refusal is null ? own.Value.Allergens : [],
                IsFavourite = liked.Refusal is null && liked.Value.Items.Any(i => i.Id == item.Id),
            };
        }

        return await desk.Show<ItemPage>(new() { ["Shown"] = shown }, status);
    }

    public async Task<IResult> Like(StoreDesk desk, StoreForm form, long id)
    {
        if (desk.Ask(Permission.ReadOwnProfile) is { } asked)
            return asked;
        _ = form.Line("on") == "true"
            ? await favourites.Add(id, desk.Cancel)
            : await favourites.Remove(id, desk.Cancel);
        return desk.Go($"/items/{id}");
    }

    public async Task<IResult> Review(StoreDesk desk, StoreForm form, long id)
    {
        if (desk.Ask(Permission.WriteReviews) is { } asked)
            return asked;
        if (await Find(desk, id) is not { } item)
            return await desk.Note("gone", StatusCodes.Status404NotFound);
        var (rating, comment) = (form.Number("rating"), form.Lines("comment", 2000));
        if (rating is not (>= 1 and <= 5))
            form.Wrong["rating"] = desk.Say["review.needed"];
        if (form.Wrong.Count > 0)
            return await Page(
                desk, item, new ShownItem(item, []) { Chosen = Usual(item), Wrong = form.Wrong }, StatusCodes.Status400BadRequest);
        var input = new ReviewInput((int)rating!.Value, comment, null);
        var mine = (await reviews.Of(id, 200, null, desk.Cancel)) is { Refusal: null } all
            ? all.Value.Items.FirstOrDefault(r => r.IsMine)
            : null;
        var done = mine is null ? await reviews.Add(id, input, desk.Cancel) : await reviews.Change(mine.Id, input, desk.Cancel);
        if (done.Refusal is not { } refusal)
            return desk.Go($"/items/{id}#reviews");
        var wrong = new Dictionary<string, string> { ["rating"] = desk.Say.Why(refusal) };
        return await Page(desk, item, new ShownItem(item, []) { Chosen = Usual(item), Wrong = wrong }, refusal.Status);
    }

    /// <summary>Where something must be chosen, the first that there is of what costs least: it can be changed.</summary>
    public static IReadOnlySet<long> Usual(MenuEntry item) =>
        item.Groups.Where(g => g.Min > 0)
            .SelectMany(g => g.Options.Where(o => o.InStock).OrderBy(o => o.Price).Take(g.Min))
            .Select(o => o.Id)
            .ToHashSet();
}
