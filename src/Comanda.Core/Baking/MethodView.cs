using System.Text.Json.Serialization;

namespace Comanda.Baking;

/// <summary>
/// A step as it is given. <see cref="Load"/>: so much of it goes in at once, in pieces or the dough's unit; it goes with a station.
/// </summary>
public sealed record StepInput(
    [property: Words<StepKind>] string? Kind,
    int? Minutes,
    [property: AtMost(60)] string? Name = null,
    long? StationId = null,
    decimal? Load = null,
    [property: AtMost(100)] string? Temperature = null,
    [property: AtMost(500), Text(TextKind.Lines)] string? Note = null);

/// <summary>
/// How something is made, step by step; no steps, and it is in no plan. <see cref="OnShelfAt"/>: by the shop's clock, of a product; when
/// the shop opens where it is not said.
/// </summary>
public sealed record MethodInput(IReadOnlyList<StepInput>? Steps, [property: AtMost(10)] string? OnShelfAt = null) : IMadeAgainst
{
    /// <summary>The version that the change was made against, as an alternative to If-Match.</summary>
    public long? Version { get; init; }
}

/// <summary>A step. <see cref="Station"/> is its station's name.</summary>
public sealed record StepView(
    [property: Words<StepKind>] string Kind,
    string? Name,
    int Minutes,
    long? StationId,
    string? Station,
    decimal? Load,
    string? Temperature,
    string? Note);

/// <summary>How a product of the menu, or a stock item that is made ahead, is made. It is version 0 until somebody says it.</summary>
public sealed record MethodView(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? MenuItemId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? InventoryId,
    string Name,
    string Unit,
    string? OnShelfAt,
    IReadOnlyList<StepView> Steps,
    long Version) : IVersioned;
