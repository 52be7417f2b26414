using System.Security.Cryptography;
using Comanda.Data;
using Comanda.Notifications;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>
/// Codes sent to phones: 6 digits, good for 10 minutes, once, with 5 tries, in the shop that sent them. A new one takes the
/// place of the one before. 3 an hour go to one phone, whichever shop asks.
/// </summary>
public sealed class OneTimeCodes(
    NpgsqlDataSource database,
    Attempts attempts,
    IdentityOptions options,
    Senders senders,
    People people,
    ShopDirectory shops,
    TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const int Tries = 5, SendsPerPhone = 3;

    private static readonly TimeSpan SendWindow = TimeSpan.FromHours(1);

    /// <summary>Spends the time of a check where there is no code to check.</summary>
    private static readonly Lazy<Task<string>> StandIn = new(() => Bcrypt.HashShortCode(
        "",
        Bcrypt.NewShortCodeSetting(),
        CancellationToken.None));

    /// <summary>Sends a code, unless too many went out.</summary>
    /// <param name="phone">As <see cref="Contact.Phone"/> gives it.</param>
    /// <param name="name">What somebody who registers calls themselves.</param>
    /// <param name="here">The shop that sends.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<Refusal?> Send(string phone, string? name, Here here, CancellationToken cancel)
    {
        if (await attempts.Use($"codes:address:{here.Address}", options.CodesPerAddress, SendWindow, cancel) is { } fromHere)
            return Refusal.TooMany("Too many codes were asked for from here; wait, and try again.", fromHere);
        if (await attempts.Use($"codes:phone:{Contact.PhoneDigits(phone)}", SendsPerPhone, SendWindow, cancel) is { } toPhone)
            return Refusal.TooMany("Three codes an hour go to one phone; wait, and try again.", toPhone);

        var person = await people.ByPhone(phone, here.ShopId, bySecret: false, cancel);
        var code = RandomNumberGenerator.GetInt32(1_000_000).ToString("D6");
        var hash = await Bcrypt.HashShortCode(code, Bcrypt.NewShortCodeSetting(), cancel);
        var shop = await shops.Of(here, cancel);
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.Execute(
            "insert into one_time_codes (shop_id, phone, name, code_hash, sent_at, expires_at) values ($1, $2, $3::text, $4, $5, $6)",
            cancel, here.ShopId, phone, name, hash, now, now + Lifetime);
        var minutes = (int)Lifetime.TotalMinutes;
        await new Message(
            MessageChannel.Sms,
            phone,
            null,
            $"{code} is your code for {Brief(shop.Name)}. It is good for {minutes} minutes. Give it to nobody.")
        {
            Expires = now + Lifetime,
            About = person?.Id
        }
            .Write(senders, connection, here.ShopId, now, cancel);
        await transaction.CommitAsync(cancel);
        return null;
    }

    /// <summary>A shop's name for a stranger's phone: letters, digits and spaces, no addresses or numbers to call.</summary>
    private static string Brief(string name)
    {
        var plain = new string([.. name.Where(c => char.IsLetter(c) || c is ' ' or '\'' or '&' or '-')]).Trim();
        return plain.Length == 0 ? "the shop" : plain.Length <= 30 ? plain : plain[..30].TrimEnd();
    }

    /// <summary>
    /// A code that was checked; null where it is not right. Every check counts as a try before it is made, so guesses at
    /// once are counted each. The code is used up by <see cref="UseUp"/>, in the transaction of what it was for.
    /// </summary>
    public async Task<CheckedCode?> Check(string phone, string code, long shopId, CancellationToken cancel)
    {
        await using var count = database.Command(
            """
            update one_time_codes set tries = tries + 1
            where id = (select id from one_time_codes where shop_id = $1 and phone = $2 order by id desc limit 1)
                and used_at is null and tries < $3 and expires_at > $4
            returning id, code_hash
            """,
            shopId, phone, Tries, clock.GetUtcNow());
        var found = await count.List(r => (Id: r.GetInt64(0), Hash: r.GetString(1)), cancel);
        var right = await Bcrypt.Verify(code, found.Count > 0 ? found[0].Hash : await StandIn.Value, cancel);
        return right && found.Count > 0 ? new(found[0].Id, phone, shopId) : null;
    }

    /// <summary>Uses the code up, in the caller's transaction; false where another request did so in the same moment.</summary>
    public async Task<bool> UseUp(NpgsqlConnection connection, CheckedCode code, CancellationToken cancel) =>
        await connection.Execute(
            "update one_time_codes set used_at = $2 where id = $1 and used_at is null",
            cancel,
            code.Id,
            clock.GetUtcNow()) == 1;

    /// <summary>
    /// What the person called themselves when they asked for this code. An earlier one may have been somebody else's doing.
    /// </summary>
    public static async Task<string?> NameGiven(NpgsqlConnection connection, CheckedCode code, CancellationToken cancel) =>
        await connection.Scalar(
            "select name from one_time_codes where id = $1", cancel, code.Id) as string;
}

/// <summary>A code that was right.</summary>
public sealed record CheckedCode(long Id, string Phone, long ShopId);
