using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Comanda.Menu;

namespace Comanda.Demo;

/// <summary>
/// GET /pictures/{name}.svg: the pictures of the menus that the program carries, drawn by it: a few shapes as seen from
/// above or from the side, in the colours of what they show. A shop's own photographs take their place by upload.
/// </summary>
public static class DrawPicture
{
    private const string Crust = "#c98a43", Dark = "#8a5526", White = "#fffdf8", Shadow = "#00000022";

    private static readonly FrozenDictionary<string, string> Drawings = All().ToFrozenDictionary(StringComparer.Ordinal);

    public static void MapDrawnPictures(this IEndpointRouteBuilder app) =>
        app.Chapter("Menu").Get(PictureAddress.DrawnPictures + "{name}.svg", Read)
            .Called("drawn_picture", "A drawn picture of the demo's or the starter menu.")
            .IsOpen().InNoShop()
            .Refuses(404);

    /// <summary>The address of the picture that is drawn for an item of this name; null where there is none.</summary>
    public static string? AddressOf(string item) =>
        Drawings.ContainsKey(Slug.Of(item)) ? $"{PictureAddress.DrawnPictures}{Slug.Of(item)}.svg" : null;

    private static IResult Read(string name, HttpContext http)
    {
        if (!Drawings.TryGetValue(name, out var svg))
            return Refusal.NotFound("picture").ToProblem();
        http.Response.Headers.CacheControl = "public, max-age=86400";
        return Results.Text(svg, "image/svg+xml", Encoding.UTF8);
    }

