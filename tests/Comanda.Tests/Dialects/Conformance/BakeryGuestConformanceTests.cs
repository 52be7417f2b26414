using System.Text.Json;
using static Comanda.Tests.Dialects.Conformance.BakeryConformanceTests;
using static Comanda.Tests.Dialects.Conformance.DocumentClient;

namespace Comanda.Tests.Dialects.Conformance;

/// <summary>Document 2, Bakery Shop: the guest's half, from the first code by SMS to the parcel at the door.</summary>
public sealed class BakeryGuestConformanceTests(CafeApp app)
{
    private const string Address = """
        {"title":"Home","address":"1 Main St","landmark":"Fountain","city":"Lisbon","state":"L","zipCode":"1000","isDefault":true}
        """;

    private static int phones = 351_912_700;

    /// <summary>Somebody who registered by name and telephone alone.</summary>
    private async Task<(TestShop Shop, DocumentClient Guest, string Phone)> Begin()
    {
        var shop = await app.NewShop();
        var guest = new DocumentClient(app, shop, "/api/v1");
        var phone = $"+{Interlocked.Increment(ref phones)}111";
        await guest.Ask(202, "POST /auth/register", $$"""{"name":"Conf Guest","phone":"{{phone}}"}""");
        var verified = await guest.Ask(
            200, "POST /auth/verify-otp", $$"""{"phone":"{{phone}}","otp":"{{await shop.CodeFor(phone)}}"}""");
        guest.Token = verified.GetProperty("accessToken").GetString();
        verified.GetProperty("user").GetProperty("role").GetString().ShouldBe("customer");
        verified.GetProperty("user").GetProperty("_id").ValueKind.ShouldBe(JsonValueKind.String);
        return (shop, guest, phone);
    }

    [Fact]
    public async Task Tokens_are_refreshed_once_and_a_password_is_reset_by_code()
    {
        var (shop, guest, phone) = await Begin();
        await guest.Ask(202, "POST /auth/send-otp", $$"""{"phone":"{{phone}}"}""");
        var otp = await shop.CodeFor(phone);
        await guest.Ask(
            204, "POST /auth/reset-password", $$"""{"phone":"{{phone}}","otp":"{{otp}}","newPassword":"a long new password"}""");
        await guest.Ask(401, "GET /users/profile"); // a new password ends what was open
        guest.Token = null;
        await guest.Ask(200, "POST /auth/login", $$"""{"phone":"{{phone}}","password":"a long new password"}""");
        var cookie = guest.Last.Headers.GetValues("Set-Cookie").Single();
        cookie.ShouldContain("httponly", Case.Insensitive);
        guest.Http.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        var pair = await guest.Ask(200, "POST /auth/refresh-token");
        pair.GetProperty("accessToken").GetString().ShouldNotBeNullOrEmpty();
        (await guest.Ask(401, "POST /auth/refresh-token")).GetProperty("message").GetString().ShouldNotBeNull();
        (await guest.Ask(401, "POST /auth/login", $$"""{"phone":"{{phone}}","password":"wrong by far"}""")).GetProperty("message")
            .GetString().ShouldNotBeNull();
    }

    [Fact]
    public async Task A_profile_and_its_addresses_keep_what_they_were_given()
    {
        var (_, guest, phone) = await Begin();
        var me = await guest.Ask(200, "GET /users/profile");
        (me.GetProperty("name").GetString(), me.GetProperty("phone").GetString()).ShouldBe(("Conf Guest", phone));
        Times(me);
        await guest.Keep(200, "PUT /users/profile", """{"name":"Conf G.","email":"conf.guest@c.example"}""");
        await guest.Ask(200, "PUT /users/profile", (await guest.Ask(200, "GET /users/profile")).GetRawText());
        await guest.Ask(204, "POST /users/fcm-token", """{"fcmToken":"token-2"}""");
        var home = await guest.Keep(201, "POST /users/addresses", Address);
        await guest.Keep(
            201,
            "POST /users/addresses",
            """{"title":"Work","address":"2 Side St","city":"Porto","state":"P","zipCode":"4000","isDefault":false}""");
        var id = home.GetProperty("_id").GetString();
        Holds(JsonElement.Parse(Address), Row(await guest.Ask(200, "GET /users/addresses"), "_id", id), "listed");
        await guest.Keep(200, $"PUT /users/addresses/{id}", """{"title":"Den","zipCode":"1001"}""");
        await guest.Ask(200, $"PUT /users/addresses/{id}", Row(await guest.Ask(200, "GET /users/addresses"), "_id", id).GetRawText());
        await guest.Ask(204, $"DELETE /users/addresses/{id}");
        Rows(await guest.Ask(200, "GET /users/addresses")).Length.ShouldBe(1);
        await guest.Ask(404, $"PUT /users/addresses/{id}", """{"title":"Gone"}""");
    }

