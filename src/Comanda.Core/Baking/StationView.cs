namespace Comanda.Baking;

/// <summary>
/// A station of the bakery: <see cref="Units"/> of it may be used at once. It may be used from <see cref="Opens"/> to
/// <see cref="Closes"/> by the shop's clock, over midnight too; always where neither is said.
/// </summary>
public sealed record StationView(long Id, string Name, int Units, string? Opens, string? Closes);

/// <summary>One of the stations as they are to be. With its id one that is there keeps its steps, whatever it is called now.</summary>
public sealed record StationInput(
    long? Id,
    [property: AtMost(60)] string? Name,
    int? Units = null,
    [property: AtMost(10)] string? Opens = null,
    [property: AtMost(10)] string? Closes = null);
