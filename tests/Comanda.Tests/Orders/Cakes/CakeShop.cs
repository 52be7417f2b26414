using System.Text.Json;
using Comanda.Tests.Stock;
using SkiaSharp;

namespace Comanda.Tests.Orders.Cakes;

/// <summary>A shop that makes one cake to order: 40.00, 12 servings more for 18.00, four a day, two days ahead, 30 % paid ahead.</summary>
internal sealed record CakeShop(CafeApp App, TestShop Shop, ComandaClient Manager, ComandaClient Cashier, long Cake)
{
    public const string Made = "/api/cake-orders";

    /// <summary>Within the day of every test's shop.</summary>
    public static DateTimeOffset At(int days, int hour = 12) =>
        new(DateOnly.FromDateTime(DateTime.UtcNow).AddDays(days), new(hour, 0), TimeSpan.Zero);

    public static async Task<CakeShop> Open(CafeApp app, object? more = null, params (string, string)[] settings)
    {
        var shop = await app.NewShop([("time_zone", "Etc/UTC"), ("opening_hours", "{}"), ("tax_rounding", "per_rate"), .. settings]);
        (await (await shop.As("admin")).Ask("PUT /api/taxes", new
        {
            classes = new[] { new { code = "food" }, new { code = "none" } },
            rows = new object[] { new { @class = "food", way = "any", name = "VAT", rate = 7 } },
            default_class = "food",
        })).Status.ShouldBe(200);
        var (manager, cashier) = (await shop.As("manager"), await shop.As("cashier"));
        var cake = (await manager.Works("POST /api/menu/items", new
        {
            name = "Birthday cake",
            category = "Cakes",
            price = 40,
            modifier_groups = new object[]
            {
                new
                {
                    name = "Size",
                    min = 1,
                    max = 1,
                    options = new object[] { new { name = "Small", price = 0 }, new { name = "Large", price = 18 } },
                },
                new
                {
                    name = "Finish",
                    min = 0,
                    max = 5,
                    options = new object[]
                    {
                        new { name = "Fondant", price = 9 },
                        new { name = "Buttercream", price = 4 },
                        new { name = "Fresh fruit", price = 6.5 },
                        new { name = "Writing", price = 3 },
                        new { name = "Photo print", price = 8 },
                    },
                },
            },
        })).Id;
        var fields = new Dictionary<string, object?>
        {
            ["lead_days"] = 2,
            ["capacity"] = 4,
            ["servings"] = new object[] { new { servings = 12, option = "small" }, new { servings = 24, option = "large" } },
            ["options"] = new object[]
            {
                new { option = "fondant", requires = new[] { "buttercream" }, excludes = new[] { "fresh-fruit" }, lead_days = 3 },
            },
            ["inscription_max"] = 30,
            ["inscription_option"] = "writing",
            ["takes_picture"] = true,
            ["picture_option"] = "photo-print",
            ["deposit_percent"] = 30,
            ["deposit_tax"] = "received",
            ["kept_percent"] = 50,
        };
        foreach (var field in JsonSerializer.SerializeToElement(more ?? new { }).EnumerateObject())
            fields[field.Name] = field.Value;
        (await manager.Works($"PUT /api/cakes/{cake}", fields)).Status.ShouldBe(200);
        return new(app, shop, manager, cashier, cake);
    }

    /// <summary>What is asked for, with other fields in the place of the usual ones.</summary>
    public Dictionary<string, object?> Asked(object? more = null)
    {
        var fields = new Dictionary<string, object?>
        {
            ["menu_item_id"] = Cake,
            ["servings"] = 12,
            ["customer_name"] = "Rita",
            ["collect_at"] = At(5),
        };
        foreach (var field in JsonSerializer.SerializeToElement(more ?? new { }).EnumerateObject())
            fields[field.Name] = field.Value;
        return fields;
    }

    public Task<Answer> Order(object? more = null) => Cashier.Ask($"POST {Made}", Asked(more));

    /// <summary>One whose deposit is paid.</summary>
    public async Task<Answer> Accepted(object? more = null, string method = "card")
    {
        var made = await Order(more);
        made.Status.ShouldBe(201, made.ToString());
        var accepted = await Cashier.Works($"POST {Made}/{made.Id}/deposit", new { method });
        accepted.Text("stage").ShouldBe("accepted");
        return accepted;
    }

    /// <summary>One that only waits to be collected.</summary>
    public async Task<long> Decorated(object? more = null, string method = "card")
    {
        var id = (await Accepted(more, method)).Id;
        await Manager.Works($"POST {Made}/{id}/stage", new { stage = "baked" });
        await Manager.Works($"POST {Made}/{id}/stage", new { stage = "decorated" });
        return id;
    }

    public Task<Answer> One(long id) => Manager.Works($"GET {Made}/{id}");

    public static async Task<string> Photo(ComandaClient client)
    {
        using var bitmap = new SKBitmap(40, 30);
        using var picture = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        var content = new ByteArrayContent(picture.ToArray());
        content.Headers.ContentType = new("image/png");
        var sent = await client.Ask($"POST {Made}/pictures", new MultipartFormDataContent { { content, "file", "cake.png" } });
        sent.Status.ShouldBe(201, sent.ToString());
        return sent.Text("url")!;
    }
}
