using Comanda.Kernel;

namespace Comanda.Stock;

/// <summary>Where stock lies: the bar, the cellar.</summary>
public sealed record LocationInput([property: AtMost(100)] string? Name);

public sealed record LocationView(long Id, string Name, long Version) : IVersioned;
