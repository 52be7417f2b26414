using System.Net.WebSockets;
using System.Text.Json;
using Comanda.Dialects;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Dialects;

/// <summary>Dialects that are chosen by header or query: answers, pages of events, streams.</summary>
public sealed class ChosenDialectTests(CafeApp app)
{
    private static (string, string) Speaking(string dialect) => ("Comanda-Dialect", dialect);

    private static CancellationToken Soon() => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [Fact]
    public async Task The_header_chooses_whatever_the_path_says()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        (await admin.Ask("GET /api/v1/products?limit=1", null, Speaking("none"))).Items.Single().GetProperty("id").ValueKind
            .ShouldBe(JsonValueKind.Number);
        (await admin.Ask("GET /api/products?limit=1", null, Speaking("bakery"))).Body.ValueKind.ShouldBe(JsonValueKind.Array);
        (await admin.Ask("GET /api/products?limit=1", null, Speaking("Smoocho"))).Items.Single().GetProperty("id").ValueKind
            .ShouldBe(JsonValueKind.String);
        await admin.Ask("POST /api/inventory", new { name = "Milk", unit = "l", current_stock = 5, low_stock_threshold = 2 });
        (await admin.Ask("GET /inventory?limit=1", null, Speaking("cafepos"))).Items.Single().GetProperty("id").ValueKind
            .ShouldBe(JsonValueKind.Number);
    }

    [Fact]
    public async Task The_cafe_reads_back_its_own_words()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var cashier = await admin.Ask(
            "POST /api/users",
            new { username = "c" + Guid.NewGuid().ToString("N")[..8], name = "C", role = "staff", password = "harbour at six" },
            Speaking("cafe"));
        cashier.Text("role").ShouldBe("staff");
        await admin.Ask("POST /api/inventory", new { name = "Milk", unit = "l", current_stock = 5, low_stock_threshold = 2 });
        var stock = (await admin.Ask("GET /api/inventory?limit=1", null, Speaking("cafe"))).Items.Single();
        stock.GetProperty("ingredient_name").GetString().ShouldBe(stock.GetProperty("name").GetString());
        stock.GetProperty("quantity_in_stock").GetDecimal().ShouldBe(stock.GetProperty("current_stock").GetDecimal());
        stock.TryGetProperty("reorder_threshold", out _).ShouldBeTrue();
        var order = await admin.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]));
        var paid = await admin.Ask("POST /api/payments", new { order_id = order.Id, method = "digital_wallet" }, Speaking("cafe"));
        (paid.Status, paid.Text("method")).ShouldBe((201, "digital_wallet"));
        var ours = (await admin.Ask($"GET /api/orders/{order.Id}")).Body.GetProperty("payments")[0];
        ours.GetProperty("method").GetString().ShouldBe("mobile");
    }

    [Fact]
    public async Task To_the_management_system_what_is_being_prepared_is_in_progress()
    {
        var shop = await app.NewShop();
        var barista = await shop.As("barista");
        var order = await barista.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]));
        var moved = await barista.Ask($"PUT /api/orders/{order.Id}/status", new { status = "in-progress" }, Speaking("management"));
        (moved.Status, moved.Text("status")).ShouldBe((200, "in-progress"));
        (await barista.Ask($"GET /api/orders/{order.Id}")).Text("status").ShouldBe("preparing");
    }

    [Fact]
    public async Task One_that_nobody_speaks_is_refused_by_name()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        foreach (var path in new[] { "/api/menu", "/api/v1/orders", "/nowhere" })
        {
            var refused = await admin.Ask("GET " + path, null, Speaking("klingon"));
            (refused.Status, refused.Code, refused.Fields.Single()).ShouldBe((400, "invalid_request", "Comanda-Dialect"));
            refused.Body.GetProperty("errors").ToString().ShouldContain("smoocho");
        }

        var query = await admin.Ask("GET /api/events?dialect=klingon");
        (query.Status, query.Fields.Single()).ShouldBe((400, "dialect"));
        (await admin.Ask("GET /api/menu?dialect=klingon")).Status.ShouldBe(200); // it has no meaning there
    }

    [Fact]
    public async Task Events_are_told_in_the_dialect_by_page_stream_and_socket()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(
            new Uri($"ws://{app.Address.Authority}/ws?access_token={cashier.AccessToken}&dialect=bakery"), Soon());
        using var stream = await cashier.Http.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, $"/api/events?access_token={cashier.AccessToken}&dialect=smoocho")
            {
                Headers = { { "Accept", "text/event-stream" } },
            },
            HttpCompletionOption.ResponseHeadersRead,
            Soon());
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(Soon()));
        var order = await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]));

        var bakery = await Frame(socket, "order_created");
        bakery.GetProperty("shopId").GetString().ShouldBe(shop.Id.ToString());
        bakery.GetProperty("data").GetProperty("_id").GetString().ShouldBe(order.Id.ToString());
        bakery.GetProperty("data").GetProperty("orderStatus").GetString().ShouldBe("placed");
        bakery.GetProperty("actor").GetProperty("_id").ValueKind.ShouldBe(JsonValueKind.String);

        JsonElement? heard = null;
        while (heard is null && await lines.ReadLineAsync(Soon()) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal) && line.Contains("order_created"))
                heard = JsonElement.Parse(line[6..]);
        }

        var smoocho = heard!.Value.GetProperty("data");
        Guid.Parse(smoocho.GetProperty("id").GetString()!).Version.ShouldBe(8);
        smoocho.GetProperty("payment_status").GetString().ShouldBe("pending");

        var page = await cashier.Ask("GET /api/v1/events?after=0&limit=200");
        var told = page.Items.First(e => e.GetProperty("event").GetString() == "order_created");
        told.GetProperty("data").ToString().ShouldBe(bakery.GetProperty("data").ToString());
        page.Body.GetProperty("lastSeq").GetInt64().ShouldBeGreaterThan(0);
        (await cashier.Ask("GET /api/events?after=0")).Items.Last().GetProperty("shop_id").GetInt64().ShouldBe(shop.Id);
    }

    private static async Task<JsonElement> Frame(ClientWebSocket socket, string name)
    {
        var buffer = new byte[128 * 1024];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), Soon());
                length += part.Count;
            }
            while (!part.EndOfMessage);
            var envelope = JsonElement.Parse(buffer.AsSpan(0, length));
            if (envelope.GetProperty("event").GetString() == name)
                return envelope;
        }
    }

    /// <summary>However the bytes come, the same goes out; and what no dialect says otherwise stays to the byte.</summary>
    [Fact]
    public async Task A_long_answer_in_pieces_is_what_it_is_as_a_whole()
    {
        var shop = await app.NewShop();
        var guest = app.Stranger(shop);
        await app.FirstProcess.Services.GetRequiredService<Comanda.Identity.Uuids>().Ready(default);
        var dialects = app.FirstProcess.Services.GetRequiredService<IDialects>();
        var ours = await guest.Http.GetByteArrayAsync("/api/menu");
        dialects.Whole(Dialect.None, typeof(MenuView), shop.Id, ours).ShouldBe(ours);
        dialects.Whole(Dialect.Cafepos, typeof(MenuView), shop.Id, ours).ShouldBe(ours);
        foreach (var dialect in new[] { Dialect.Bakery, Dialect.Smoocho })
        {
            var table = SpeakDialects.TableOf(dialect);
            var uuids = app.FirstProcess.Services.GetRequiredService<Comanda.Identity.Uuids>();
            foreach (var size in new[] { 1, 7, 4096 })
            {
                var to = new System.Buffers.ArrayBufferWriter<byte>();
                using var respelling = new Respelling(table, table.OfType(typeof(MenuView)), to, uuids, new(shop.Id, uuids));
                foreach (var piece in ours.Chunk(size))
                    respelling.Write(piece, isLast: false);
                respelling.Write([], isLast: true);
                to.WrittenSpan.ToArray().ShouldBe(dialects.Whole(dialect, typeof(MenuView), shop.Id, ours));
            }
        }
    }

    [Fact]
    public async Task Socket_IO_has_a_UUID_beside_each_id()
    {
        var uuids = app.FirstProcess.Services.GetRequiredService<Comanda.Identity.Uuids>();
        await uuids.Ready(default);
        var envelope = """
            {"seq":9,"event":"payment_recorded","shop_id":3,"at":"2026-01-31T08:30:00Z","actor":{"id":5,"role":"cashier"},
             "data":{"order_id":7,"order_number":"C-7","payment":{"id":8,"method":"cash"}}}
            """;
        var said = JsonElement.Parse(app.FirstProcess.Services.GetRequiredService<IDialects>()
            .EnvelopeWithUuids(System.Text.Encoding.UTF8.GetBytes(envelope)));
        said.GetProperty("shop_id").GetInt64().ShouldBe(3);
        said.GetProperty("shop_uuid").GetGuid().ShouldBe(uuids.Of(IdKind.Shop, 3));
        said.GetProperty("actor").GetProperty("uuid").GetGuid().ShouldBe(uuids.Of(IdKind.User, 5));
        var data = said.GetProperty("data");
        (data.GetProperty("order_id").GetInt64(), data.GetProperty("order_uuid").GetGuid()).ShouldBe((7, uuids.Of(IdKind.Order, 7)));
        (data.GetProperty("payment").GetProperty("id").GetInt64(), data.GetProperty("payment").GetProperty("uuid").GetGuid()).ShouldBe(
            (8, uuids.Of(IdKind.Payment, 8)));
    }

    [Fact]
    public void Names_with_quotation_marks_and_keys_of_ones_own_go_through()
    {
        var dialects = app.FirstProcess.Services.GetRequiredService<IDialects>();
        var item = """{"id":7,"name":"\"Best\" \u00e9 bread","nutritional_info":{"my_own_key":1,"b\"c":[1,{"d_e":null}]},"category":"A"}""";
        var said = JsonElement.Parse(dialects.Whole(Dialect.Bakery, typeof(MenuItemView), 1, System.Text.Encoding.UTF8.GetBytes(item)));
        said.GetProperty("_id").GetString().ShouldBe("7");
        said.GetProperty("name").GetString().ShouldBe("\"Best\" é bread");
        said.GetProperty("nutritionalInfo").ToString().ShouldBe("""{"my_own_key":1,"b\"c":[1,{"d_e":null}]}""");
        said.GetProperty("categoryName").GetString().ShouldBe("A");
    }
}
