using System.Net.Http.Json;
using System.Text.Json;
using Comanda.Data;
using Comanda.Demo;
using Comanda.Identity;

namespace Comanda.Bench.Attack;

/// <summary>
/// Whom the odd requests come from: the shop's staff, a guest, another shop's owner, nobody. They may sign themselves out, lose their
/// account or change their password on the way; then they come back with a new one of their role.
/// </summary>
internal sealed class FuzzPeople(Arena arena, ArenaShop shop, ArenaShop other)
{
    private static int newcomers;

    private readonly Dictionary<string, string> tokens = new(StringComparer.Ordinal);

    private string trainee = "";

    public KnownIds Ids { get; set; } = null!;

    /// <summary>A little of everything, so that there is something to find.</summary>
    public async Task Prepare(Random random, CancellationToken cancel)
    {
        using var owner = Person.Of(shop, arena.First, "owner", atTill: true);
        var menu = (await owner.Ask("GET /api/menu/items?limit=20", cancel: cancel)).Items.ConvertAll(i => i.GetProperty("id").GetInt64());
        var guest = (
            await owner.Ask(
                "POST /api/customers",
                new { name = shop.Secret, phone = $"+49151{random.Next(10_000_000, 99_999_999)}" },
                cancel: cancel)
        ).Id;
        await owner.Ask($"POST /api/customers/{guest}/points", new { points = 500, reason = "x" }, cancel: cancel);
        var milk = (
            await owner.Ask(
                "POST /api/inventory",
                new
                {
                    name = "Milk",
                    unit = "ml",
                    current_stock = 5000,
                    unit_cost = 0.001m,
                    supplier = shop.Secret,
                    location = "Cellar",
                },
                cancel: cancel)
        ).Id;
        await owner.Ask($"PUT /api/menu/items/{menu[0]}/recipe", new[] { new { inventory_id = milk, quantity = 20 } }, cancel: cancel);
        await owner.Ask($"PUT /api/menu/items/{menu[1]}/stock", new { quantity = 30 }, cancel: cancel);
        await owner.Ask(
            "POST /api/purchase-orders",
            new { supplier = shop.Secret, items = new[] { new { inventory_id = milk, quantity = 10 } } },
            cancel: cancel);
        await owner.Ask("POST /api/gift-cards", new { amount = 50, method = "card" }, cancel: cancel);
        await owner.Ask("POST /api/drawers/open", new { @float = 100 }, cancel: cancel);
        for (var n = 0; n < 6; n++)
        {
            await owner.Ask(
                "POST /api/orders",
                new
                {
                    items = new[] { new { menu_item_id = menu[n % menu.Count], quantity = 1 + (n % 3) } },
                    customer_id = guest,
                    customer_name = shop.Secret,
                    payments = n % 2 == 0 ? new[] { new { method = "cash" } } : null,
                },
                cancel: cancel);
        }
    }

    /// <summary>An access token that works; null for a stranger.</summary>
    public async Task<string?> TokenOf(string role, CancellationToken cancel)
    {
        if (role == "stranger")
            return null;
        if (tokens.TryGetValue(role, out var known))
            return known;
        return tokens[role] = role == "customer" ? await Guest(cancel) : await Newcomer(role, cancel);
    }

    /// <summary>An owner whom nobody has touched.</summary>
    public async Task<Person> Checker(CancellationToken cancel) => new(arena.First.Address, await Add("owner", shop.Id, cancel));

    /// <summary>The session is over, or seems to be.</summary>
    public void Forget(string role) => tokens.Remove(role);

    /// <summary>Whether nobody has given a trainee another role meanwhile.</summary>
    public async Task<bool> IsTrainee(CancellationToken cancel) =>
        await arena.Database.Scalar(
            "select m.role = 'trainee' from shop_members m join users u on u.id = m.user_id where m.shop_id = $1 and u.username = $2",
            cancel,
            shop.Id,
            trainee
        )
            is true;

    private async Task<string> Newcomer(string role, CancellationToken cancel)
    {
        using var person = new Person(
            arena.First.Address,
            await Add(role == "other" ? "owner" : role, role == "other" ? other.Id : shop.Id, cancel)
        );
        return await person.Token(cancel);
    }

    private async Task<string> Add(string role, long shopId, CancellationToken cancel)
    {
        var username = $"newcomer{Interlocked.Increment(ref newcomers)}";
        if (role == "trainee")
            trainee = username;
        await using var connection = await arena.Database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var account = new NewPerson
        {
            Username = username,
            Name = "New " + role,
            Role = role,
            PasswordHash = await Bcrypt.Hash(DemoCafe.Password, cancel),
        };
        await People.Add(connection, shopId, account, cancel);
        await transaction.CommitAsync(cancel);
        return username;
    }

    /// <summary>A guest comes in by the code on their phone.</summary>
    private async Task<string> Guest(CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = arena.First.Address };
        http.DefaultRequestHeaders.Add("X-Shop-Id", shop.Id.ToString());
        var phone = $"+49160{Interlocked.Increment(ref newcomers):0000000}";
        using var sent = await http.PostAsJsonAsync("/api/auth/send-otp", new { phone }, cancel);
        var text =
            await arena.Database.Scalar("select body from messages where recipient = $1 order by id desc limit 1", cancel, phone) as string
            ?? "";
        using var answer = await http.PostAsJsonAsync(
            "/api/auth/verify-otp",
            new
            {
                phone,
                otp = text[..Math.Min(6, text.Length)],
                name = "Gus",
            },
            cancel
        );
        var signedIn = await answer.Content.ReadAsStringAsync(cancel);
        return answer.IsSuccessStatusCode
            ? JsonElement.Parse(signedIn).GetProperty("access_token").GetString()!
            : throw new BenchException("a guest cannot sign in: " + signedIn);
    }
}
