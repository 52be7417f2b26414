namespace Comanda.Bench.Attack;

/// <summary>What all people of one walk know of: the orders, cards and guests that there are.</summary>
internal sealed class WalkWorld(List<long> menu, List<long> ingredients, List<long> guests)
{
    private readonly Lock gate = new();
    private readonly List<long> orders = [];
    private readonly List<string> cards = [];

    public List<long> Menu => menu;

    public List<long> Ingredients => ingredients;

    public List<long> Guests => guests;

    public void Add(long order)
    {
        lock (gate)
            orders.Add(order);
    }

    public void Add(string card)
    {
        lock (gate)
            cards.Add(card);
    }

    /// <summary>One of the last orders, rather than one of hours ago; 0 where there is none.</summary>
    public long Order(Random random)
    {
        lock (gate)
            return orders.Count == 0 ? 0 : orders[Math.Max(0, orders.Count - 1 - random.Next(Math.Min(orders.Count, 25)))];
    }

    public string? Card(Random random)
    {
        lock (gate)
            return cards.Count == 0 ? null : cards[random.Next(cards.Count)];
    }
}
