using System.Text.RegularExpressions;
using Comanda.Data;
using Comanda.Identity;
using Comanda.Operations;
using Comanda.Tests.Identity;

namespace Comanda.Tests.Operations;

/// <summary>What the database keeps of secrets and of where people live, where the operator gave a key.</summary>
public sealed class SealingTests(CafeApp app)
{
    private static readonly string First = EncryptionKeys.New(), Second = EncryptionKeys.New();

    private static EncryptionKeys Keys(params string[] keys) => EncryptionKeys.FromEnvironment(_ => string.Join(',', keys));

    [Fact]
    public void What_is_sealed_opens_with_its_key_as_what_it_is_and_not_otherwise()
    {
        var (one, both) = (new Sealing(Keys(First)), new Sealing(Keys(Second, First)));
        var kept = one.Seal("12 Quay Street", "a.b");
        kept.ShouldNotContain("Quay");
        one.Seal("12 Quay Street", "a.b").ShouldNotBe(kept);
        one.Open(kept, "a.b").ShouldBe("12 Quay Street");
        both.Open(kept, "a.b").ShouldBe("12 Quay Street");
        both.IsCurrent(kept).ShouldBeFalse();
        both.IsCurrent(both.Seal("x", "a.b")).ShouldBeTrue();
        Should.Throw<StartupException>(() => one.Open(kept, "a.c")); // another column's
        Should.Throw<StartupException>(() => new Sealing(Keys(Second)).Open(kept, "a.b")).Message.ShouldContain("COMANDA_ENCRYPTION_KEY");
        Should.Throw<StartupException>(() => new Sealing(EncryptionKeys.None).Open(kept, "a.b"));
        Should.Throw<StartupException>(() => one.Open(kept[..^2] + (kept[^2] == 'A' ? "BB" : "AA"), "a.b"));
        one.Open("kept before there was a key", "a.b").ShouldBe("kept before there was a key");
        one.Seal((string?)null, "a.b").ShouldBeNull();
        var bytes = System.Security.Cryptography.RandomNumberGenerator.GetBytes(32);
        one.OpenBytes(bytes, "a.b").ShouldBe(bytes);
        one.OpenBytes(one.Seal(bytes, "a.b"), "a.b").ShouldBe(bytes);
        PlainText.Is(kept, TextKind.Lines).ShouldBeFalse("nobody can send what looks sealed");
    }

    [Theory]
    [InlineData("short")]
    [InlineData("bm90IDMyIGJ5dGVz")]
    public void A_key_that_is_none_does_not_start_and_is_not_repeated(string key)
    {
        var failure = Should.Throw<StartupException>(() => Keys(First, key));
        failure.Message.ShouldContain("COMANDA_ENCRYPTION_KEY");
        failure.Message.ShouldNotContain(key);
        Should.Throw<StartupException>(() => Keys(First, First)).Message.ShouldContain("twice");
    }

    [Fact]
    public async Task Nothing_that_is_sealed_stands_in_the_database_and_everything_goes_on_working()
    {
        var shop = await app.NewShop();
        await using var process = await app.StartPassingProcess(options => options with { Encryption = Keys(First) });
        var owner = await shop.As("owner", process.Address);
        var setUp = await Authenticator.For(owner);
        var added = await owner.Ask("POST /api/users/addresses", new
        {
            title = "Home of Olga",
            address = "12 Hidden Street",
            landmark = "behind the mill",
            city = "Nowhere",
            state = "Far",
            zip_code = "0000-123",
        });
        added.Status.ShouldBe(201, added.ToString());
        (await owner.Ask($"PUT /api/users/addresses/{added.Id}", new { landmark = "before the mill" })).Text("landmark")
            .ShouldBe("before the mill");
        (await owner.Ask("GET /api/users/addresses")).Items.Single().GetProperty("address").GetString().ShouldBe("12 Hidden Street");
        var login = new { username = shop.Username("owner"), password = "password123", code = setUp.App.Code() };
        (await app.Client(process.Address).Ask("POST /api/auth/login", login)).Status.ShouldBe(200);
        var to = login.username + "@demo.example";
        var mail = (await owner.Ask("GET /api/outbox")).Items.First(m => m.GetProperty("to").GetString() == to);
        mail.GetProperty("body").GetString()!.ShouldContain("your password asks for a code");

        var kept = string.Join('\n', await app.Database.Command(
            """
            select secret from second_factors where shop_id = $1
            union all select concat_ws(' ', title, address, landmark, city, state_name, zip_code) from guest_addresses where shop_id = $1
            union all select body from messages where shop_id = $1 and recipient = $2
            """,
            shop.Id,
            to).List(r => r.GetString(0), default));
        foreach (var secret in new[] { "Home of Olga", "Hidden", "mill", "Nowhere", "0000-123", "your password asks" })
            kept.ShouldNotContain(secret);
        kept.Count(c => c == '\u0001').ShouldBe(1 + 6 + 1);
    }

