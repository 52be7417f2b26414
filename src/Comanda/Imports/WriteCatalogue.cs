using Comanda.Data;
using Comanda.Guests;
using Comanda.Menu;
using Npgsql;

namespace Comanda.Imports;

/// <summary>Where and for which import something is written.</summary>
internal sealed record ImportWork(NpgsqlConnection Connection, long Shop, long Import, DateTimeOffset Now);

/// <summary>Items, groups of options and guests of another system become the shop's.</summary>
internal sealed class WriteCatalogue(ImportWork work, string? country)
{
    /// <summary>Answers the menu item of each product, of the catalogue and of the sales alike.</summary>
    public async Task<Dictionary<string, long>> Items(HeldAgainst held, CancellationToken cancel)
    {
        var rows = (await MenuTable.Read(work.Connection, work.Shop, cancel)).ToDictionary(r => r.Id!.Value);
        var there = await FindRows.ItemsOf(work.Connection, work.Shop, cancel);
        var (items, changes, ofNew) = (new Dictionary<string, long>(StringComparer.Ordinal), new List<MenuRow>(), new List<MadeItem>());
        foreach (var (reference, row) in await FindRows.Known(work.Connection, work.Shop, FindRows.Item, cancel))
            items[reference] = row.Id;
        foreach (var product in held.Products)
        {
            if (product.Id is { } id && product.Standing == Standing.Changed && rows.TryGetValue(id, out var row))
            {
                changes.Add(Fill(row, product.Of, there, isNew: false));
                items[product.Of.Ref] = id;
                await Remember(FindRows.Item, product.Of.Ref, id, product.Print, fresh: false, cancel);
            }
            else if (product.Standing == Standing.New)
            {
                var made = Fill(new(), product.Of, there, isNew: true);
                changes.Add(made);
                ofNew.Add(new(product.Of.Ref, made, product.Print));
            }
        }

        AddSold(held, items, ofNew, changes, there);
        if (changes.Count > 0)
            await WriteMenu.Run(work.Connection, work.Shop, changes, cancel);
        await NameNew(ofNew, items, cancel);
        await ArchiveGone(held, cancel);
        return items;
    }

    private sealed record MadeItem(string Ref, MenuRow Row, string Print);

    /// <summary>What was sold and is in no catalogue: at the price it had last, not to be sold where that was nothing.</summary>
    private static void AddSold(
        HeldAgainst held, Dictionary<string, long> items, List<MadeItem> ofNew, List<MenuRow> changes, KnownItems there)
    {
        var made = ofNew.Select(n => n.Ref).ToHashSet(StringComparer.Ordinal);
        var last = new Dictionary<string, TakenLine>(StringComparer.Ordinal);
        foreach (var sale in held.Sales.Where(s => s.Standing is Standing.New or Standing.Changed))
        {
            foreach (var line in sale.Of.Lines)
            {
                if (!items.ContainsKey(line.Product) && !made.Contains(line.Product))
                    last[line.Product] = line;
            }
        }

        foreach (var (reference, line) in last)
        {
            if (there.Find(line.Sku, line.Category, line.Name) is { } known)
            {
                items[reference] = known;
                continue;
            }

            var sku = line.Sku.Length is > 0 and <= 60 && !there.HasSku(line.Sku) ? line.Sku : "";
            var row = new MenuRow
            {
                Name = line.Name,
                Category = line.Category,
                Price = Money.Max(Money.Zero, line.UnitPrice),
                Sku = sku,
                Unit = line.Unit,
                InStock = line.UnitPrice > Money.Zero,
            };
            // Two products of the other system that share a name are one item here.
            var same = ofNew.Find(n => n.Row.Name == row.Name && n.Row.Category == row.Category && n.Row.Sku == row.Sku);
            if (same is null)
            {
                changes.Add(row);
                if (sku.Length > 0)
                    there.Add(0, sku, row.Category, row.Name);
            }

            ofNew.Add(new(reference, same?.Row ?? row, ""));
        }
    }