    private static Dictionary<string, string> All()
    {
        var drawn = new Dictionary<string, string>(StringComparer.Ordinal);
        void Add(string ground, string shape, params string[] names)
        {
            foreach (var name in names)
                drawn[Slug.Of(name)] =
                    $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400"><rect width="400" height="400" fill="{ground}"/>"""
                    + $"""{shape}</svg>""";
        }

        const string warm = "#f3e3cf", cool = "#dcebe6", rose = "#f6dedb", sky = "#dde8f2", sun = "#fbeecb";
        Add(warm, Cup("#d9b48a", Heart(White)), "Caffè latte", "Chai latte", "Masala chai");
        Add(cool, Cup("#c99a68", Heart(White), 92), "Flat white");
        Add(rose, Cup("#a8703c", Disc(68, White) + Dots("#9a6a3f", 14, 52, 4)), "Cappuccino");
        Add(sun, Cup("#4a2a16", Ring(44, "#b07a3e"), 62), "Espresso");
        Add(sun, Cup("#3f2413", Ring(58, "#b07a3e"), 78), "Doppio", "Double espresso");
        Add(warm, Cup("#5a3218", Disc(26, White), 66), "Macchiato", "Espresso macchiato");
        Add(sky, Cup("#b98252", Heart(White), 74), "Cortado");
        Add(cool, Cup("#3a2212", Ring(86, "#5d3a1e")), "Americano", "Filter of the day", "Filter coffee");
        Add(rose, Cup("#7a4a2a", Heart("#f0dcc4") + Dots("#3b2010", 12, 70, 5)), "Mocha");
        Add(cool, Cup("#b5652a", Lemon(0)), "English breakfast", "Black tea", "Earl grey", "Rooibos");
        Add(sun, Cup("#b9c46a", Leaves(3)), "Sencha", "Green tea");
        Add(cool, Cup("#c9d79a", Leaves(6)), "Mint from the pot", "Fresh mint tea");
        Add(sun, Cup("#e8cf7a", Lemon(0) + Lemon(70)), "Ginger and lemon");
        Add(rose, Cup("#6b3d22", Disc(40, White) + Dots("#4a2715", 10, 34, 5)), "Hot chocolate");
        Add(sky, Cup("#efe0cc", Dots("#6b3d22", 16, 60, 5)), "Babyccino");
        Add(sky, Glass([White, "#c08a58"], Ice), "Iced latte", "Iced coffee");
        Add(warm, Glass([White, "#c9a078", "#8a5a34"], ""), "Latte macchiato");
        Add(sun, Glass(["#3a2212"], Ice), "Cold brew");
        Add(cool, Glass(["#dfe9e4", "#4a2a16"], Ice + Slice("#f0963a")), "Espresso tonic");
        Add(rose, Glass([White, "#9dbb5f"], Ice), "Iced matcha");
        Add(sky, Glass(["#f5e79a"], Ice + Slice("#f4d13c")), "House lemonade", "Lemonade");
        Add(cool, Glass(["#d98f4e"], Ice + Slice("#f4b183")), "Peach iced tea");
        Add(cool, Glass(["#c9803f"], Ice + Slice("#f4d13c")), "Iced tea");
        Add(sky, Glass(["#f59f2c"], Slice("#f0963a")), "Orange juice", "Fresh orange juice");
        Add(warm, Glass(["#e3b54c"], ""), "Apple juice");
        Add(rose, Glass(["#3d1f14"], Ice), "Cola");
        Add(warm, Glass(["#d3e7ee"], Dots("#ffffff", 14, 60, 5)), "Sparkling water");
        Add(sun, Glass(["#d3e7ee"], ""), "Still water");
        Add(sky, Crescent(""), "Butter croissant", "Croissant");
        Add(rose, Crescent(Dots("#f6e2bf", 26, 110, 9)), "Almond croissant");
        Add(cool, Brick("#d39a54", Stripes("#5a3218", 2)), "Pain au chocolat");
        Add(sky, Spiral("#b06f33"), "Cinnamon bun", "Cinnamon roll");
        Add(cool, Round(Crust, Disc(82, "#f3cf5e") + Dots("#7a4a1c", 12, 62, 9)), "Custard tart");
        Add(rose, Round("#dba961", Dots("#f3d27a", 14, 84, 11)), "Cheese scone");
        Add(warm, Round("#b98049", Disc(96, "#d9a765") + Dots("#4a4f8a", 12, 70, 13)), "Blueberry muffin");
        Add(sun, Brick("#b9803f", Stripes("#8a5526", 4)), "Banana bread");
        Add(sky, Loaf("#b5763a"), "Sourdough loaf", "Country loaf");
        Add(rose, Loaf("#6d4526"), "Rye loaf");
        Add(cool, Loaf("#d9a25a", 34), "Baguette");
        Add(sun, Round("#c98f4c", Dots("#f7ecd0", 34, 96, 6)), "Seeded roll", "Bread roll");
        Add(cool, Pretzel(), "Pretzel");
        Add(sky, Wedge("#d98b3f", "#f3e0bd"), "Carrot cake");
        Add(rose, Wedge("#e3b54c", "#f9e9a8"), "Lemon drizzle", "Apple cake");
        Add(warm, Wedge("#4a2715", "#6b3d22"), "Chocolate torte", "Chocolate cake");
        Add(cool, Wedge("#f8eccb", "#d9525e"), "Baked cheesecake", "Cheesecake");
        Add(sun, Brick("#4a2715", Dots(White, 16, 90, 6)), "Vegan brownie", "Brownie");
        Add(rose, Bowl(White, Dots("#b5763a", 22, 70, 11) + Dots("#c2334d", 7, 52, 13)), "Granola bowl", "Yoghurt and granola");
        Add(sky, Bowl("#ecdcbd", Dots("#c9803f", 10, 60, 13)), "Porridge");
        Add(cool, Bowl("#e08a36", Leaves(3)), "Soup of the day");
        Add(warm, Bowl("#7fae57", Leaves(7) + Dots("#d9525e", 6, 64, 15)), "Side salad");
        Add(rose, Toast("#9dbb5f", Dots("#c2334d", 12, 62, 6)), "Avocado toast");
        Add(cool, Toast("#f7e6a0", Disc(38, "#fffdf8") + Disc(20, "#f3b229")), "Eggs on toast", "Scrambled eggs");
        Add(sky, Stack("#c98a43", "#f3c64b", "#e59a9a"), "Ham and cheese toastie", "Panini");
        Add(warm, Stack("#b9803f", "#f7f0e0", "#f29a78"), "Smoked salmon bagel");
        Add(sun, Cup("#d9b48a", Heart(White), 62, 140, 146) + Crescent("", 0.62, 250, 262), "Coffee and croissant", "Breakfast offer");
        Add(cool, Toast("#9dbb5f", Dots("#c2334d", 12, 62, 6), 0.62, 130, 250) + Glass(["#f59f2c"], "", 0.62, 285, 180), "Toast and juice");
        Add(rose, Stack("#c98a43", "#f3c64b", "#e59a9a", 0.62, 135, 255) + Glass(["#f5e79a"], Ice, 0.62, 290, 180), "Lunch offer");
        return drawn;
    }

