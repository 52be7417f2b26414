namespace Comanda.Registers;

/// <summary>
/// The <see cref="Float"/> that lies in the drawer. Which drawer: of the till that asks, of <see cref="RegisterId"/>, else of the counter.
/// </summary>
public sealed record OpenDrawerRequest(decimal? Float, long? RegisterId);

/// <summary>Cash that is no sale. <see cref="Type"/> is in or out.</summary>
public sealed record MovementRequest([property: Words("in", "out")] string? Type, decimal? Amount, [property: AtMost(500)] string? Reason);

/// <summary>What was counted in the drawer.</summary>
public sealed record CloseDrawerRequest(decimal? Counted, [property: AtMost(500), Text(TextKind.Lines)] string? Note);
