using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Operations;

/// <summary>
/// Who may call what, as this table says and not as the code does: every endpoint, every role, over HTTP. An endpoint that
/// is not in the table fails the test, and so does a line that is no endpoint.
/// </summary>
public sealed class EndpointRolesTests(CafeApp app)
{
    private static readonly string[] Roles = ["owner", "admin", "manager", "cashier", "barista", "trainee", "customer"];

    /// <summary>
    /// Endpoint, and its roles: o owner, a admin, m manager, c cashier, b barista, t trainee, g guest (customer); - is everyone, signed in
    /// or not.
    /// </summary>
    private const string Table =
        """
        front_page               -
        health                   -
        ready                    -
        login                    -
        pin_login                -
        refresh                  -
        logout                   -
        register                 -
        send_otp                 -
        verify_otp               -
        reset_password           -
        ask_password_reset       -
        confirm_password_reset   -
        reset_password_page      -
        reset_password_form      -
        menu                     -
        menu_items               -
        menu_item                -
        search_menu              -
        featured_items           -
        popular_items            -
        image                    -
        drawn_picture            -
        receipt_proof            -
        categories               -
        category_items           -
        me                       oamcbtg
        change_me                oamcbtg
        my_sessions              oamcbtg
        end_session              oamcbtg
        shops                    oamcbtg
        shop                     oamcbtg
        open_shop                o
        change_shop              o
        shop_settings            oam
        change_shop_settings     oa
        config                   oam
        change_config            oa
        taxes                    oam
        change_taxes             oa
        users                    oam
        user                     oam
        add_user                 oam
        change_user              oam
        deactivate_user          oam
        sign_user_out            oam
        roles                    oam
        change_role              oa
        devices                  oam
        enrol_device             oa
        revoke_device            oa
        audit                    oa
        outbox                   oa
        add_menu_item            oam
        add_menu_item_short      oam
        change_menu_item         oam
        archive_menu_item        oam
        import_menu              oam
        upload_image             oam
        export_menu              oam
        set_menu_item_stock      oamb
        add_category             oam
        change_category          oam
        remove_category          oam
        reviews                  -
        add_review               oamg
        change_review            oamg
        remove_review            oamg
        like_review              oamg
        unlike_review            oamg
        moderate_review          oam
        customers                oamc
        add_customer             oamc
        customer                 oamc
        change_customer          oamc
        erase_customer           oam
        customer_orders          oamc
        customer_points          oamc
        adjust_points            oam
        tax_exemptions           oamc
        add_tax_exemption        oam
        remove_tax_exemption     oam
        own_customer             oamcbtg
        own_points               oamcbtg
        place_order              oamcbt
        preview_order            oamcbt
        orders                   oamcbt
        order                    oamcbt
        edit_order               oamcbt
        change_order_status      oamcb
        delete_order             oamcb
        cancel_order             oamcb
        refund_order             oamc
        split_order              oamcbt
        merge_orders             oamcbt
        add_round                oamcbt
        hold_order               oamcbt
        resume_order             oamcbt
        recall_order             oamcb
        kitchen_tickets          oamcbt
        sync_orders              oamc
        set_aside_sales          oam
        place_set_aside_sale     oam
        discard_set_aside_sale   oam
        prepare_line             oamcb
        transfer_order           oamcbt
        email_receipt            oamcbt
        track_order              oamcbt
        update_delivery          oamcb
        receipt                  oamcbt
        take_payment             oamc
        create_intent            oamc
        confirm_intent           oamc
        payment_webhook          -
        gift_cards               oamc
        gift_card                oamc
        sell_gift_card           oamc
        refund_gift_card         oamc
        drawers                  oamc
        drawer                   oamc
        open_drawer              oamc
        move_cash                oamc
        close_drawer             oamc
        journal                  oam
        verify_journal           oam
        inventory                oamcbt
        low_stock                oamcbt
        stock_item               oamcbt
        add_stock_item           oam
        change_stock_item        oam
        archive_stock_item       oam
        export_inventory         oamcbt
        import_inventory         oam
        adjust_stock_of          oam
        adjust_stock             oam
        transfer_stock           oam
        stock_movements          oamcbt
        alerts                   oamcbt
        read_alert               oam
        menu_item_recipe         oamcbt
        change_menu_item_recipe  oam
        option_recipe            oamcbt
        change_option_recipe     oam
        stock_item_recipe        oamcbt
        change_stock_item_recipe oam
        make_stock               oam
        recipes                  oamcbt
        stock_locations          oamcbt
        add_stock_location       oam
        change_stock_location    oam
        remove_stock_location    oam
        suppliers                oamcbt
        add_supplier             oam
        change_supplier          oam
        remove_supplier          oam
        reorder                  oamcbt
        order_suggested          oam
        purchase_orders          oamcbt
        purchase_order           oamcbt
        add_purchase_order       oam
        change_purchase_order    oam
        move_purchase_order      oam
        receive_purchase         oam
        bake_list                oamcbt
        daily_sales              oam
        sales_report             oam
        top_products             oam
        cost_report              oam
        stock_use                oam
        events                   oamcbtg
        events_websocket         oamcbtg
        """;

