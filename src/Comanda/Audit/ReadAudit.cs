using System.Globalization;
using System.Text;
using System.Text.Json;
using Comanda.Data;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Comanda.Audit;

/// <summary>The filters of GET /api/audit.</summary>
public sealed record AuditFilter
{
    /// <summary>An account's id, or part of a name.</summary>
    [FromQuery(Name = "actor")]
    public string? Actor { get; init; }

    /// <summary>An action's name, such as <c>login_failed</c>.</summary>
    [FromQuery(Name = "action")]
    [Words(typeof(AuditActions))]
    public string? Action { get; init; }

    /// <summary>What it was done to, such as <c>order</c>; with subject_id, one of them.</summary>
    [FromQuery(Name = "subject")]
    public string? Subject { get; init; }

    [FromQuery(Name = "subject_id")]
    public string? SubjectId { get; init; }

    /// <summary>An instant, or a business day of the shop, from its start.</summary>
    [FromQuery(Name = "from")]
    public string? From { get; init; }

    /// <summary>An instant (not included), or a business day, to its end.</summary>
    [FromQuery(Name = "to")]
    public string? To { get; init; }

    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }
}

/// <summary>GET /api/audit: the shop's audit log, newest first.</summary>
public static class ReadAudit
{
    private static readonly IReadOnlyList<string> Actions = new WordsAttribute(typeof(AuditActions)).Words;

    public static void MapAudit(this IEndpointRouteBuilder app) => app.Chapter("Auth").Get("/api/audit", List)
        .Called("audit", "Who did what to which, when and from which device; newest first. Nothing in it can be changed.")
        .Needs(Permission.ReadAudit)
        .Refuses(400);

    private static async Task<Answer<PageOf<AuditRow>>> List(
        [AsParameters] AuditFilter filter, NpgsqlDataSource database, IBusinessDays businessDays, Here here, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(filter.Limit, filter.Cursor, errors);
        var days = await businessDays.Of(here.ShopId, cancel);
        var from = At(filter.From, end: false, days, "from", errors);
        var to = At(filter.To, end: true, days, "to", errors);
        errors.Check(
            string.IsNullOrEmpty(filter.Action) || Actions.Contains(filter.Action),
            "action",
            $"'{filter.Action?[..Math.Min(filter.Action.Length, 40)]}' is no action; it must be one of {string.Join(", ", Actions)}");
        errors.Check(
            string.IsNullOrEmpty(filter.SubjectId) || !string.IsNullOrEmpty(filter.Subject), "subject", "is required with subject_id");
        if (errors.Any)
            return errors.ToRefusal();

        // Only the filters that are there: with all of them in one statement, a plan that is kept could use no index but the first.
        var (where, values) = (new StringBuilder("shop_id = $1 and id < $2"), new List<object?> { here.ShopId, page.Before });
        if (long.TryParse(filter.Actor, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            Also("actor_id = ", id);
        else if (!string.IsNullOrWhiteSpace(filter.Actor))
            Also("position(lower(", filter.Actor.Trim(), ") in lower(actor_name)) > 0");
        if (!string.IsNullOrEmpty(filter.Action))
            Also("action = ", filter.Action);
        if (!string.IsNullOrEmpty(filter.Subject))
            Also("subject = ", filter.Subject);
        if (!string.IsNullOrEmpty(filter.SubjectId))
            Also("subject_id = ", filter.SubjectId);
        if (from is not null)
            Also("at >= ", from);
        if (to is not null)
            Also("at < ", to);
        values.Add(page.ToRead);
        await using var command = database.Command(
            "select id, at, action, actor_id, actor_name, actor_role, device_id, address, subject, subject_id, before, after from audit "
                + $"where {where} order by id desc limit ${values.Count}",
            [.. values]);
        return page.Of(await command.List(Row, cancel), r => r.Id);

        void Also(string condition, object value, string rest = "")
        {
            values.Add(value);
            where.Append($" and {condition}${values.Count}{rest}");
        }
    }

    /// <summary>A date is a business day of the shop, from its start or to its end; an instant is RFC 3339 with its offset.</summary>
    private static DateTimeOffset? At(string? text, bool end, BusinessDay days, string field, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date.Year is > 1 and < 9999)
            return end ? days.EndOf(date) : days.StartOf(date);
        foreach (var format in (string[])["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"])
        {
            if ((text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > 10) && DateTimeOffset.TryParseExact(
                text,
                format,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var instant))
                return instant.ToUniversalTime();
        }

        errors.Add(field, "must be a business day (2026-01-31) or an instant (2026-01-31T08:30:00Z)");
        return null;
    }

    private static AuditRow Row(NpgsqlDataReader r) => new(
        r.GetInt64(0),
        r.GetFieldValue<DateTimeOffset>(1),
        r.GetString(2),
        r.ValueOrNull<long>(3) is { } actor ? new(actor, r.GetString(4), r.GetString(5)) : null,
        r.ValueOrNull<long>(6),
        r.TextOrNull(7),
        r.GetString(8),
        r.TextOrNull(9),
        Parsed(r.TextOrNull(10)),
        Parsed(r.TextOrNull(11)));

    private static JsonElement? Parsed(string? json) => json is null ? null : JsonElement.Parse(json);
}
