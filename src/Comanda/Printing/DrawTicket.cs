using System.Globalization;
using Comanda.Orders;

namespace Comanda.Printing;

/// <summary>A kitchen ticket on paper: what is to be made, of which order, which ticket, of which revision, from when.</summary>
internal static class DrawTicket
{
    /// <summary>The ticket.</summary>
    /// <param name="ticket">What the station hears.</param>
    /// <param name="number">The ticket's number: the place of its event in the log.</param>
    /// <param name="revision">The order's version that it tells of.</param>
    /// <param name="ordered">When the order was placed, by the shop's clock.</param>
    public static Paper Of(KitchenTicket ticket, long number, long revision, DateTimeOffset ordered)
    {
        var rows = new List<PaperRow> { PaperRow.Title(ticket.Station.ToUpperInvariant()) };
        if (Heading(ticket.Kind) is { } heading)
            rows.Add(PaperRow.Title(heading));
        rows.Add(new("Order", ticket.OrderNumber, Bold: true, Big: true));
        rows.Add(new("Ticket", $"{Text(number)} rev. {Text(revision)}"));
        rows.Add(new("Ordered", ordered.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)));
        rows.Add(new("For", ticket.Type.Replace('_', ' ') + (ticket.Table is { } table ? $", table {table}" : ""), Bold: true));
        if (ticket.CustomerName is { } guest)
            rows.Add(new("Guest", guest));
        if (ticket.ScheduledFor is { } wanted)
            rows.Add(new("Wanted", wanted.ToOffset(ordered.Offset).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), Bold: true));
        rows.Add(PaperRow.Line);
        foreach (var item in ticket.Items)
            rows.AddRange(Rows(item, ticket.Kind));
        if (ticket.Notes is { } notes)
        {
            rows.Add(PaperRow.Line);
            rows.AddRange(notes.Split('\n').Select(n => new PaperRow(n, Bold: true)));
        }

        return new(rows);
    }

    private static IEnumerable<PaperRow> Rows(KitchenItem item, string kind)
    {
        var sign = kind != "new" && kind != "move" && item.Quantity > 0 ? "+" : "";
        var quantity = sign + item.Quantity.ToString("0.###", CultureInfo.InvariantCulture);
        yield return new(item.Unit is { } unit ? $"{quantity} {unit} {item.Name}" : $"{quantity} x {item.Name}", Bold: true, Big: true);
        if (item.Combo is { } combo)
            yield return new($"  of {combo}");
        foreach (var option in item.Modifiers)
            yield return new($"  + {(option.Quantity > 1 ? option.Quantity + " x " : "")}{option.Name}", Bold: true);
        foreach (var wish in (item.SpecialInstructions ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
            yield return new("  " + wish, Bold: true);
        if (item.AllergenWarnings is { Count: > 0 } warnings)
            yield return new("  !! ALLERGY: " + string.Join(", ", warnings), Bold: true);
    }

    private static string? Heading(string kind) => kind switch
    {
        "change" => "CHANGE",
        "cancel" => "CANCELLED",
        "move" => "MOVED",
        _ => null,
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
