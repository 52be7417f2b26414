using System.Globalization;
using Comanda.Audit;
using Comanda.Data;
using Comanda.Menu;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>PUT and DELETE /api/cakes/{id}: how an item of the menu is made to order. What was ordered stays as it was agreed.</summary>
public sealed class EditCakes(NpgsqlDataSource database, ReadCakes read, MenuBoard menus, Moment moment, RequestHead head)
{
    private const int MostDays = 200, MostRules = 100;

    public async Task<Answer<CakeView>> Define(long id, CakeInput input, CancellationToken cancel)
    {
        if ((await menus.Of(moment.Here, cancel)).Find(id) is not { } item)
            return Refusal.NotFound("menu item");
        var known = await read.Find(id, cancel);
        if (known is not null && head.Check(known.Cake.Version, input) is { } stale)
            return stale;
        var errors = new FieldErrors();
        CheckItem(item, errors);
        var cake = Read(item, known?.Cake, input, errors);
        if (errors.Any)
            return errors.ToRefusal();
        await using (var connection = await database.OpenConnectionAsync(cancel))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            if (await Write(connection, cake, known?.Cake.Version ?? 0, cancel) == 0)
                return Refusal.Stale();
            await new AuditEntry(AuditActions.CakeChanged, "menu_item", id, known?.Cake, cake)
                .Write(connection, moment.Here, moment.Now, cancel);
            await transaction.CommitAsync(cancel);
        }