    /// <summary>
    /// Endpoint of people and shops, and what it answers to a request that is as it should be. {user}, {device} and
    /// {session} stand for some of the shop's and of the caller's own, {new} for a name that nobody has.
    /// </summary>
    private const string Works =
        """
        me                       200 GET    /auth/me
        change_me                200 PUT    /auth/me {"name":"Somebody Else"}
        my_sessions              200 GET    /auth/sessions
        end_session              204 DELETE /auth/sessions/{session}
        shops                    200 GET    /shops
        shop                     200 GET    /shops/{shop}
        open_shop                201 POST   /shops {"name":"Another one"}
        change_shop              200 PUT    /shops/{shop} {"address":"2 Roastery Lane"}
        shop_settings            200 GET    /shops/{shop}/settings
        change_shop_settings     200 PUT    /shops/{shop}/settings {"tax_rate":7,"receipt_footer":"Bye"}
        config                   200 GET    /config
        change_config            200 PUT    /config/order_prefix {"value":"A"}
        taxes                    200 GET    /taxes
        change_taxes             200 PUT    /taxes {"classes":[{"code":"food"}],"rows":[]}
        users                    200 GET    /users
        user                     200 GET    /users/{user}
        add_user                 201 POST   /users
            {"username":"{new}","name":"New","email":"{new}@demo.example","role":"trainee","pin":"{pin}","password":"quay street at six"}
        change_user              200 PUT    /users/{user} {"name":"Newer","role":"barista"}
        sign_user_out            204 DELETE /users/{user}/sessions
        deactivate_user          204 DELETE /users/{user}
        roles                    200 GET    /roles
        change_role              200 PUT    /roles/barista
            {"permissions":["read_own_profile","read_menu","take_orders","read_orders","move_orders","follow_events"]}
        devices                  200 GET    /devices
        enrol_device             201 POST   /devices {"name":"Pass","type":"kitchen"}
        revoke_device            204 DELETE /devices/{device}
        audit                    200 GET    /audit
        outbox                   200 GET    /outbox
        """;

