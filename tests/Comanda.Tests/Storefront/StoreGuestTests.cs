using System.Text.Json;
using System.Text.RegularExpressions;
using Comanda.Storefront;

namespace Comanda.Tests.Storefront;

public sealed class StoreGuestTests(CafeApp app)
{
    [Fact]
    public async Task A_form_that_another_site_sends_is_refused()
    {
        var shop = await app.NewShop();
        using var browser = new StoreBrowser(app, shop);
        await browser.Add(shop, "Flat white");
        var hidden = (await browser.Open("/basket")).Hidden("/basket");
        foreach (var seal in new[] { "", "nonsense", new string('A', 86), FormSeal.Of("another visit's") })
        {
            var refused = await browser.Post("/basket", hidden, ("seal", seal), ("quantity", "9"));
            (refused.Status, refused.Text.Contains("too old")).ShouldBe((400, true), seal);
        }

        using var stranger = new StoreBrowser(app, shop); // the seal without the cookie
        (await stranger.Post("/basket", hidden, ("quantity", "9"))).Status.ShouldBe(400);
        browser.Http.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        (await browser.Post("/basket", hidden, ("quantity", "9"))).Status.ShouldBe(400);
        browser.Http.DefaultRequestHeaders.Remove("Sec-Fetch-Site");
        (await browser.Open("/basket")).Html.ShouldContain("value=\"1\"");
        (await browser.Post("/basket", hidden, ("quantity", "9"))).Html.ShouldContain("value=\"9\"");
    }

