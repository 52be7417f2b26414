using Comanda.Baking;
using Comanda.Screens.Words;

namespace Comanda.Screens.Kitchen;

/// <summary>What a plan says, in the person's language.</summary>
public static class BakeWords
{
    public static string Step(Speech say, string kind, string? name) => name ?? say["baking." + kind];

    public static string Weekday(Speech say, DateOnly day) => say["day." + day.DayOfWeek switch
    {
        DayOfWeek.Monday => "monday",
        DayOfWeek.Tuesday => "tuesday",
        DayOfWeek.Wednesday => "wednesday",
        DayOfWeek.Thursday => "thursday",
        DayOfWeek.Friday => "friday",
        DayOfWeek.Saturday => "saturday",
        _ => "sunday",
    }];

    public static string Quantity(Speech say, decimal quantity, string unit) =>
        $"{say.Quantity(quantity)} {(unit == "piece" ? say["baking.pieces"] : unit)}";

    /// <summary>Why it is late; empty where it is not.</summary>
    public static string Why(Speech say, string? reason, string? of) => reason switch
    {
        null => "",
        "step_before" => say.With("baking.step_before", of is null ? "" : say["baking." + of]),
        "dough" => say.With("baking.dough", of ?? ""),
        "station" => say.With("baking.stationfull", of ?? ""),
        _ => say["baking." + reason],
    };

    /// <summary>Where it is made: the oven, or which of them where there are several.</summary>
    public static string Station(Speech say, BakeTaskView task, BakePlanView plan) => task.Station is not { } station
        ? say["baking.byitself"]
        : plan.Stations.FirstOrDefault(s => s.Id == task.StationId) is { Units: > 1 } ? $"{station} {task.StationUnit}" : station;
}
