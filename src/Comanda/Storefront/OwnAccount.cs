using System.Text;
using Comanda.Guests;
using Comanda.Menu;
using Comanda.Orders;

namespace Comanda.Storefront;

/// <summary>A guest's account as its page shows it.</summary>
public sealed record ShownAccount(CustomerView Customer, IReadOnlyList<OrderView> Orders)
{
    public IReadOnlyList<string> Allergens { get; init; } = [];

    public IReadOnlyList<MenuItemView> Favourites { get; init; } = [];

    public IReadOnlyList<AddressView> Addresses { get; init; } = [];

    public IReadOnlyDictionary<string, string> Wrong { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// GET /account: what a guest ordered and likes, what they must not eat, where things are brought; and all that the shop keeps of them, to
/// take along or to have erased.
/// </summary>
public sealed class OwnAccount(
    OwnRecord record, GuestAllergens allergens, Favorites favourites, OwnAddresses addresses, OwnOrders orders, OwnData data)
{
    private const int OrdersShown = 20;

    public async Task<IResult> Show(StoreDesk desk) =>
        desk.Ask(Permission.ReadOwnProfile) ?? await Page(desk, new Dictionary<string, string>(), StatusCodes.Status200OK);

    public async Task<IResult> Avoid(StoreDesk desk, StoreForm form)
    {
        if (desk.Ask(Permission.ReadOwnProfile) is { } asked)
            return asked;
        var kept = await allergens.SetOfCaller(
            new([.. form.Values("allergen").Intersect(Menu.Allergens.All, StringComparer.Ordinal)]), desk.Cancel);
        return kept.Refusal is { } refusal
            ? await Page(desk, new Dictionary<string, string> { ["allergen"] = desk.Say.Why(refusal) }, refusal.Status)
            : desk.Go("/account?kept=allergens#allergens");
    }

    public async Task<IResult> RemoveAddress(StoreDesk desk, StoreForm form)
    {
        if (desk.Ask(Permission.ReadOwnProfile) is { } asked)
            return asked;
        await addresses.Remove(form.Number("address") ?? 0, desk.Cancel);
        return desk.Go("/account#addresses");
    }

    /// <summary>GET /account/data: a file with all of it.</summary>
    public async Task<IResult> TakeAlong(StoreDesk desk)
    {
        if (desk.Ask(Permission.ReadOwnProfile) is { } asked)
            return asked;
        var all = await data.Export(desk.Cancel);
        return all.Refusal is null
            ? Results.File(Encoding.UTF8.GetBytes(Json.Write(all.Value)), "application/json; charset=utf-8", "my-data.json")
            : await desk.Note("order", StatusCodes.Status404NotFound);
    }

    /// <summary>There is no way back, so a box has to be ticked.</summary>
    public async Task<IResult> Erase(StoreDesk desk, StoreForm form)
    {
        if (desk.Ask(Permission.ReadOwnProfile) is { } asked)
            return asked;
        if (form.Line("sure") != "true")
            return await Page(
                desk, new Dictionary<string, string> { ["sure"] = desk.Say["erase.sure.needed"] }, StatusCodes.Status400BadRequest);
        var erased = await data.Erase(true, desk.Cancel);
        if (erased.Refusal is { } refusal)
            return await Page(desk, new Dictionary<string, string> { ["sure"] = desk.Say.Why(refusal) }, refusal.Status);
        await desk.Forget();
        return await desk.Note("erased", StatusCodes.Status200OK);
    }

    private async Task<IResult> Page(StoreDesk desk, IReadOnlyDictionary<string, string> wrong, int status)
    {
        var customer = await record.Read(desk.Cancel);
        if (customer.Refusal is not null)
            return await desk.Note("order", StatusCodes.Status404NotFound);
        var ordered = await ReadOrders.List(new() { Limit = OrdersShown }, orders, desk.Here, desk.Cancel);
        return await desk.Show<AccountPage>(
            new()
            {
                ["Shown"] = new ShownAccount(customer.Value, ordered.Refusal is null ? ordered.Value.Items : [])
                {
                    Allergens = (await allergens.OfCaller(desk.Cancel)).Value.Allergens,
                    Favourites = (await favourites.List(desk.Cancel)).Value.Items,
                    Addresses = (await addresses.List(desk.Cancel)).Value.Items,
                    Wrong = wrong,
                },
            },
            status);
    }
}