    [Fact]
    public async Task Favourites_and_reviews_are_the_guests_own()
    {
        var (shop, guest, _) = await Begin();
        var rye = (await shop.Item("Rye loaf")).Id;
        await guest.Ask(204, $"POST /favorites/{rye}");
        await guest.Ask(204, $"POST /favorites/{rye}");
        Row(await guest.Ask(200, "GET /favorites"), "_id", rye.ToString());
        await guest.Ask(204, $"DELETE /favorites/{rye}");
        Rows(await guest.Ask(200, "GET /favorites")).ShouldBeEmpty();

        var review = await guest.Keep(
            201, $"POST /products/{rye}/reviews", """{"rating":4,"comment":"Good crust","images":["https://s3.example/r.png"]}""");
        Times(review);
        review.GetProperty("product").GetString().ShouldBe(rye.ToString());
        review.GetProperty("user").ValueKind.ShouldBe(JsonValueKind.String);
        (review.GetProperty("isApproved").GetBoolean(), review.GetProperty("likes").GetInt32()).ShouldBe((true, 0));
        var id = review.GetProperty("_id").GetString();
        await guest.Keep(200, $"PUT /reviews/{id}", """{"rating":5,"comment":"Better"}""");
        Times(Row(await guest.Ask(200, $"GET /products/{rye}/reviews"), "_id", id));
        Holds(
            JsonElement.Parse("""{"average":5,"count":1}"""),
            (await guest.Ask(200, $"GET /products/{rye}")).GetProperty("ratings"),
            "ratings");
        (await guest.Ask(400, $"PUT /reviews/{id}", """{"rating":6}""")).GetProperty("message").GetString().ShouldNotBeNull();
        await guest.Ask(204, $"DELETE /reviews/{id}");
    }