        return await read.One(id, cancel);
    }

    public async Task<Answer> End(long id, CancellationToken cancel)
    {
        if (await read.Find(id, cancel) is not { } known)
            return Refusal.NotFound("cake");
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.Execute(
            "update cakes set ended_at = $3, updated_at = $3, version = version + 1 where shop_id = $1 and menu_item_id = $2",
            cancel,
            moment.Shop.Id,
            id,
            moment.Now);
        await new AuditEntry(AuditActions.CakeChanged, "menu_item", id, Before: known.Cake)
            .Write(connection, moment.Here, moment.Now, cancel);
        await transaction.CommitAsync(cancel);
        return Answer.Done;
    }

    /// <summary>One that was ended begins anew; of two who change one at once the second finds nothing to change.</summary>
    private Task<int> Write(NpgsqlConnection connection, CakeView cake, long version, CancellationToken cancel) => connection.Execute(
        """
        insert into cakes as c (menu_item_id, shop_id, lead_days, order_by, capacity, weekdays, days, servings, options, inscription_max,
            inscription_option, takes_picture, picture_option, deposit_percent, deposit_tax, change_hours, cancel_hours, kept_percent,
            kept_tax_class, updated_at)
        values ($1, $2, $3, $4::time, $5, $6, $7, $8, $9, $10, $11::text, $12, $13::text, $14, $15::text, $16, $17, $18, $19::text, $20)
        on conflict (menu_item_id) do update set lead_days = excluded.lead_days, order_by = excluded.order_by, capacity = excluded.capacity,
            weekdays = excluded.weekdays, days = excluded.days, servings = excluded.servings, options = excluded.options,
            inscription_max = excluded.inscription_max, inscription_option = excluded.inscription_option,
            takes_picture = excluded.takes_picture, picture_option = excluded.picture_option, deposit_percent = excluded.deposit_percent,
            deposit_tax = excluded.deposit_tax, change_hours = excluded.change_hours, cancel_hours = excluded.cancel_hours,
            kept_percent = excluded.kept_percent, kept_tax_class = excluded.kept_tax_class, updated_at = excluded.updated_at,
            ended_at = null, version = c.version + 1
        where c.shop_id = excluded.shop_id and (c.version = $21 or c.ended_at is not null)
        """,
        cancel,
        cake.MenuItemId,
        moment.Shop.Id,
        cake.LeadDays,
        cake.OrderBy is { } by ? TimeOnly.ParseExact(by, "HH:mm", CultureInfo.InvariantCulture) : null,
        cake.Capacity,
        cake.Weekdays,
        Json.Write(cake.Days),
        Json.Write(cake.Servings),
        Json.Write(cake.Options),
        cake.InscriptionMax,
        cake.InscriptionOption,
        cake.TakesPicture,
        cake.PictureOption,
        cake.DepositPercent,
        cake.DepositTax,
        cake.ChangeHours,
        cake.CancelHours,
        cake.KeptPercent,
        cake.KeptTaxClass,
        moment.Now,
        version);

    /// <summary>A deposit bears the taxes of one class of goods, and a cake is one piece.</summary>
    private static void CheckItem(MenuEntry item, FieldErrors errors)
    {
        const string field = "id";
        errors.Check(item.Combo is null, field, "is a combo; a cake to order is one item");
        errors.Check(item.Unit is null, field, "is sold by weight; a cake to order is one piece, its sizes are options");
        errors.Check(!item.IsDeposit, field, "is a deposit");
        errors.Check(item.TaxSplit is not { Count: > 0 }, field, "shares its price among tax classes; what is paid ahead needs one");
    }

    private CakeView Read(MenuEntry item, CakeView? known, CakeInput input, FieldErrors errors)
    {
        string? Said(string? given, string? before) => given is null ? before : given.Trim().Length == 0 ? null : given.Trim();
        var weekdays = input.Weekdays ?? known?.Weekdays ?? [.. OpeningWeek.Days];
        errors.Check(weekdays.Length is >= 1 and <= 7, "weekdays", "must be 1 to 7 days");
        StandingDays.WeekdaysOf(weekdays, "weekdays", errors);
        var orderBy = Said(input.OrderBy, known?.OrderBy);
        errors.Check(
            orderBy is null || TimeOnly.TryParseExact(orderBy, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            "order_by",
            "must be a time such as 14:00; empty: none");
        var keptClass = Said(input.KeptTaxClass, known?.KeptTaxClass);
        errors.Check(keptClass is null || moment.Shop.Taxes.Has(keptClass), "kept_tax_class", "is no class of the shop's taxes");
        var tax = Said(input.DepositTax, known?.DepositTax);
        errors.OneOf("deposit_tax", tax, DepositTax.Received);
        var takesPicture = input.TakesPicture ?? known?.TakesPicture ?? false;
        var pictureOption = Key(item, Said(input.PictureOption, known?.PictureOption), "picture_option", errors);
        errors.Check(pictureOption is null || takesPicture, "picture_option", "goes with takes_picture: true");
        var most = errors.Between("inscription_max", input.InscriptionMax, 0, 200) ?? known?.InscriptionMax ?? 0;
        var inscription = Key(item, Said(input.InscriptionOption, known?.InscriptionOption), "inscription_option", errors);
        errors.Check(inscription is null || most > 0, "inscription_option", "goes with inscription_max above 0");
        var servings = Servings(item, input.Servings ?? known?.Servings ?? [], errors);
        return new(
            item.Id,
            item.Name,
            item.PriceNow.In(moment.Currency),
            item.ImageUrl,
            errors.Between("lead_days", input.LeadDays, 0, 60) ?? known?.LeadDays ?? 2,
            orderBy,
            errors.Between("capacity", input.Capacity, 0, 1000) ?? known?.Capacity ?? 5,
            [.. weekdays.Distinct(StringComparer.Ordinal)],
            Days(input.Days ?? known?.Days ?? [], errors),
            servings,
            Options(item, input.Options ?? known?.Options ?? [], errors),
            most,
            inscription,
            takesPicture,
            pictureOption,
            errors.Between("deposit_percent", input.DepositPercent, 0, 100) ?? known?.DepositPercent ?? 30,
            tax,
            tax ?? "",
            errors.Between("change_hours", input.ChangeHours, 0, 1440) ?? known?.ChangeHours ?? 48,
            errors.Between("cancel_hours", input.CancelHours, 0, 1440) ?? known?.CancelHours ?? 48,
            errors.Between("kept_percent", input.KeptPercent, 0, 100) ?? known?.KeptPercent ?? 50,
            keptClass,
            0);
    }

    private static IReadOnlyList<CakeDay> Days(IReadOnlyList<CakeDay> given, FieldErrors errors)
    {
        errors.Check(given.Count <= MostDays, "days", $"must be at most {MostDays}");
        foreach (var (i, day) in given.Take(MostDays).Index())
        {
            errors.Check(day?.Day is { Year: >= 2000 and <= 2200 }, $"days[{i}].day", "is required: a day such as 2026-12-24");
            errors.Check(day?.Capacity is >= 0 and <= 1000, $"days[{i}].capacity", "is required: between 0 and 1000");
            errors.Check(given.Take(i).All(d => d?.Day != day?.Day), $"days[{i}].day", "stands there twice");
        }

        return given;
    }

    private static List<CakeServing> Servings(MenuEntry item, IReadOnlyList<CakeServing> given, FieldErrors errors)
    {
        errors.Check(given.Count <= MostRules, "servings", $"must be at most {MostRules}");
        var read = new List<CakeServing>();
        foreach (var (i, size) in given.Take(MostRules).Index())
        {
            errors.Check(size?.Servings is >= 1 and <= 1000, $"servings[{i}].servings", "is required: between 1 and 1000");
            errors.Check(read.TrueForAll(s => s.Servings != size?.Servings), $"servings[{i}].servings", "stands there twice");
            errors.Check(!string.IsNullOrWhiteSpace(size?.Option), $"servings[{i}].option", "is required: the key of an option");
            read.Add(new(size?.Servings, Key(item, size?.Option, $"servings[{i}].option", errors) ?? ""));
        }

        return read;
    }

    private static List<CakeOption> Options(MenuEntry item, IReadOnlyList<CakeOption> given, FieldErrors errors)
    {
        errors.Check(given.Count <= MostRules, "options", $"must be at most {MostRules}");
        var read = new List<CakeOption>();
        foreach (var (i, rule) in given.Take(MostRules).Index())
        {
            var at = $"options[{i}]";
            errors.Check(!string.IsNullOrWhiteSpace(rule?.Option), at + ".option", "is required: the key of an option");
            var option = Key(item, rule?.Option, at + ".option", errors) ?? "";
            errors.Check(read.TrueForAll(r => r.Option != option), at + ".option", "stands there twice");
            var (needs, not) = (Keys(rule?.Requires, at + ".requires"), Keys(rule?.Excludes, at + ".excludes"));
            errors.Check(!needs.Contains(option), at + ".requires", "must name other options");
            errors.Check(!not.Contains(option), at + ".excludes", "must name other options");
            errors.Check(needs.Length == 0 || needs.Except(not).Any(), at + ".excludes", "leaves none of those that it requires");
            read.Add(new(option, needs, not, errors.Between(at + ".lead_days", rule?.LeadDays, 0, 60)));
        }

        return read;

        string[] Keys(string[]? keys, string field)
        {
            errors.Check(keys is null or { Length: <= MostRules }, field, $"must be at most {MostRules}");
            return [.. (keys ?? []).Take(MostRules).Index().Select(k => Key(item, k.Item ?? "", $"{field}[{k.Index}]", errors) ?? "")];
        }
    }

    /// <summary>The key of an option as orders freeze it.</summary>
    private static string? Key(MenuEntry item, string? given, string field, FieldErrors errors) =>
        given is null ? null : ChosenOption.Find(item, given, field, errors)?.Key;
}