    /// <summary>The ids of what was just written, found by what it was written with.</summary>
    private async Task NameNew(List<MadeItem> made, Dictionary<string, long> items, CancellationToken cancel)
    {
        if (made.Count == 0)
            return;
        await using var command = work.Connection.Command(
            """
            select i.id, coalesce(i.sku, ''), c.name, i.name from menu_items i join categories c on c.id = i.category_id
            where i.shop_id = $1 and i.archived_at is null order by i.id desc
            """,
            work.Shop);
        var written = (await command.List(
            r => (Id: r.GetInt64(0), Key: (r.GetString(1), r.GetString(2).ToLowerInvariant(), r.GetString(3))), cancel))
            .ToLookup(w => w.Key, w => w.Id);
        var given = new Dictionary<MenuRow, long>(ReferenceEqualityComparer.Instance);
        var taken = new HashSet<long>();
        foreach (var item in made)
        {
            if (!given.TryGetValue(item.Row, out var id))
            {
                id = written[(item.Row.Sku, item.Row.Category.ToLowerInvariant(), item.Row.Name)].First(i => !taken.Contains(i));
                given[item.Row] = id;
                taken.Add(id);
            }

            items[item.Ref] = id;
            await Remember(FindRows.Item, item.Ref, id, item.Print, fresh: true, cancel);
        }
    }

    private async Task ArchiveGone(HeldAgainst held, CancellationToken cancel)
    {
        var gone = held.Products.Where(p => p.Of.Archived && p.Id is not null).Select(p => p.Id!.Value).ToArray();
        if (gone.Length > 0)
            await work.Connection.Execute(
                "update menu_items set archived_at = $3, version = version + 1 where shop_id = $1 and id = any($2) and archived_at is null",
                cancel, work.Shop, gone, work.Now);
    }

    /// <summary>An open price is none: the item is there, and is not sold until it has one.</summary>
    private static MenuRow Fill(MenuRow row, TakenProduct product, KnownItems there, bool isNew)
    {
        var sku = product.Sku.Length is > 0 and <= 60 && (row.Sku == product.Sku || !there.HasSku(product.Sku)) ? product.Sku : row.Sku;
        if (sku.Length > 0)
            there.Add(row.Id ?? 0, sku, product.Category, product.Name);
        if (product.Row is { } own)
            return own with { Id = row.Id, Sku = sku, IsCombo = row.IsCombo, OnlyByPiece = row.OnlyByPiece };
        return row with
        {
            Name = product.Name,
            Category = product.Category,
            Description = product.Description.Length > 0 ? product.Description : row.Description,
            Price = product.Price ?? row.Price ?? Money.Zero,
            DiscountPrice = product.Offer is { } offer && product.Price is { } price && offer < price ? offer : row.DiscountPrice,
            Sku = sku,
            Barcode = product.Barcode.Length > 0 ? product.Barcode : row.Barcode,
            Unit = row.OnlyByPiece || row.IsCombo ? row.Unit : product.Unit ?? row.Unit,
            TaxRate = row.TaxClass.Length > 0 || row.TaxSplit.Length > 0 ? null : product.TaxRate ?? row.TaxRate,
            InStock = isNew ? product.Available && product.Price is not null : row.InStock,
        };
    }

    /// <summary>Groups of options that come with their prices, given to the items that have them.</summary>
    public async Task Groups(HeldAgainst held, Dictionary<string, long> items, CancellationToken cancel)
    {
        foreach (var group in held.Takeover.Groups)
        {
            if (await work.Connection.Scalar(
                "select id from modifier_groups where shop_id = $1 and lower(name) = lower($2) limit 1", cancel, work.Shop, group.Name)
                is not long id)
            {
                id = (long)(await work.Connection.Scalar(
                    """
                    insert into modifier_groups (shop_id, name, min, max, display_order)
                    values ($1, $2, $3, $4, (select count(*) from modifier_groups where shop_id = $1)) returning id
                    """,
                    cancel, work.Shop, group.Name, group.Min, Math.Max(group.Min, group.Max)))!;
            }

            foreach (var (place, option) in group.Options.Index())
            {
                await work.Connection.Execute(
                    """
                    with known as (
                        update modifier_options set price = $5 where group_id = $2 and lower(name) = lower($4) returning id
                    )
                    insert into modifier_options (shop_id, group_id, key, name, price, display_order, adds_allergens, removes_allergens)
                    select $1, $2, $3, $4, $5, $6, string_to_array($7, '|'), string_to_array($8, '|')
                    where not exists (select 1 from known)
                    on conflict (group_id, key) do update set price = excluded.price
                    """,
                    cancel, work.Shop, id, Key(option.Name), option.Name, option.Price.Minor, place, option.Adds ?? "",
                    option.Removes ?? "");
            }

            var of = held.Products.Where(p => p.Of.Groups.Contains(group.Name, StringComparer.OrdinalIgnoreCase))
                .Select(p => items.GetValueOrDefault(p.Of.Ref)).Where(i => i != 0).ToArray();
            await work.Connection.Execute(
                """
                insert into menu_item_groups (shop_id, menu_item_id, group_id, display_order)
                select $1, i, $2, (select count(*) from menu_item_groups where menu_item_id = i) from unnest($3::bigint[]) as u(i)
                on conflict do nothing
                """,
                cancel, work.Shop, id, of);
        }
    }