    [Fact]
    public async Task An_order_of_the_documents_schema_keeps_all_of_it_and_is_followed_to_the_door()
    {
        var (shop, guest, _) = await Begin();
        using var admin = await guest.As("admin");
        var rye = await shop.Item("Rye loaf");
        var price = (await guest.Ask(200, $"GET /products/{rye.Id}")).GetProperty("price");
        var body = $$"""
            {"items":[{"product":"{{rye.Id}}","quantity":2,"price":{{price}} }],
             "deliveryAddress":{"address":"1 Main St","landmark":"Fountain","city":"Lisbon","state":"L","zipCode":"1000"},
             "paymentDetails":{"method":"cash","status":"pending"},"isScheduled":false,"discount":0,
             "specialInstructions":"Ring twice"}
            """;
        await using var events = await DocumentEvents.OfSocketIo(app, guest.Token!, "&dialect=bakery");
        var placed = await guest.Keep(201, "POST /orders", body);
        Times(placed);
        foreach (var name in new[] { "user", "orderStatus", "subtotal", "deliveryFee", "taxes", "total", "estimatedDeliveryTime" })
            placed.GetProperty(name).ValueKind.ShouldNotBe(JsonValueKind.Null, name);
        placed.GetProperty("orderStatus").GetString().ShouldBe("placed");
        var id = placed.GetProperty("_id").GetString();
        Holds(JsonElement.Parse(body), await guest.Ask(200, $"GET /orders/{id}"), "read");
        Row(await guest.Ask(200, "GET /orders"), "_id", id);
        await events.Next("order_created");

        await admin.Ask(200, $"PUT /admin/orders/{id}/status", """{"orderStatus":"preparing"}""");
        await admin.Ask(
            200,
            $"PUT /orders/{id}/delivery",
            """{"deliveryPerson":{"name":"Dee","phone":"+15550100","location":{"coordinates":[-9.14,38.72]}}}""");
        await admin.Ask(200, $"PUT /admin/orders/{id}/status", """{"orderStatus":"out_for_delivery"}""");
        var moved = await events.Next("delivery_location");
        moved.GetRawText().ShouldContain("38.72");
        Holds(
            JsonElement.Parse("""{"deliveryPerson":{"name":"Dee","phone":"+15550100","location":{"coordinates":[-9.14,38.72]}}}"""),
            await guest.Ask(200, $"GET /orders/{id}/track"),
            "track");
        await admin.Ask(200, $"PUT /admin/orders/{id}/status", """{"orderStatus":"delivered"}""");
        (await guest.Ask(200, $"GET /orders/{id}")).GetProperty("orderStatus").GetString().ShouldBe("delivered");

        var notes = Rows(await guest.Ask(200, "GET /notifications"));
        for (var tries = 0; notes.Length == 0 && tries < 100; tries++) // told a moment after
        {
            await Task.Delay(100);
            notes = Rows(await guest.Ask(200, "GET /notifications"));
        }

        notes.ShouldNotBeEmpty();
        var note = notes[0];
        Times(note);
        note.GetProperty("type").GetString().ShouldBe("order");
        note.GetProperty("referenceId").GetString().ShouldBe(id);
        note.GetProperty("isRead").GetBoolean().ShouldBeFalse();
        note.GetProperty("user").ValueKind.ShouldBe(JsonValueKind.String);
        (note.GetProperty("title").GetString()!.Length, note.GetProperty("message").GetString()!.Length).ShouldNotBe((0, 0));
        var noteId = note.GetProperty("_id").GetString();
        (await guest.Ask(200, $"PUT /notifications/{noteId}/read")).GetProperty("isRead").GetBoolean().ShouldBeTrue();
        await guest.Ask(204, $"DELETE /notifications/{noteId}");
    }

    [Fact]
    public async Task An_order_for_later_is_paid_by_card_and_cancelled()
    {
        var (shop, guest, _) = await Begin();
        var rye = (await shop.Item("Rye loaf")).Id;
        var soon = DateTimeOffset.UtcNow.AddDays(1).ToString("yyyy-MM-dd'T'12:00:00'Z'");
        var placed = await guest.Keep(
            201,
            "POST /orders",
            $$"""
            {"items":[{"product":"{{rye}}","quantity":1}],"isScheduled":true,"scheduledDeliveryTime":"{{soon}}",
             "deliveryAddress":{"address":"1 Main St","city":"Lisbon","state":"L","zipCode":"1000"},
             "paymentDetails":{"method":"card"} }
            """,
            "paymentDetails");
        placed.GetProperty("paymentDetails").GetProperty("status").GetString().ShouldBe("pending"); // nobody has taken a card's money yet
        var id = placed.GetProperty("_id").GetString();
        var intent = await guest.Ask(201, "POST /payments/create-intent", $$"""{"orderId":"{{id}}"}""");
        intent.GetProperty("clientSecret").GetString().ShouldNotBeNullOrEmpty();
        await guest.Ask(200, "POST /payments/confirm", $$"""{"paymentId":"{{intent.GetProperty("paymentId")}}"}""");
        var paid = (await guest.Ask(200, $"GET /orders/{id}")).GetProperty("paymentDetails");
        (paid.GetProperty("method").GetString(), paid.GetProperty("status").GetString()).ShouldBe(("card", "completed"));
        (await guest.Ask(200, $"POST /orders/{id}/cancel", """{"reason":"Changed my mind"}""")).GetProperty("orderStatus").GetString()
            .ShouldBe("canceled");
        Row(await guest.Ask(200, "GET /orders?orderStatus=canceled"), "_id", id);
        Rows(await guest.Ask(200, "GET /admin/orders")).ShouldHaveSingleItem(); // never anybody else's
        await guest.Ask(403, "POST /admin/categories", """{"name":"Mine"}""");
    }
}