    private static readonly Dictionary<string, string> MayByName = Table.Split(
        '\n',
        StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(l => l[0], l => l[1]);

    /// <summary>
    /// Not only not refused: each row of people and shops does what it says for each role that may, under each of its addresses.
    /// </summary>
    [Fact]
    public async Task Every_row_of_people_works_for_each_role_that_may()
    {
        // A long body stands on a line of its own, below its row.
        var rows = Works.Replace("\n    {", " {").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Split(' ', 5, StringSplitOptions.RemoveEmptyEntries)).ToList();
        app.FirstProcess.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<NeedsPermission>() is not null
                && e.Metadata.GetMetadata<Microsoft.AspNetCore.Http.Metadata.ITagsMetadata>()?.Tags.Any(t => t is "Auth"
                    or "Shops") == true)
            .Select(NameOf).ShouldBe(rows.Select(r => r[0]), ignoreOrder: true);
        foreach (var role in Roles)
        {
            var shop = await app.NewShop();
            var owner = await shop.As("owner");
            var client = role == "customer" ? await Guest(shop) : await shop.As(role);
            if (role == "customer")
                client.AccessToken = (await client.Ask("PUT /api/auth/me", new { password = "quay street at six" })).Body
                    .GetProperty("session")
                    .GetProperty("access_token")
                    .GetString();
            foreach (var row in rows.Where(r => MayByName[r[0]].Contains(role == "customer" ? 'g' : role[0])))
            {
                foreach (var spelling in new[] { "/api", "/api/v1", $"/api/shops/{shop.Id}" })
                {
                    // What is about shops has no other shop's path before it.
                    if (spelling.Contains("shops") && row[3].StartsWith("/shops", StringComparison.Ordinal))
                        continue;
                    var unique = Guid.NewGuid().ToString("N")[..12];
                    var filled = new List<string>();
                    foreach (var text in row[3..])
                    {
                        filled.Add(text.Replace("{shop}", shop.Id.ToString())
                            .Replace("{new}", "n" + unique)
                            .Replace("{pin}", Random.Shared.Next(10_000_000, 99_999_999).ToString())
                            .Replace("{user}", text.Contains("{user}") ? (await owner.Ask("POST /api/users", new
                            {
                                username = "u" + unique,
                                name = "Uma",
                                role = "trainee",
                                password = "quay street at six"
                            })).Id.ToString() : "")
                            .Replace("{device}", text.Contains("{device}")
                                ? (await owner.Ask("POST /api/devices", new { name = "Hall", type = "display" })).Id.ToString()
                                : "")
                            .Replace("{session}", text.Contains("{session}") ? (await SecondSession(client, shop, role)).ToString() : ""));
                    }

                    var answer = await client.Ask(
                        $"{row[2]} {spelling}{filled[0]}",
                        filled.Count > 1 ? new StringContent(filled[1], System.Text.Encoding.UTF8, "application/json") : null);
                    answer.Status.ShouldBe(int.Parse(row[1]), $"{role} at {row[0]} {spelling}: {answer}");
                }
            }

            (await client.Ask("POST /auth/logout")).Status.ShouldBe(204, role);
            (await client.Ask("GET /auth/me")).Code.ShouldBe("session_ended", role);
        }
    }

    /// <summary>Another session of the client's own person: of staff by PIN at the till, of a guest by phone and password.</summary>
    private static async Task<long> SecondSession(ComandaClient client, TestShop shop, string role)
    {
        var (another, me) = (client.WithoutToken(), await client.Ask("GET /api/auth/me"));
        var signedIn = role == "customer"
            ? await another.Ask($"POST /api/shops/{shop.Id}/auth/login", new { phone = me.Text("phone"), password = "quay street at six" })
            : await another.Ask(
                "POST /auth/pin",
                new { pin = Comanda.Demo.DemoCafe.Staff.First(s => s.Username == role).Pin },
                ("X-Device-Token", shop.TillToken));
        signedIn.Status.ShouldBe(200, signedIn.ToString());
        return (await client.Ask("GET /api/auth/sessions")).Items
            .First(s => !s.GetProperty("is_current").GetBoolean())
            .GetProperty("id")
            .GetInt64();
    }

    [Fact]
    public async Task Every_endpoint_answers_who_may_and_refuses_who_may_not()
    {
        var shop = await app.NewShop();
        var clients = new Dictionary<string, ComandaClient>();
        foreach (var role in Roles[..^1])
            clients[role] = await shop.As(role);
        clients["customer"] = await Guest(shop);

        var table = MayByName;
        var endpoints = app.FirstProcess.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => !e.RoutePattern.RawText!.StartsWith("/openapi", StringComparison.Ordinal))
            .GroupBy(NameOf).ToDictionary(g => g.Key, g => g.ToList());
        endpoints.Keys.ShouldBe(table.Keys, ignoreOrder: true);

        foreach (var (name, spellings) in endpoints)
        {
            foreach (var endpoint in spellings)
            {
                foreach (var role in Roles)
                {
                    var may = table[name] == "-" || table[name].Contains(role == "customer" ? 'g' : role[0]);
                    await Try(endpoint, name, role, clients[role], shop, may);
                }

                var stranger = await Call(endpoint, app.Stranger(shop), shop);
                if (table[name] == "-")
                    (stranger.Code == "unauthenticated"
                        && name is not ("pin_login" or "refresh")).ShouldBeFalse($"a stranger at {name}: {stranger}");
                else
                    (stranger.Status, stranger.Code).ShouldBe((401, "unauthenticated"), $"a stranger at {name}");
            }
        }
    }

    private static async Task Try(RouteEndpoint endpoint, string name, string role, ComandaClient client, TestShop shop, bool may)
    {
        var answer = await Call(endpoint, client, shop);
        answer.Status.ShouldBeLessThan(500, $"{role} at {name}: {answer}");
        if (may)
            (answer.Status is 401 or 403
                && answer.Code is "forbidden" or "unauthenticated"
                && name is not ("pin_login" or "refresh")).ShouldBeFalse($"{role} at {name}: {answer}");
        else
            (answer.Status, answer.Code).ShouldBe((403, "forbidden"), $"{role} at {name}: {answer}");
    }

    private static async Task<Answer> Call(RouteEndpoint endpoint, ComandaClient client, TestShop shop)
    {
        var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0];
        // Signing out would end the client's session before the next endpoint is tried: with a refresh token that is none, it does not.
        var path = System.Text.RegularExpressions.Regex.Replace(
            endpoint.RoutePattern.RawText!.Replace("{shop_id:long}", shop.Id.ToString()).Replace("{role}", "trainee"),
            @"\{[^}]+\}",
            "999999999");
        if (NameOf(endpoint) == "logout")
            client = client.WithoutToken();
        return await client.Ask($"{method} {path}", method is "POST" or "PUT" ? new { } : null);
    }

    private static string NameOf(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName;

    private async Task<ComandaClient> Guest(TestShop shop)
    {
        var phone = "+351920" + Random.Shared.Next(100_000, 999_999);
        var guest = app.Stranger(shop);
        await guest.Ask("POST /api/auth/register", new { name = "Gina", phone });
        guest.AccessToken = (await guest.Ask(
            "POST /api/auth/verify-otp",
            new { phone, otp = await shop.CodeFor(phone) })).Text("access_token");
        return guest;
    }
}
