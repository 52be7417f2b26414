using System.Text.Json;

namespace Comanda.Events;

/// <summary>An event as devices hear it. <see cref="Data"/> depends on <see cref="Event"/>; <see cref="Actor"/> is who did it.</summary>
public sealed record EventView(long Seq, string Event, long ShopId, DateTimeOffset At, JsonElement Actor, JsonElement Data);

/// <summary>A page of the log. <see cref="NextCursor"/> is the <c>after</c> of the next page, null at the end.</summary>
public sealed record EventPage(IReadOnlyList<EventView> Items, string? NextCursor, long LastSeq);