    private const string Ice =
        """<g fill="#ffffff" fill-opacity=".55"><rect x="-42" y="-70" width="36" height="36" rx="6" transform="rotate(12)"/>"""
            + """<rect x="8" y="-58" width="34" height="34" rx="6" transform="rotate(-9)"/><rect x="-22" y="-22" width="34" """
            + """height="34" rx="6" transform="rotate(24)"/></g>""";

    private static string At(double x, double y, double scale, string shape) => string.Create(CultureInfo.InvariantCulture,
        $"""<g transform="translate({x} {y}) scale({scale})">{shape}</g>""");

    /// <summary>A cup on its saucer, from above; in it, what <paramref name="on"/> draws around its middle.</summary>
    private static string Cup(string drink, string on, int radius = 104, int x = 200, int y = 200) => At(x, y, 1,
        $"""<circle cx="6" cy="10" r="{radius + 62}" fill="{Shadow}"/><circle r="{radius + 58}" fill="{White}"/><circle """
            + $"""r="{radius + 40}" fill="none" stroke="#e9dfd0" stroke-width="3"/><rect x="{radius - 4}" y="-17" width="62" """
            + $"""height="34" rx="17" fill="{White}" stroke="#e0d5c4" stroke-width="4"/><circle r="{radius + 13}" fill="{White}" """
            + $"""stroke="#e0d5c4" stroke-width="4"/><circle r="{radius}" fill="{drink}"/>{on}""");

    /// <summary>A glass from the side, filled from the bottom up.</summary>
    private static string Glass(string[] layers, string on, double scale = 1, int x = 200, int y = 205)
    {
        var height = 240.0 / layers.Length;
        var filled = string.Concat(layers.Select((colour, i) => string.Create(CultureInfo.InvariantCulture,
            $"""<rect x="-80" y="{120 - (height * (i + 1)):0.#}" width="160" height="{height + 1:0.#}" fill="{colour}"/>""")));
        var id = "g" + string.Concat(layers).Replace("#", "", StringComparison.Ordinal);
        return At(x, y, scale,
            $"""<ellipse cx="6" cy="132" rx="76" ry="14" fill="{Shadow}"/><clipPath id="{id}"><path d="M-72-120H72L56 120Q0 """
            + $"""132-56 120Z"/></clipPath><g clip-path="url(#{id})">{filled}</g>{on}<path d="M-78-150H78L58 126Q0 140-58 126Z" """
            + $"""fill="#ffffff" fill-opacity=".28" stroke="{White}" stroke-width="6"/>""");
    }

    private static string Heart(string colour) =>
        $"""<path d="M0 52C-58 12-50-38-20-38-6-38 0-26 0-20 0-26 6-38 20-38 50-38 58 12 0 52Z" fill="{colour}"/>""";

    private static string Disc(int radius, string colour) => $"""<circle r="{radius}" fill="{colour}"/>""";

    private static string Ring(int radius, string colour) => $"""<circle r="{radius}" fill="none" stroke="{colour}" stroke-width="9"/>""";

    /// <summary>Dots strewn as seeds in a sunflower: evenly, and the same each time.</summary>
    private static string Dots(string colour, int count, int radius, int size) => string.Concat(Enumerable.Range(0, count).Select(i =>
    {
        var (turn, away) = (i * 2.39996, radius * Math.Sqrt((i + 0.5) / count));
        return string.Create(CultureInfo.InvariantCulture,
            $"""<circle cx="{away * Math.Cos(turn):0.#}" cy="{away * Math.Sin(turn):0.#}" r="{size}" fill="{colour}"/>""");
    }));

