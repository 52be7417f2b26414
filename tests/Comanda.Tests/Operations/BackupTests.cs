using System.Security.Cryptography;
using Comanda.Data;
using Comanda.Operations;
using Microsoft.Extensions.Logging.Abstractions;

namespace Comanda.Tests.Operations;

public sealed class BackupTests(CafeApp app) : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("comanda-backups-").FullName;
    private readonly string key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task<string> NewDatabase()
    {
        var name = "saved_" + Guid.NewGuid().ToString("N")[..8];
        await app.Database.Scalar($"create database {name}", default);
        return app.ConnectionString.Replace("Database=comanda", "Database=" + name, StringComparison.Ordinal);
    }

    private Dictionary<string, string?> On(string database, string? withKey) => new()
    {
        ["COMANDA_DATABASE"] = database,
        ["COMANDA_UPLOADS"] = Path.Combine(folder, "pictures"),
        ["COMANDA_BACKUP_KEY"] = withKey ?? "",
    };

    private string Backups => Path.Combine(folder, "backups");

    [Fact]
    public async Task What_was_sold_comes_back_elsewhere_with_its_journal_its_sums_and_its_pictures()
    {
        var database = await NewDatabase();
        Directory.CreateDirectory(Path.Combine(folder, "pictures"));
        await File.WriteAllTextAsync(Path.Combine(folder, "pictures", "cake.jpg"), "a picture");
        string said;
        await using (var server = await ServerProcess.Serve("unused", ServerProcess.FreePort(), On(database, key)))
        {
            var client = app.Client(server.Address);
            await client.SignIn("cashier", "password123");
            for (var i = 0; i < 3; i++)
                await client.PlaceOrder(new("takeaway", [new(1)]));
            // While it sells.
            var saved = await ServerProcess.RunToEnd(On(database, key), "backup", Backups);
            saved.Exit.ShouldBe(0, saved.Error);
            saved.Output.ShouldContain("encrypted");
            said = saved.Output;
            await client.PlaceOrder(new("takeaway", [new(1)]));
        }

        said.ShouldNotContain("NOT encrypted");
        var made = Directory.GetDirectories(Backups).ShouldHaveSingleItem();
        File.GetUnixFileMode(made).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.GetFiles(made))
        {
            var text = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            text.ShouldNotContain("PGDMP"); // what pg_dump begins with
            text.ShouldNotContain("a picture");
            text.ShouldNotContain("journal ends");
        }

        var elsewhere = await NewDatabase();
        var environment = On(elsewhere, key);
        environment["COMANDA_UPLOADS"] = Path.Combine(folder, "pictures elsewhere");
        var restored = await ServerProcess.RunToEnd(environment, "restore", Backups);
        restored.Exit.ShouldBe(0, restored.Error + restored.Output);
        restored.Output.ShouldContain("every hash holds");
        (await File.ReadAllTextAsync(Path.Combine(folder, "pictures elsewhere", "cake.jpg"))).ShouldBe("a picture");
        await using (var books = await Data.Database.Open(elsewhere, default))
        {
            (await books.Scalar("select count(*) from orders", default)).ShouldBe(3L);
            (await books.Scalar("select count(*) from journal where kind = 'sale'", default)).ShouldBe(3L);
        }

        // It goes on where it was: the next number is the fourth.
        await using (var server = await ServerProcess.Serve("unused", ServerProcess.FreePort(), environment))
        {
            var client = app.Client(server.Address);
            await client.SignIn("cashier", "password123");
            (await client.PlaceOrder(new("takeaway", [new(1)]))).OrderNumber.ShouldBe("C-4");
        }

        // Not over what is there.
        var again = await ServerProcess.RunToEnd(environment, "restore", Backups);
        again.Exit.ShouldBe(1);
        again.Error.ShouldContain("holds something already");
    }

    [Fact]
    public async Task A_check_restores_into_a_scratch_cluster_and_leaves_nothing()
    {
        var database = await NewDatabase();
        (await ServerProcess.RunToEnd(On(database, null), "seed", "test")).Exit.ShouldBe(0);
        var saved = await ServerProcess.RunToEnd(On(database, null), "backup", Backups);
        saved.Output.ShouldContain("NOT encrypted");
        var temp = Path.Combine(folder, "temp");
        Directory.CreateDirectory(temp);
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var environment = new Dictionary<string, string?> { ["TMPDIR"] = temp };
        var check = await ServerProcess.RunToEnd(environment, "restore", Backups, "--check");
        check.Exit.ShouldBe(0, check.Error + check.Output);
        check.Output.ShouldContain("its checksums are right");
        check.Output.ShouldContain("what it holds is what it held");
        Directory.GetFileSystemEntries(temp, "comanda-check-*").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_changed_cut_off_or_made_with_another_key_is_told_before_anything_is_restored()
    {
        var database = await NewDatabase();
        (await ServerProcess.RunToEnd(On(database, key), "migrate")).Exit.ShouldBe(0);
        (await ServerProcess.RunToEnd(On(database, key), "backup", Backups)).Exit.ShouldBe(0);
        var empty = await NewDatabase();
        async Task<string> Refused(string? withKey)
        {
            var (exit, error, _) = await ServerProcess.RunToEnd(On(empty, withKey), "restore", Backups);
            exit.ShouldBe(1);
            return error;
        }

        (await Refused(null)).ShouldContain("set COMANDA_BACKUP_KEY");
        (await Refused(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)))).ShouldContain("another key");
        var dump = Path.Combine(Directory.GetDirectories(Backups)[0], "database");
        var bytes = await File.ReadAllBytesAsync(dump);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(dump, bytes);
        (await Refused(key)).ShouldContain("not what was written");
        File.Delete(dump);
        (await Refused(key)).ShouldContain("is missing");
        Directory.Delete(Backups, recursive: true);
        (await Refused(key)).ShouldContain("there is no backup");
        await using var still = await Data.Database.Open(empty, default);
        (await still.Scalar("select count(*) from pg_tables where schemaname = 'public'", default)).ShouldBe(0L);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64 * 1024)]
    [InlineData((64 * 1024) + 1)]
    [InlineData(300_000)]
    public void A_sealed_file_reads_back_and_no_change_of_it_goes_unnoticed(int length)
    {
        var (secret, plain) = (RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(length));
        using var kept = new MemoryStream();
        using (var to = new SealingStream(kept, secret))
        {
            to.Write(plain);
            to.Finish();
        }

        var bytes = kept.ToArray();
        Read(bytes, secret).ShouldBe(plain);
        Should.Throw<InvalidDataException>(() => Read(bytes, RandomNumberGenerator.GetBytes(32)));
        // Cut off where a piece ends, and within one.
        Should.Throw<InvalidDataException>(() => Read(bytes[..^1], secret));
        if (length > 64 * 1024)
            Should.Throw<InvalidDataException>(() => Read(bytes[..(8 + 16 + 5 + (64 * 1024) + 16)], secret));
        foreach (var place in new[] { 0, 10, 24, 25, bytes.Length - 1 })
        {
            var changed = (byte[])bytes.Clone();
            changed[place] ^= 0x40;
            Should.Throw<InvalidDataException>(() => Read(changed, secret), $"at {place}");
        }
    }

    private static byte[] Read(byte[] bytes, byte[] secret)
    {
        using var from = new OpeningStream(new MemoryStream(bytes), secret);
        using var plain = new MemoryStream();
        from.CopyTo(plain);
        return plain.ToArray();
    }

    [Fact]
    public void The_newest_of_each_day_and_of_each_week_is_kept()
    {
        var newest = new DateTimeOffset(2026, 11, 30, 3, 0, 0, TimeSpan.Zero); // a Monday
        var all = Enumerable.Range(0, 200).Select(i => newest.AddHours(-12 * i)).ToList();
        var kept = BackupFolder.ToKeep(all, days: 7, weeks: 4).Order().ToList();
        // Seven days, whose newest are at 3 and then at 15 o'clock; and the Sundays of three weeks, one of which is among the days.
        kept.Count(k => k > newest.AddDays(-7)).ShouldBe(7);
        kept.Where(k => k <= newest.AddDays(-7)).ShouldBe([newest.AddDays(-15).AddHours(12), newest.AddDays(-8).AddHours(12)]);
        BackupFolder.ToKeep(all, 0, 0).ShouldBe([newest]);
        BackupFolder.ToKeep([], 7, 4).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_server_makes_one_when_it_is_due_and_of_several_one_does()
    {
        var database = await NewDatabase();
        (await ServerProcess.RunToEnd(On(database, null), "seed", "test")).Exit.ShouldBe(0);
        await using var source = await Data.Database.Open(database, default);
        var options = new BackupOptions { To = Backups, Check = false, Key = Convert.FromBase64String(key) };
        var server = new ServeOptions { Database = database, DataFolder = folder };
        var processes = Enumerable.Range(0, 3)
            .Select(_ => new BackUpInTime(options, server, new(source), TimeProvider.System, NullLogger<BackUpInTime>.Instance))
            .ToList();
        var due = DateTimeOffset.UtcNow.AddSeconds(-1);
        var made = await Task.WhenAll(processes.Select(p => p.Run(due, default)));
        made.Count(m => m).ShouldBe(1);
        Directory.GetDirectories(Backups).ShouldHaveSingleItem();
        (await processes[0].Run(due, default)).ShouldBeFalse(); // it is there already
    }
}
