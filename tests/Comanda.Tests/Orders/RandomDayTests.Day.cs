using System.Text.Json;
using Comanda.Data;
using Comanda.Tests.Stock;

namespace Comanda.Tests.Orders;

/// <summary>What one person does in a day, at random.</summary>
public sealed partial class RandomDayTests
{
    /// <summary>One person's day: what they do is refused as often as it is not, and never fails.</summary>
    private sealed class Day(ComandaClient client, Random random, List<MenuItemView> menu, decimal cent, string? till, long guest)
    {
        private readonly List<long> orders = [];
        private readonly List<string> cards = [];

        public int Worked { get; private set; }

        public long Deposit { get; init; }

        public async Task Step()
        {
            var order = orders.Count == 0 || random.Next(4) == 0 ? 0 : orders[random.Next(orders.Count)];
            var answer = order == 0 ? await Place() : random.Next(14) switch
            {
                0 => await Edit(order),
                1 => await Do(
                    $"POST /api/orders/{order}/split",
                    new { items = new[] { new { order_item_id = await LineOf(order), quantity = 1 } } }),
                2 => await Do($"POST /api/orders/{order}/merge", new { order_id = orders[random.Next(orders.Count)] }),
                3 or 4 => await Do("POST /api/payments", new
                {
                    order_id = order,
                    method = random.Next(2) == 0 ? "cash" : "card",
                    amount = random.Next(2) == 0 ? (decimal?)null : Some(300),
                    tip = random.Next(3) == 0 ? (decimal?)Some(200) : null
                }),
                11 => await Do("POST /api/payments", new
                {
                    order_id = order,
                    method = "points",
                    amount = random.Next(2) == 0 ? (decimal?)null : Some(300),
                    tip = random.Next(6) == 0 ? (decimal?)Some(200) : null,
                }),
                5 => await Do($"POST /api/orders/{order}/refund", random.Next(5) switch
                {
                    3 => (object)new { tip = Some(200), reason = "tip" },
                    4 => new { amount = Some(300), reason = "cash", method = "cash" },
                    0 => new { reason = "all", restock = random.Next(2) == 0 },
                    1 => (object)new { amount = Some(200), reason = "some" },
                    _ => new
                    {
                        items = new[]
                    {
                        new { order_item_id = await LineOf(order), quantity = 1 }
                    },
                        reason = "one",
                        restock = random.Next(2) == 0
                    },
                }),
                6 => await Do($"POST /api/orders/{order}/cancel", new { reason = "left" }),
                7 => await Do($"PUT /api/orders/{order}/status", new { status = random.Next(2) == 0 ? "preparing" : "completed" }),
                8 or 9 => await Card(order),
                10 => await Sync(),
                12 => await Head(order),
                _ => await Drawer(),
            };
            answer.Status.ShouldBeLessThan(500, answer.ToString());
            Worked += answer.Status < 300 ? 1 : 0;
            if (answer.Status == 201 && answer.Body.TryGetProperty("orders", out var bills) && bills.ValueKind == JsonValueKind.Array)
                orders.AddRange(bills.EnumerateArray().Skip(1).Select(b => b.GetProperty("id").GetInt64()));
        }

        private decimal Some(int cents) => random.Next(1, cents) * cent;

        private Task<Answer> Do(string what, object body) => client.Ask(what, body, till is null ? [] : [("X-Device-Token", till)]);

        private object Line() => random.Next(8) == 0 ? new { menu_item_id = Deposit, quantity = random.Next(3) - 2 } : new
        {
            menu_item_id = menu[random.Next(random.Next(3) == 0 ? menu.Count : 6)].Id,
            quantity = random.Next(1, 4),
            discount = random.Next(5) switch
            {
                0 => (object)new { type = "fixed", value = Some(90), reason = "x" },
                1 =>
                new { type = "percentage", value = random.Next(101), reason = "y" },
                _ => null!
            },
        };

        private async Task<Answer> Place()
        {
            var placed = await Do("POST /api/orders", new
            {
                type = random.Next(6) switch { 0 => "delivery", 1 => "takeaway", _ => "dine-in" },
                items = Enumerable.Range(0, random.Next(1, 4))
                    .Select(_ => Line())
                    .ToArray(),
                tip = random.Next(4) == 0 ? (decimal?)Some(200) : null,
                service_charge = random.Next(5) == 0 ? (bool?)false : null,
                discount = random.Next(4) == 0 ? new { type = "percentage", value = 10, reason = "z" } : null,
                payments = random.Next(3) == 0 ? new[] { new { method = "cash", amount = Some(100) } } : null,
                customer_id = guest,
                redeem_points = random.Next(2) == 0 ? (int?)random.Next(1, 200) : null,
            });
            return Kept(placed);
        }