    private static string Leaves(int count) => string.Concat(Enumerable.Range(0, count).Select(i =>
        string.Create(CultureInfo.InvariantCulture,
            $"""<path d="M0-6C16-34 16-58 0-74-16-58-16-34 0-6Z" fill="{(i % 2 == 0 ? "#5f8f4e" : "#4b7a3f")}" """
            + $"""transform="rotate({i * 360.0 / count:0.#})"/>""")));

    private static string Lemon(int turn) =>
        $"""<g transform="rotate({turn}) translate(26 18)"><circle r="34" fill="#f4d13c"/><circle r="27" fill="#fbf3c4"/>"""
            + $"""<path d="M0-25V25M-22-13 22 13M-22 13 22-13" stroke="#f4d13c" stroke-width="4"/></g>""";

    private static string Slice(string colour) =>
        $"""<g transform="translate(66-130)"><circle r="36" fill="{colour}"/><circle r="27" fill="#ffffff" fill-opacity=".55"/>"""
        + $"""<path d="M0-26V26M-23-13 23 13M-23 13 23-13" stroke="{colour}" stroke-width="4"/></g>""";

    private static string Crescent(string on, double scale = 1, int x = 200, int y = 190) => At(x, y, scale,
        $"""<path d="M-140 92C-150-40-70-112 6-112 84-112 160-40 152 96 150 118 124 118 116 98 96 46 58 26 6 26-46 26-84 """
            + $"""46-104 96-112 116-138 114-140 92Z" fill="{Shadow}" transform="translate(6 12)"/><path d="M-140 92C-150-40-70-112 """
            + $"""6-112 84-112 160-40 152 96 150 118 124 118 116 98 96 46 58 26 6 26-46 26-84 46-104 96-112 116-138 114-140 92Z" """
            + $"""fill="{Crust}"/><path d="M-62-90C-44-56-38-14-44 38M62-92C52-56 48-14 58 36M-116-28C-92-12-80 20-78 """
            + $"""58M124-34C102-12 92 20 92 58" stroke="{Dark}" stroke-width="9" fill="none" stroke-linecap="round"/><path """
            + $"""d="M-20-100C-14-60-14-10-18 24M28-100C24-60 24-10 28 24" stroke="#e5b26c" stroke-width="9" fill="none" """
            + $"""stroke-linecap="round"/><g transform="translate(4-34)">{on}</g>""");

    private static string Plate(string on) =>
        $"""<circle cx="6" cy="10" r="166" fill="{Shadow}"/><circle r="162" fill="{White}"/><circle r="134" fill="none" """
        + $"""stroke="#e9dfd0" stroke-width="4"/>{on}""";

    private static string Round(string crust, string on) => At(200, 200, 1, Plate(
        $"""<circle cx="3" cy="6" r="118" fill="{Shadow}"/><circle r="114" fill="{crust}"/><circle r="106" fill="none" """
        + $"""stroke="#ffffff" stroke-opacity=".2" stroke-width="8"/>{on}"""));

    private static string Spiral(string colour) => Round("#dda75c",
        $"""<path d="M0 0C14-14 34 2 24 26 10 52-36 44-40 4-42-44 16-66 54-36 94 0 66 74 4 78-62 80-96 16-78-38" """
        + $"""stroke="{colour}" stroke-width="13" fill="none" stroke-linecap="round"/><path d="M-70-30C-40-70 40-72 66-30M-60 """
        + $"""44C-20 76 40 70 70 34" stroke="{White}" stroke-opacity=".8" stroke-width="9" fill="none" stroke-linecap="round"/>""");

    private static string Brick(string colour, string on) => At(200, 200, 1, Plate(
        $"""<rect x="-98" y="-60" width="200" height="132" rx="22" fill="{Shadow}"/><rect x="-102" y="-68" width="204" """
        + $"""height="132" rx="22" fill="{colour}"/><g transform="translate(0-2) scale(1 .62)">{on}</g>"""));