    private static string Key(string name)
    {
        var key = string.Join('-', SearchText.Fold(name).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return key.Length is 0 ? "option" : key.Length > 60 ? key[..60] : key;
    }

    /// <summary>Guests; answers who each is here, by every name that a sale may have for them.</summary>
    public async Task<Dictionary<string, long>> Guests(HeldAgainst held, CancellationToken cancel)
    {
        var guests = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (reference, row) in await FindRows.Known(work.Connection, work.Shop, FindRows.Guest, cancel))
            guests[reference] = row.Id;
        foreach (var guest in held.Guests)
        {
            if (guest.Standing != Standing.Same)
                await Write(guest, guests, cancel);
            if (guest.Of.Email is { } email && guests.TryGetValue(guest.Of.Ref, out var id))
                guests.TryAdd(email, id);
        }

        return guests;
    }

    private async Task Write(Held<TakenGuest> guest, Dictionary<string, long> guests, CancellationToken cancel)
    {
        var (name, email, phone) = (guest.Of.Name, guest.Of.Email, Contact.Phone(guest.Of.Phone, country));
        var known = guest.Id ?? await work.Connection.Scalar(
            """
            select id from customers where shop_id = $1 and erased_at is null and merged_into is null
                and (lower(email) = lower($2::text) or phone = $3::text) order by lower(email) = lower($2::text) desc nulls last, id limit 1
            """,
            cancel, work.Shop, email, phone) as long?;
        var words = CustomerWords.Of(work.Shop, name, email, phone);
        if (known is { } id)
        {
            // What is here already stays: only what was missing comes along.
            await work.Connection.Execute(
                """
                update customers c set email = coalesce(email, case when not exists (
                        select 1 from customers x where x.shop_id = $1 and lower(x.email) = lower($3::text)) then $3::text end),
                    phone = coalesce(phone, case when not exists (
                        select 1 from customers x where x.shop_id = $1 and x.phone = $4::text) then $4::text end),
                    search = search || array_to_tsvector($6), updated_at = $5, version = version + 1
                where shop_id = $1 and id = $2 and (email is null and $3::text is not null or phone is null and $4::text is not null)
                """,
                cancel, work.Shop, id, email, phone, work.Now, words);
        }
        else
        {
            id = (long)(await work.Connection.Scalar(
                """
                insert into customers (shop_id, name, email, phone, search, created_at, updated_at)
                values ($1, $2, $3::text, $4::text, array_to_tsvector($5), $6, $6) returning id
                """,
                cancel, work.Shop, name, email, phone, words, work.Now))!;
            if (guest.Of.Points > 0)
            {
                await MovePoints.Run(
                    work.Connection,
                    new(work.Shop, id, [new(PointsKind.Adjusted, guest.Of.Points)], null, work.Now) { Reason = "brought along" },
                    cancel);
            }
        }

        guests[guest.Of.Ref] = id;
        await Remember(FindRows.Guest, guest.Of.Ref, id, guest.Print, fresh: known is null, cancel);
    }

    private Task Remember(string kind, string reference, long id, string print, bool fresh, CancellationToken cancel) =>
        work.Connection.Execute(
            """
            insert into imported_rows (shop_id, kind, external_ref, local_id, fingerprint, brought_by, fresh)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (shop_id, kind, external_ref) do update set fingerprint = excluded.fingerprint
            """,
            cancel, work.Shop, kind, reference, id, print, work.Import, fresh);
}