    [Fact]
    public async Task Keys_are_rotated_and_the_old_one_can_go()
    {
        var name = "rotated_" + Guid.NewGuid().ToString("N")[..8];
        await app.Database.Scalar($"create database {name}", default);
        var database = app.ConnectionString.Replace("Database=comanda", "Database=" + name, StringComparison.Ordinal);
        Dictionary<string, string?> With(string keys) => new()
        {
            ["COMANDA_DATABASE"] = database,
            ["COMANDA_ENCRYPTION_KEY"] = keys,
        };
        // It begins without one, so that there is something open to be sealed.
        string secret, refresh;
        await using (var server = await ServerProcess.Serve("unused", ServerProcess.FreePort(), With("")))
        {
            var cashier = app.Client(server.Address);
            refresh = (await cashier.SignIn("cashier", "password123")).RefreshToken;
            var offer = await cashier.Ask("POST /api/auth/second-factor", new { current_password = "password123" });
            secret = offer.Text("secret")!;
            var code = new Authenticator(secret).Code();
            (await cashier.Ask("POST /api/auth/second-factor/confirm", new { code })).Status.ShouldBe(204);
        }

        await using var source = await Data.Database.Open(database, default);
        (await source.Scalar("select secret from second_factors", default)).ShouldBe(secret);
        var rotated = await ServerProcess.RunToEnd(With(First), "rotate-keys");
        rotated.Exit.ShouldBe(0, rotated.Error);
        rotated.Output.ShouldContain("second_factors.secret: 1 sealed");
        ((string)(await source.Scalar("select secret from second_factors", default))!).ShouldNotContain(secret);
        (await ServerProcess.RunToEnd(With($"{Second},{First}"), "rotate-keys")).Output.ShouldContain("second_factors.secret: 1 sealed");
        // With the old key alone it does not start, and says why; with the new one alone everything is there.
        var old = await ServerProcess.RunToEnd(With(First), "serve", "--port", ServerProcess.FreePort().ToString());
        (old.Exit, old.Error.Contains("COMANDA_ENCRYPTION_KEY", StringComparison.Ordinal)).ShouldBe((1, true), old.Error);
        await using (var server = await ServerProcess.Serve("unused", ServerProcess.FreePort(), With(Second)))
        {
            var cashier = app.Client(server.Address);
            (await cashier.Refresh(refresh)).User.Username.ShouldBe("cashier");
            var body = new { username = "cashier", password = "password123", code = new Authenticator(secret).Code() };
            (await cashier.Ask("POST /api/auth/login", body)).Status.ShouldBe(200);
        }

        // Two rotations, three keys: what a session's token was signed with holds for a day.
        (await source.Scalar("select count(*) from signing_keys where retired_at is null", default)).ShouldBe(3L);
        await using (var aged = source.CreateCommand("update signing_keys set created_at = created_at - interval '2 days'"))
            await aged.ExecuteNonQueryAsync();
        (await ServerProcess.RunToEnd(With(Second), "rotate-keys")).Exit.ShouldBe(0);
        (await source.Scalar("select count(*) from signing_keys where retired_at is null", default)).ShouldBe(2L);
    }

    /// <summary>What is sealed and not in the list would be lost when the old key goes.</summary>
    [Fact]
    public void Everything_that_is_sealed_is_rotated()
    {
        var said = Repository.Sources("src/Comanda")
            .Where(f => !f.EndsWith("RotateKeysVerb.cs", StringComparison.Ordinal))
            .SelectMany(f => Regex.Matches(File.ReadAllText(f), @"(?:SealedAs|What) = ""([a-z_]+\.[a-z_]+)"""))
            .Select(m => m.Groups[1].Value)
            .Where(what => what != "backup.figures") // of a file, which stays as it is
            .ToHashSet();
        said.Count.ShouldBeGreaterThan(4);
        RotateKeysVerb.Sealed.Select(s => s.SealedAs).ToHashSet().ShouldBe(said, ignoreOrder: true);
        // And nobody seals by a name on the spot.
        Repository.Sources("src/Comanda")
            .Where(f => !f.EndsWith("RotateKeysVerb.cs", StringComparison.Ordinal))
            .Where(f => Regex.IsMatch(File.ReadAllText(f), @"[sS]ealing\.(?:Seal|Open|OpenBytes)\([^;)]*,\s*"""))
            .ShouldBeEmpty();
    }
}