    private static string Stripes(string colour, int count) => string.Concat(Enumerable.Range(0, count).Select(i =>
        string.Create(CultureInfo.InvariantCulture,
            $"""<rect x="{-84 + ((i + 0.5) * 168 / count) - 9:0.#}" y="-84" width="18" height="168" rx="9" fill="{colour}"/>""")));

    private static string Loaf(string crust, int half = 76) => At(200, 205, 1,
        $"""<ellipse cx="6" cy="14" rx="152" ry="{half + 6}" fill="{Shadow}"/><ellipse rx="150" ry="{half}" fill="{crust}"/>"""
            + $"""<g stroke="#f0d9ae" stroke-width="11" stroke-linecap="round"><path d="M-86 {half / 3}L-54-{half / 2}M-20 """
            + $"""{half / 2}L14-{half * 2 / 3}M48 {half / 2}L80-{half / 2}"/></g><ellipse cy="-{half / 3}" rx="110" ry="{half / 3}" """
            + $"""fill="#ffffff" fill-opacity=".12"/>""");

    private static string Pretzel() => At(200, 200, 1,
        $"""<path d="M-30 96C-130 60-150-70-64-88 10-100 40 20 62 92M30 96C130 60 150-70 64-88-10-100-40 20-62 92" """
            + $"""fill="none" stroke="{Dark}" stroke-width="36" stroke-linecap="round"/><path d="M-30 92C-126 56-146-70-64-88M30 """
            + $"""92C126 56 146-70 64-88" fill="none" stroke="#a8672c" stroke-width="22" stroke-linecap="round"/><g """
            + $"""transform="translate(0-86)">{Dots(White, 9, 66, 5)}</g>""");

    private static string Wedge(string crumb, string cream) => At(200, 205, 1, Plate(
        $"""<path d="M-110 40 60-80 118 8V66L-110 96Z" fill="{Shadow}" transform="translate(5 8)"/><path d="M-110 40 60-80 """
            + $"""118 8Z" fill="{cream}"/><path d="M-110 40 118 8V66L-110 96Z" fill="{crumb}"/><path d="M-110 68 118 36V46L-110 """
            + $"""80Z" fill="{cream}"/><path d="M-110 40 118 8V18L-110 52Z" fill="{cream}"/>"""));

    private static string Bowl(string filling, string on) => At(200, 200, 1,
        $"""<circle cx="6" cy="12" r="152" fill="{Shadow}"/><circle r="148" fill="#7f9aa8"/><circle r="132" fill="#94aebb"/>"""
            + $"""<circle r="116" fill="{filling}"/>{on}""");

    private static string Toast(string topping, string on, double scale = 1, int x = 200, int y = 200) => At(x, y, scale, Plate(
        $"""<path d="M-92 92V-26C-128-70-70-104 0-104S128-70 92-26V92Q0 104-92 92Z" fill="{Crust}"/><path d="M-78 """
            + $"""80V-28C-108-66-60-90 0-90S108-66 78-28V80Q0 90-78 80Z" fill="#f0d9ae"/><path d="M-66 68V-24C-90-56-50-78 """
            + $"""0-78S90-56 66-24V68Q0 78-66 68Z" fill="{topping}"/>{on}"""));

    private static string Stack(string bread, string cheese, string meat, double scale = 1, int x = 200, int y = 205) => At(x, y, scale,
        $"""<ellipse cy="104" rx="140" ry="18" fill="{Shadow}"/><path d="M-124-12C-124-96 124-96 124-12Z" fill="{bread}"/>"""
            + $"""<path d="M-132-8H132L112 26 84-2 50 30 14 0-24 30-60 0-96 26Z" fill="{cheese}"/><path d="M-130 4C-100 34-70 2-36 """
            + $"""22S40 2 72 24 112 6 130 6V34H-130Z" fill="{meat}"/><path d="M-130 30C-100 50-70 26-36 42S40 26 72 44 112 30 130 """
            + $"""30V48H-130Z" fill="#7fae57"/><rect x="-124" y="46" width="248" height="52" rx="22" fill="{bread}"/><g """
            + $"""transform="translate(0-48) scale(1.1 .34)">{Dots("#f7ecd0", 16, 78, 5)}</g>""");
}
