using System.Globalization;
using Comanda.Menu;
using Comanda.Orders;
using Comanda.Shops;

namespace Comanda.Storefront;

/// <summary>A line of a basket as a page shows it; no total where the basket has none.</summary>
public sealed record ShownLine(string Id, long ItemId, string Name, string Options, int Quantity)
{
    public string? Wish { get; init; }

    public string? Picture { get; init; }

    public decimal? Total { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>What a basket comes to; or, by field, why it is not to be had. A line's field is <c>line-</c> and its name.</summary>
public sealed record ShownBasket(IReadOnlyList<ShownLine> Lines, PreviewView? Price, IReadOnlyDictionary<string, string> Wrong)
{
    /// <summary>What comes along by itself: deposits.</summary>
    public IReadOnlyList<PreviewLine> Along { get; init; } = [];

    /// <summary>The hour that it was priced for, where the shop is closed now.</summary>
    public DateTimeOffset? Opens { get; init; }

    /// <summary>What was asked, with the hour and without a code that is not given.</summary>
    public OrderRequest? Asked { get; init; }
}

/// <summary>Prices a visitor's basket by the preview that the API gives, and puts what is refused into words for each field.</summary>
public sealed class PriceVisit(PreviewOrder preview, MenuBoard menus, Moment moment)
{
    /// <summary>The field of what is wrong with no field in particular.</summary>
    public const string Whole = "whole";

    public async Task<ShownBasket> Of(StoreDesk desk, OrderRequest request)
    {
        var menu = await menus.Of(moment.Here, desk.Cancel);
        var wrong = new Dictionary<string, string>(StringComparer.Ordinal);
        var lines = desk.Basket.Lines.Select(l => Show(l, menu)).ToList();
        DateTimeOffset? opens = null;
        for (var tries = 0; lines.Count > 0 && tries < 3; tries++)
        {
            var answer = await preview.Handle(request, desk.Cancel);
            if (answer.Refusal is not { } refusal)
                return Priced(desk, lines, answer.Value, wrong) with { Opens = opens, Asked = request };
            if (request.ScheduledFor is null && refusal.Code == "closed" && NextOpening(refusal) is { } next)
            {
                (opens, request) = (next, request with { ScheduledFor = next });
                continue;
            }

            Explain(desk, refusal, menu, wrong);
            if (!wrong.ContainsKey("promo") || request.PromoCode is null)
                break;
            request = request with { PromoCode = null };
        }

        return new(lines, null, wrong) { Opens = opens, Asked = request };
    }

    /// <summary>Puts a refusal into words for each field.</summary>
    public async Task Explain(StoreDesk desk, Refusal refusal, Dictionary<string, string> wrong) =>
        Explain(desk, refusal, await menus.Of(moment.Here, desk.Cancel), wrong);

    private static void Explain(StoreDesk desk, Refusal refusal, MenuSnapshot menu, Dictionary<string, string> wrong)
    {
        foreach (var (field, messages) in refusal.Errors ?? new Dictionary<string, string[]>())
        {
            if (LineOf(desk.Basket, field) is { } line)
                wrong.TryAdd(
                    "line-" + line.Id,
                    desk.Say[menu.Find(line.Line.MenuItemId ?? 0) is null ? "line.gone" : "line.options"]);
            else
                wrong.TryAdd(
                    FieldOf(field),
                    FieldOf(field) == "promo" && refusal.Status == 400 ? desk.Say["promo.unknown"] : Worded(desk, refusal, messages));
        }

        if (refusal.Errors is { Count: > 0 })
            return;
        if (refusal.Code == "out_of_stock")
        {
            foreach (var line in desk.Basket.Lines.Where(l => menu.Find(l.Line.MenuItemId ?? 0) is not { InStock: true }))
                wrong.TryAdd("line-" + line.Id, desk.Say["line.soldout"]);
        }

        wrong.TryAdd(
            refusal.Code switch
            {
                "closed" or "slot_full" or "not_sold_now" => "when",
                "outside_delivery_area" => "zip",
                _ => Whole,
            },
            refusal.Code == "slot_full" && refusal.Also?.GetValueOrDefault("next_slot") is DateTimeOffset free
                ? desk.Say.With("refused.slot_full.next", desk.Say.Moment(free, desk.Zone))
                : desk.Say.Why(refusal));
    }

    private static DateTimeOffset? NextOpening(Refusal refusal) => refusal.Also?.GetValueOrDefault("next_opening") as DateTimeOffset?;

    private static string Worded(StoreDesk desk, Refusal refusal, string[] messages) =>
        desk.Say.Knows("refused." + refusal.Code) && refusal.Code != "invalid_request"
            ? desk.Say["refused." + refusal.Code]
            : string.Join(' ', messages);

    private static string FieldOf(string field) =>
        field.StartsWith("promo", StringComparison.Ordinal) ? "promo"
        : field == "scheduled_for" ? "when"
        : field.Contains("zip_code", StringComparison.Ordinal) ? "zip"
        : field.StartsWith("delivery_address", StringComparison.Ordinal) || field == "address_id" ? "address"
        : field == "payment_method" ? "pay"
        : Whole;

    private static StoreLine? LineOf(StoreBasket basket, string field) =>
        field.StartsWith("items[", StringComparison.Ordinal)
            && int.TryParse(
                field.AsSpan(6, field.IndexOf(']', StringComparison.Ordinal) - 6),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var at)
            && at < basket.Lines.Count ? basket.Lines[at] : null;

    /// <summary>Its lines with what each comes to: parts of a combo together, deposits for themselves.</summary>
    private static ShownBasket Priced(StoreDesk desk, List<ShownLine> lines, PreviewView price, Dictionary<string, string> wrong)
    {
        var left = price.Items.ToList();
        var shown = lines.Select((line, at) =>
        {
            var asked = desk.Basket.Lines[at].Line;
            var parts = asked.Parts is { Count: > 0 } slots ? slots.Select(p => p.MenuItemId) : [asked.MenuItemId];
            var taken = parts.Select(id => left.Find(i => i.MenuItemId == id) is { } found && left.Remove(found) ? found : null)
                .OfType<PreviewLine>().ToList();
            return line with
            {
                Total = taken.Sum(t => t.Total),
                Warnings = [.. taken.SelectMany(t => t.AllergenWarnings).Distinct()],
            };
        }).ToList();
        return new(shown, price, wrong) { Along = left };
    }

    private static ShownLine Show(StoreLine line, MenuSnapshot menu)
    {
        var item = menu.Find(line.Line.MenuItemId ?? 0);
        var options = Options(item, line.Line.Modifiers)
            .Concat((line.Line.Parts ?? []).SelectMany(p => Part(menu.Find(p.MenuItemId ?? 0), p.Modifiers)));
        return new(line.Id, line.Line.MenuItemId ?? 0, item?.Name ?? "…", string.Join(", ", options), (int)(line.Line.Quantity ?? 1))
        {
            Wish = line.Line.SpecialInstructions,
            Picture = PictureAddress.ThumbnailOf(item?.ImageUrl) ?? item?.ImageUrl,
        };
    }

    private static IEnumerable<string> Part(MenuEntry? item, ModifierChoice[]? chosen) =>
        item is null ? [] : Options(item, chosen).Prepend(item.Name);

    private static IEnumerable<string> Options(MenuEntry? item, ModifierChoice[]? chosen) => (chosen ?? [])
        .Select(c => item?.Groups.SelectMany(g => g.Options).FirstOrDefault(o => o.Id == c.Id || (c.Id is null && o.Key == c.Key))?.Name)
        .OfType<string>();
}
