namespace Comanda.Stock;

/// <summary>What a guest is told. Plain: what, from when, and what to do.</summary>
internal static class RecallLetter
{
    public static string Write(string shop, string guest, string what, (DateOnly From, DateOnly To) days) =>
        $"""
        Dear {guest},

        an ingredient of what you bought at {shop} {When(days)} has been recalled: {what}.
        Please do not eat it. Bring it back or throw it away; we give you your money back either way.
        We are sorry.

        {shop}
        """;

    private static string When((DateOnly From, DateOnly To) days) =>
        days.From == days.To ? $"on {days.From:yyyy-MM-dd}" : $"between {days.From:yyyy-MM-dd} and {days.To:yyyy-MM-dd}";
}