    [Fact]
    public async Task A_seal_looks_different_each_time_and_is_good_for_one_visit()
    {
        var (one, other) = (FormSeal.Of("a"), FormSeal.Of("a"));
        one.ShouldNotBe(other);
        FormSeal.IsOf("a", one).ShouldBeTrue();
        FormSeal.IsOf("a", other).ShouldBeTrue();
        FormSeal.IsOf("b", one).ShouldBeFalse();
        FormSeal.IsOf("a", null).ShouldBeFalse();
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Another_guests_order_is_not_there()
    {
        var shop = await app.NewShop();
        using var gina = new StoreBrowser(app, shop);
        using var hugo = new StoreBrowser(app, shop);
        await gina.Add(shop, "Flat white");
        await gina.SignIn(app);
        await gina.Open("/checkout");
        var order = Regex.Match((await gina.Send("/checkout", ("pay", "cash"))).Address.AbsolutePath, @"\d+$").Value;
        await hugo.SignIn(app, "Hugo");
        foreach (var page in new[] { "", "/pay" })
            (await hugo.Open($"/order/{order}{page}")).Status.ShouldBe(404);
        await hugo.Open("/account");
        var seal = hugo.Page.Hidden("/sign-out");
        foreach (var action in new[] { "/cancel", "/again", "/pay" })
            (await hugo.Post($"/order/{order}{action}", seal)).Status.ShouldBe(404, action);
        (await gina.Open($"/order/{order}")).Text.ShouldContain("Received");
        var cancelled = await gina.Send("/cancel");
        cancelled.Text.ShouldContain("Cancelled");
    }

    [Fact]
    public async Task Wrong_codes_and_phones_are_told_next_to_their_fields()
    {
        var shop = await app.NewShop();
        using var browser = new StoreBrowser(app, shop);
        await browser.Open("/sign-in?next=//elsewhere.example/");
        (await browser.Send("/sign-in", ("phone", ""))).Wrong("phone").ShouldBe("Please fill this in.");
        (await browser.Send("/sign-in", ("phone", "not a phone"))).Wrong("phone")!.ShouldContain("no phone number");
        await browser.Send("/sign-in", ("phone", SignedInGuests.NewPhone()));
        browser.Page.Html.ShouldNotContain("elsewhere.example");
        var wrong = await browser.Send("/sign-in/code", ("code", "000000"));
        wrong.Status.ShouldBe(401);
        wrong.Wrong("code").ShouldBe("The code is not right, or no longer good.");
    }

    [Fact]
    public async Task Signing_in_changes_the_cookie_and_signing_out_ends_the_session()
    {
        var shop = await app.NewShop();
        using var browser = new StoreBrowser(app, shop);
        await browser.Add(shop, "Flat white");
        string Cookie() => browser.Cookies.GetCookies(app.Address).First(c => c.Name == "comanda_visit_" + shop.Id).Value;
        var before = Cookie();
        await browser.SignIn(app);
        var during = Cookie();
        during.ShouldNotBe(before);
        await browser.Open("/account");
        await browser.Send("/sign-out");
        Cookie().ShouldNotBe(during);
        (await browser.Open("/account")).Address.AbsolutePath.ShouldEndWith("/sign-in");
        (await browser.Open("/basket")).Text.ShouldContain("Flat white"); // it is still this browser's
        using var thief = new StoreBrowser(app, shop);
        thief.Cookies.Add(app.Address, new System.Net.Cookie("comanda_visit_" + shop.Id, during));
        (await thief.Open("/account")).Address.AbsolutePath.ShouldEndWith("/sign-in");
    }

    [Fact]
    public async Task What_a_guest_avoids_warns_them_on_the_menu_and_in_the_basket()
    {
        var shop = await app.NewShop();
        using var browser = new StoreBrowser(app, shop);
        await browser.SignIn(app);
        await browser.Open("/account");
        (await browser.Send("/account/allergens", ("allergen", "milk"))).Text.ShouldContain("Kept.");
        (await browser.Open("/")).Text.ShouldContain("Contains milk, which you avoid");
        await browser.Open($"/items/{(await shop.Item("Flat white")).Id}");
        browser.Page.Text.ShouldContain("Contains milk, which you avoid");
        await browser.Add(shop, "Butter croissant");
        (await browser.Open("/basket")).Text.ShouldContain("Contains milk, which you avoid");
        (await browser.Open("/checkout")).Text.ShouldContain("Contains milk, which you avoid");
    }

    [Fact]
    public async Task Favourites_reviews_and_ordering_again()
    {
        var shop = await app.NewShop();
        var item = await shop.Item("Flat white");
        using var browser = new StoreBrowser(app, shop);
        (await browser.Open($"/items/{item.Id}")).Text.ShouldContain("Nobody has said anything yet.");
        (await browser.Send("/favourite")).Address.AbsolutePath.ShouldEndWith("/sign-in");
        await browser.SignIn(app);
        await browser.Open($"/items/{item.Id}");
        (await browser.Send("/favourite")).Html.ShouldContain("aria-pressed=\"true\"");
        (await browser.Send("/review", ("comment", "Lovely"))).Wrong("rating").ShouldBe("Choose 1 to 5 stars.");
        (await browser.Send("/review", ("rating", "5"), ("comment", "<i>Lovely</i>"))).Html.ShouldContain("&lt;i&gt;Lovely");
        (await browser.Send("/review", ("rating", "4"), ("comment", "Good"))).Text.ShouldContain("Good"); // changes the one that is there
        (await browser.Open("/account")).Text.ShouldContain("Flat white €3.90");
        await browser.Add(shop, "Flat white", 3);
        await browser.Open("/checkout");
        await browser.Send("/checkout", ("pay", "cash"));
        (await browser.Send("/again")).Address.AbsolutePath.ShouldEndWith("/basket");
        browser.Page.Text.ShouldContain("€11.70");
    }

    [Fact]
    public async Task A_guest_takes_their_data_along_and_has_it_erased()
    {
        var shop = await app.NewShop();
        using var browser = new StoreBrowser(app, shop);
        var phone = await browser.SignIn(app);
        using var file = await browser.Http.GetAsync($"/s/{shop.Id}/account/data");
        file.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        using var data = JsonDocument.Parse(await file.Content.ReadAsStringAsync());
        data.RootElement.GetRawText().ShouldContain(phone);
        await browser.Open("/account");
        (await browser.Send("/account/erase")).Wrong("sure").ShouldBe("Tick this to go on: there is no way back.");
        (await browser.Send("/account/erase", ("sure", "true"))).Text.ShouldContain("Nothing here leads to you any more.");
        (await browser.Open("/account")).Address.AbsolutePath.ShouldEndWith("/sign-in");
    }

    [Fact]
    public async Task A_staff_members_token_opens_nobodys_account()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        using var page = await manager.Send(
            HttpMethod.Get, $"/s/{shop.Id}/account", null, new Dictionary<string, string> { ["Accept"] = "text/html" });
        page.RequestMessage!.RequestUri!.AbsolutePath.ShouldEndWith("/sign-in");
    }
}
