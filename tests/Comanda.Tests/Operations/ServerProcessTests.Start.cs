using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Comanda.Data;

namespace Comanda.Tests.Operations;

/// <summary>What keeps a server from starting, what it says then, and a real shop in an empty database.</summary>
public sealed partial class ServerProcessTests
{
    [Fact]
    public async Task Production_does_not_start_with_demo_secrets_and_says_which()
    {
        var data = TempFolder();
        try
        {
            // The demo cafe, as a first try-out leaves it.
            var tryOut = await ServerProcess.Serve(data, ServerProcess.FreePort());
            var owner = Client(tryOut);
            await owner.SignIn("owner", "password123");
            await tryOut.Interrupt();

            var production = new Dictionary<string, string?> { ["COMANDA_ENVIRONMENT"] = "production" };
            var (exit, error, _) = await ServerProcess.RunToEnd(
                production,
                "serve",
                "--port",
                ServerProcess.FreePort().ToString(),
                "--data",
                data);
            exit.ShouldBe(1);
            error.ShouldStartWith("comanda: production does not start with demo secrets");
            foreach (var open in new[] { "'owner' has the demo's password", "'cashier1' has the demo's PIN", "device token" })
                error.ShouldContain(open);
            error.Trim().Split('\n').Length.ShouldBe(1);

            // With other passwords, and the demo's till revoked, it does.
            var again = await ServerProcess.Serve(data, ServerProcess.FreePort());
            var admin = Client(again);
            await admin.SignIn("owner", "password123");
            foreach (var user in (await admin.Ask("GET /api/users")).Items.Where(u => u.GetProperty("username").GetString() != "owner"))
                (await admin.Ask($"DELETE /api/users/{user.GetProperty("id").GetInt64()}")).Status.ShouldBe(204);
            foreach (var device in (await admin.Ask("GET /api/devices")).Items)
                (await admin.Ask($"DELETE /api/devices/{device.GetProperty("id").GetInt64()}")).Status.ShouldBe(204);
            (await admin.Ask(
                "PUT /api/auth/me",
                new { password = "harbour at six", current_password = "password123", pin = "" })).Status.ShouldBe(200);
            await again.Interrupt();
            var live = await ServerProcess.Serve(data, ServerProcess.FreePort(), production);
            await Client(live).SignIn("owner", "harbour at six");
            (await live.Interrupt()).ShouldBe(0);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task Production_makes_no_demo_cafe()
    {
        var data = TempFolder();
        try
        {
            await using (var live = await ServerProcess.Serve(
                data,
                ServerProcess.FreePort(),
                new Dictionary<string, string?> { ["COMANDA_ENVIRONMENT"] = "production" }))
                (await Client(live).Ask("POST /api/auth/login", new { username = "owner", password = "password123" })).Status.ShouldBe(401);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Theory]
    [InlineData("COMANDA_ENVIRONMENT", "live")]
    [InlineData("COMANDA_SIGNIN_FAILURES_PER_ADDRESS", "none")]
    [InlineData("COMANDA_MENU_ITEMS_IN_MEMORY", "999")]
    [InlineData("COMANDA_OWNER_REGISTRATION", "maybe")]
    [InlineData("COMANDA_PUBLIC_URL", "cafe.example.com")]
    [InlineData("COMANDA_TRUSTED_PROXIES", "everybody")]
    [InlineData("COMANDA_TWILIO_ACCOUNT_SID", "AC1")]
    [InlineData("COMANDA_SMTP_HOST", "mail.example.com")]
    public async Task A_variable_that_cannot_be_is_one_line_that_names_it(string variable, string value)
    {
        var data = TempFolder();
        try
        {
            var (exit, error, _) = await ServerProcess.RunToEnd(
                new Dictionary<string, string?> { [variable] = value },
                "serve",
                "--port",
                ServerProcess.FreePort().ToString(),
                "--data",
                data);
            exit.ShouldBe(1);
            error.ShouldStartWith("comanda: COMANDA_");
            error.ShouldContain(variable[..variable.LastIndexOf('_')]);
            error.Trim().Split('\n').Length.ShouldBe(1);
        }
        finally
        {
            if (Directory.Exists(data))
                Directory.Delete(data, recursive: true);
        }
    }

    [Theory]
    [InlineData("--listen", "nonsense", "comanda: --listen nonsense is neither")]
    [InlineData("--listen", "192.0.2.77", "comanda: cannot listen at 192.0.2.77")]
    [InlineData("--port", "70000", "comanda: --port 70000 is no port")]
    public async Task An_option_that_cannot_be_is_one_line(string option, string value, string line)
    {
        var data = TempFolder();
        string[] port = option == "--port" ? [] : ["--port", ServerProcess.FreePort().ToString()];
        var (exit, error, _) = await ServerProcess.RunToEnd(
            new Dictionary<string, string?> { ["COMANDA_DATABASE"] = app.ConnectionString },
            [option, value, "--data", data, .. port]);
        exit.ShouldBe(1);
        error.ShouldStartWith(line);
        error.Trim().ShouldNotContain("\n");
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task A_real_shop_is_opened_in_an_empty_database()
    {
        await app.Database.Scalar("create database empty", default);
        var empty = new Dictionary<string, string?>
        {
            ["COMANDA_DATABASE"] = app.ConnectionString.Replace("Database=comanda", "Database=empty", StringComparison.Ordinal),
            ["COMANDA_OWNER_PASSWORD"] = "a good long one",
        };
        await using var server = await ServerProcess.Serve("unused", ServerProcess.FreePort(), empty["COMANDA_DATABASE"], "--no-demo");
        var client = Client(server);
        (await Should.ThrowAsync<ComandaException>(() => client.GetMenu())).Code.ShouldBe("not_found");
        (await ServerProcess.RunToEnd(
            empty,
            "open-shop",
            "Harbour",
            "--owner",
            "olga",
            "--currency",
            "XYZ")).Error.ShouldBe($"comanda: --currency XYZ: it must be {Comanda.Kernel.Currency.Rule}\n");
        (await ServerProcess.RunToEnd(empty, "open-shop", "Harbour", "--owner", "olga", "--time-zone", "Europe/Lisbon")).Exit.ShouldBe(0);
        (await ServerProcess.RunToEnd(
            empty,
            "open-shop",
            "Quay",
            "--owner",
            "OLGA")).Error.ShouldBe("comanda: the username OLGA is taken\n");

        await client.SignIn("olga", "a good long one");
        var item = await client.AddMenuItem(new { name = "Bica", category = "Coffee", price = 1.20m });
        (await client.PlaceOrder(new("takeaway", [new(item.Id)]))).TotalAmount.ShouldBe(1.20m);
        (await client.GetMenu()).Items.Single().Name.ShouldBe("Bica");

        // With a menu: the one to begin with, or a file of one's own, wrong cells told by line.
        (await ServerProcess.RunToEnd(
            empty,
            "open-shop",
            "Corner",
            "--owner",
            "rui",
            "--currency",
            "USD",
            "--menu",
            "starter")).Error.ShouldContain("prices in EUR");
        (await ServerProcess.RunToEnd(empty, "open-shop", "Corner", "--owner", "rui", "--menu", "starter")).Exit.ShouldBe(0);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "name;category;price\nBica;Coffee;1,20 €\nGalão;Coffee;dear\n");
        (await ServerProcess.RunToEnd(
            empty,
            "open-shop",
            "Kiosk",
            "--owner",
            "ana",
            "--menu",
            file)).Error.ShouldContain("line 3: price must be a price");
        await File.WriteAllTextAsync(file, "name;category;price\nBica;Coffee;1,20 €\nGalão;Coffee;1,90 €\n");
        (await ServerProcess.RunToEnd(empty, "open-shop", "Kiosk", "--owner", "ana", "--menu", file)).Exit.ShouldBe(0);
        File.Delete(file);
        await client.SignIn("rui", "a good long one");
        var starter = await client.GetMenu();
        starter.Items.Count().ShouldBeGreaterThanOrEqualTo(44);
        (await client.PlaceOrder(new("takeaway", [new(starter.Items.First(i => i.Name == "Lunch offer").Id)]))).TotalAmount.ShouldBe(9.90m);
        await client.SignIn("ana", "a good long one");
        (await client.GetMenu()).Items.Select(i => (i.Name, i.Price)).ShouldBe([("Bica", 1.20m), ("Galão", 1.90m)]);

        // With a country's taxes, which are the shop's own from then on.
        (await ServerProcess.RunToEnd(empty, "open-shop", "Eck", "--owner", "uwe", "--country", "XX")).Error.ShouldContain("--country XX");
        var german = await ServerProcess.RunToEnd(empty, "open-shop", "Eck", "--owner", "uwe", "--country", "DE");
        (german.Exit, german.Output.Contains("as they were on 2026-11-29", StringComparison.Ordinal)).ShouldBe((0, true));
        await client.SignIn("uwe", "a good long one");
        var taxes = await client.Ask("GET /api/taxes");
        (taxes.Text("version"), taxes.Text("default_class")).ShouldBe(("1", "food"));

        // The journals of all of them, as of a restored backup; somebody who goes past the database's own guard is found.
        var verified = await ServerProcess.RunToEnd(empty, "verify");
        (verified.Exit, verified.Error).ShouldBe((0, ""));
        await using var tampered = await Database.Open(empty["COMANDA_DATABASE"]!, default);
        await tampered.Scalar(
            "insert into stock_levels (shop_id, item_id, location_id, quantity) select min(id), 77, 0, 5 from shops",
            default);
        var stock = await ServerProcess.RunToEnd(empty, "verify");
        (stock.Exit, stock.Output.Contains(
            "the stock of items 77 or its use by day is NOT the sum of its movements",
            StringComparison.Ordinal)).ShouldBe((2, true));
        await tampered.Scalar("delete from stock_levels where item_id = 77", default);
        (await ServerProcess.RunToEnd(empty, "verify")).Exit.ShouldBe(0);
        await tampered.Scalar("alter table journal disable trigger all", default);
        await tampered.Scalar("update journal set content = replace(content, '120', '12') where number = 1", default);
        (await ServerProcess.RunToEnd(empty, "verify")).Exit.ShouldBe(2);
        var nothing = new Dictionary<string, string?>
        {
            ["COMANDA_DATABASE"] = app.ConnectionString.Replace("Database=comanda", "Database=postgres", StringComparison.Ordinal)
        };
        (await ServerProcess.RunToEnd(nothing, "verify")).Error.ShouldContain("holds no Comanda");
    }

    [Fact]
    public async Task A_port_in_use_is_one_line_and_no_database_is_started_for_it()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var data = Path.Combine(Path.GetTempPath(), "comanda-never-" + Guid.NewGuid().ToString("N"));
        var (exit, error, _) = await ServerProcess.RunToEnd(new Dictionary<string, string?>(), "--port", port.ToString(), "--data", data);
        exit.ShouldBe(1);
        error.ShouldBe($"comanda: port {port} is in use; stop what uses it, or give another with --port\n");
        Directory.Exists(data).ShouldBeFalse();
    }

    [Theory]
    [InlineData(
        "COMANDA_DATABASE",
        "Host=localhost;Maximum Pool Size=4",
        "comanda: COMANDA_DATABASE (or --database) is not a connection string")]
    [InlineData("COMANDA_DATABASE", "this is no connection string", "comanda: COMANDA_DATABASE (or --database) is not a connection string")]
    [InlineData(
        "COMANDA_DATABASE",
        "Host=127.0.0.1;Port=1;Database=x;Username=x",
        "comanda: the database cannot be opened: Connection refused")]
    [InlineData(
        "COMANDA_DATABASE",
        "postgresql://nobody:wrong@127.0.0.1:1/x",
        "comanda: the database cannot be opened: Connection refused")]
    [InlineData("COMANDA_POSTGRES_BIN", "/nowhere", "comanda: PostgreSQL is not installed here (no initdb)")]
    public async Task What_keeps_it_from_starting_is_one_line(string variable, string value, string line)
    {
        var data = TempFolder();
        var (exit, error, _) = await ServerProcess.RunToEnd(
            new Dictionary<string, string?> { [variable] = value }, "--port", ServerProcess.FreePort().ToString(), "--data", data);
        exit.ShouldBe(1);
        error.ShouldStartWith(line);
        error.Trim().ShouldNotContain("\n");
        Directory.Delete(data, recursive: true);
    }
}
