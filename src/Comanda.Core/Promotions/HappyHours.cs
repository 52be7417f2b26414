namespace Comanda.Promotions;

/// <summary>
/// Hours of the shop's clock, on some days of the week. One that ends before it begins goes on over midnight, and what is after midnight
/// belongs to the day on which it began.
/// </summary>
public sealed record HappyHours(IReadOnlySet<DayOfWeek> Days, TimeOnly From, TimeOnly Until)
{
    /// <summary>Whether they are on when the shop's clock shows this.</summary>
    public bool AreOn(DateTime shown)
    {
        var time = TimeOnly.FromDateTime(shown);
        if (From < Until)
            return IsOn(shown.DayOfWeek) && time >= From && time < Until;
        return (time >= From && IsOn(shown.DayOfWeek)) || (time < Until && IsOn(shown.AddDays(-1).DayOfWeek));
    }

    private bool IsOn(DayOfWeek day) => Days.Count == 0 || Days.Contains(day);
}
