using System.Text.RegularExpressions;
using Comanda.Data;

namespace Comanda.Tests;

/// <summary>Guests who came in by a code on their phone, as guests do.</summary>
public static class SignedInGuests
{
    private static int phones = Random.Shared.Next(1_000_000, 5_000_000);

    public static string NewPhone() => "+35193" + Interlocked.Increment(ref phones);

    /// <summary>A guest of a shop, signed in by the code that was sent to their phone.</summary>
    public static async Task<ComandaClient> Guest(this CafeApp app, TestShop shop, string name = "Gina Rossi", Uri? at = null)
    {
        var (guest, phone) = (app.Stranger(shop, at), NewPhone());
        (await guest.Ask("POST /api/auth/register", new { name, phone })).Status.ShouldBe(202);
        // Read from the database: of fifty who come at once, the outbox shows only the last.
        var sent = (string)(await app.Database.Scalar(
            "select body from messages where recipient = $1 order by id desc limit 1", default, phone))!;
        var signedIn = await guest.Ask("POST /api/auth/verify-otp", new { phone, otp = Regex.Match(sent, @"\b\d{6}\b").Value });
        signedIn.Status.ShouldBe(200, signedIn.ToString());
        guest.AccessToken = signedIn.Text("access_token");
        return guest;
    }

    public static async Task<ComandaClient[]> Guests(this CafeApp app, TestShop shop, int count, params Uri[] at)
    {
        var guests = new ComandaClient[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            guests[i] = await app.Guest(shop, $"Guest {i}", at.Length == 0 ? null : at[i % at.Length]));
        return guests;
    }
}