        /// <summary>Sold a moment ago, or more than one; a drawer may have been closed since.</summary>
        private async Task<Answer> Sync()
        {
            var now = DateTimeOffset.UtcNow;
            var sent = await Do("POST /api/orders/sync", new
            {
                sent_at = now,
                orders = Enumerable.Range(0, random.Next(1, 4)).Select(i => new
                {
                    key = $"{till}{random.Next():x}-{i}",
                    made_at = now.AddSeconds(-4 * random.NextDouble()),
                    handed_over = random.Next(2) == 0,
                    order = new
                    {
                        items = new[] { Line() },
                        tip = random.Next(4) == 0
                        ? (decimal?)Some(200)
                        : null,
                        payments = new[] { new { method = "cash", amount = random.Next(2) == 0 ? (decimal?)null : Some(100) } }
                    },
                }).ToArray(),
            });
            orders.AddRange(sent.Body.GetProperty("results")
                .EnumerateArray()
                .Where(r => r.GetProperty("status").GetString() == "placed")
                .Select(r => r.GetProperty("order").GetProperty("id").GetInt64()));
            return sent;
        }

        private async Task<Answer> Card(long order)
        {
            if (cards.Count == 0 || random.Next(3) == 0)
            {
                var sold = await Do("POST /api/gift-cards", new
                {
                    amount = Some(1500),
                    method = random.Next(2) == 0 ? "cash" : "card",
                    kind = random.Next(3) == 0 ? "single" : "multi",
                });
                if (sold.Status == 201)
                    cards.Add(sold.Text("code")!);
                return sold;
            }

            var code = cards[random.Next(cards.Count)];
            return random.Next(8) switch
            {
                0 => await Do($"POST /api/gift-cards/{code}/refund", new { reason = "unwanted" }),
                1 or 2 => Kept(await Do("POST /api/orders", new
                {
                    items = new[] { Line() },
                    tip = random.Next(2) == 0 ? (decimal?)Some(200) : null,
                    payments = new[]
                    {
                        new { method = "gift_card", reference = code, amount = random.Next(2) == 0 ? (decimal?)Some(200) : null },
                        new { method = "gift_card", reference = cards[^1], amount = (decimal?)Some(100) }
                    }[..random.Next(1, 3)],
                })),
                _ => await Do("POST /api/payments", new
                {
                    order_id = order,
                    method = "gift_card",
                    reference = code,
                    amount = random.Next(2) == 0 ? (decimal?)Some(300) : null
                }),
            };
        }

        private Answer Kept(Answer placed)
        {
            if (placed.Status == 201)
                orders.Add(placed.Id);
            return placed;
        }

        private async Task<long> LineOf(long order) =>
            (await client.GetOrder(order)).Items is { Count: > 0 } lines ? lines[random.Next(lines.Count)].Id : 1;

        private async Task<Answer> Edit(long order)
        {
            var now = await client.GetOrder(order);
            var kept = now.Items.Where(_ => random.Next(4) > 0).Select(l => (object)new
            {
                id = l.Id,
                quantity = l.Combo is null && l.Quantity > 0 ? random.Next(1, 4) : l.Quantity,
            });
            return await client.Ask(
                $"PUT /api/orders/{order}",
                new { items = kept.Append(Line()).ToArray() },
                ("If-Match", $"\"v{now.Version}\""));
        }

        /// <summary>All but its lines.</summary>
        private Task<Answer> Head(long order) => client.Ask($"PUT /api/orders/{order}", random.Next(7) switch
        {
            0 => (object)new { type = random.Next(2) == 0 ? "delivery" : "takeaway" },
            1 => new { type = "dine-in", tip = Some(200) },
            2 => new { tip = Some(200) },
            3 => new { service_charge = random.Next(2) == 0 },
            4 => new { discount = new { type = "percentage", value = random.Next(1, 60), reason = "late" } },
            5 => new { customer_id = guest },
            _ => new { scheduled_for = DateTimeOffset.UtcNow.AddMinutes(random.Next(0, 200)), notes = "later" },
        });

        private async Task<Answer> Drawer()
        {
            if (random.Next(2) == 0)
                return await Do("POST /api/drawers/open", new { @float = Some(10_000) });
            var open = (await client.Ask("GET /api/drawers?status=open")).Items.Select(d => d.GetProperty("id").GetInt64()).ToList();
            if (open.Count == 0)
                return await Place();
            var drawer = open[random.Next(open.Count)];
            return random.Next(2) == 0
                ? await Do(
                    $"POST /api/drawers/{drawer}/movements",
                    new { type = random.Next(2) == 0 ? "in" : "out", amount = Some(1000), reason = "x" })
                : await Do($"POST /api/drawers/{drawer}/close", new { counted = Some(10_000) });
        }
    }
}
