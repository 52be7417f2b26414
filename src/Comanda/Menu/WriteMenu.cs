using Comanda.Data;
using Npgsql;

namespace Comanda.Menu;

/// <summary>Writes many items at once: their categories, then new ones and changed ones, a statement each.</summary>
public static class WriteMenu
{
    private const string Given =
        """
        unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::text[], $9::bigint[], $10::text[],
            $11::bool[], $12::bool[], $13::text[], $14::text[], $15::int[],
            $16::bool[], $17::bool[], $18::time[], $19::time[], $20::text[], $21::text[], $22::text[], $23::text[],
            $24::bool[], $25::text[]) with ordinality
            as g(id, sku, name, category, price, discount_price, description, tax_rate, barcode, is_vegetarian, is_vegan, allergens,
            ingredients, preparation_time, in_stock, is_featured, available_from, available_until, image_url, unit,
            tax_class, tax_split, is_deposit, deposit, place)
        """;

    public static async Task Run(NpgsqlConnection connection, long shopId, IReadOnlyList<MenuRow> rows, CancellationToken cancel)
    {
        await connection.Execute(
            """
            insert into categories (shop_id, name, display_order)
            select $1, n.name, (select count(*) from categories where shop_id = $1) + n.place
            from (select min(name) as name, min(place) as place from unnest($2::text[]) with ordinality as u(name,
                place) group by lower(name)) n order by n.place
            on conflict (shop_id, lower(name)) do nothing
            """,
            cancel, shopId, rows.Select(r => r.Category).Distinct(StringComparer.Ordinal).ToArray());
        var values = Values(shopId, rows);
        // Those that change first: a sku may go from one item to a new one.
        await connection.Execute(
            $"""
            update menu_items m set sku = nullif(g.sku, ''), name = g.name, category_id = c.id, price = g.price,
                discount_price = g.discount_price, description = g.description,
                tax_rate = g.tax_rate, barcode = nullif(g.barcode, ''), is_vegetarian = g.is_vegetarian, is_vegan = g.is_vegan,
                    allergens = string_to_array(g.allergens, '|'),
                ingredients = g.ingredients, preparation_time = g.preparation_time, in_stock = g.in_stock, is_featured = g.is_featured,
                    available_from = g.available_from,
                available_until = g.available_until, image_url = nullif(g.image_url, ''), unit = g.unit,
                tax_class = nullif(g.tax_class, ''), tax_split = g.tax_split, is_deposit = g.is_deposit, version = m.version + 1
            from {Given} join categories c on c.shop_id = $1 and lower(c.name) = lower(g.category)
            where m.id = g.id and m.shop_id = $1
            """,
            cancel, values);
        await connection.Execute(
            $"""
            insert into menu_items (shop_id, category_id, sku, name, price, discount_price, description, tax_rate, barcode, is_vegetarian,
                is_vegan, allergens, ingredients,
                preparation_time, in_stock, is_featured, available_from, available_until, image_url, unit, tax_class, tax_split, is_deposit,
                display_order)
            select $1, c.id, nullif(g.sku, ''), g.name, g.price, g.discount_price, g.description, g.tax_rate, nullif(g.barcode, ''),
                g.is_vegetarian, g.is_vegan,
                string_to_array(g.allergens, '|'), g.ingredients, g.preparation_time, g.in_stock, g.is_featured, g.available_from,
                    g.available_until, nullif(g.image_url, ''), g.unit, nullif(g.tax_class, ''), g.tax_split, g.is_deposit,
                (select count(*) from menu_items where shop_id = $1) + g.place
            from {Given} join categories c on c.shop_id = $1 and lower(c.name) = lower(g.category)
            where g.id is null order by g.place
            """,
            cancel, values);
        // All deposits are there now, those of the file too. New items are found by what they were written with.
        await connection.Execute($"{WithDeposits} where m.id = g.id and m.deposit_item_id is distinct from d.id", cancel, values);
        if (rows.Any(r => r.Id is null && r.Deposit.Length > 0))
        {
            await connection.Execute(
                $"""
                {WithDeposits} join categories c on c.shop_id = $1 and lower(c.name) = lower(g.category)
                where g.id is null and g.deposit <> '' and m.shop_id = $1 and m.category_id = c.id and m.name = g.name
                    and coalesce(m.sku, '') = g.sku and m.archived_at is null
                """,
                cancel, values);
        }
    }

    private const string WithDeposits =
        $"""
        update menu_items m set deposit_item_id = d.id
        from {Given} left join (
            select lower(name) as name, min(id) as id from menu_items where shop_id = $1 and is_deposit and archived_at is null group by 1
        ) d on d.name = lower(g.deposit)
        """;

    private static object?[] Values(long shopId, IReadOnlyList<MenuRow> rows)
    {
        T[] Each<T>(Func<MenuRow, T> value) => [.. rows.Select(value)];
        return
        [
            shopId,
            Each(r => r.Id),
            Each(r => r.Sku),
            Each(r => r.Name),
            Each(r => r.Category),
            Each(r => r.Price!.Value.Minor),
            Each(r => r.DiscountPrice?.Minor),
            Each(r => r.Description),
            Each(r => r.TaxRate?.TenThousandths),
            Each(r => r.Barcode),
            Each(r => r.IsVegetarian),
            Each(r => r.IsVegan),
            Each(r => r.Allergens),
            Each(r => r.Ingredients),
            Each(r => r.PreparationTime),
            Each(r => r.InStock),
            Each(r => r.IsFeatured),
            Each(r => r.AvailableFrom),
            Each(r => r.AvailableUntil),
            Each(r => r.ImageUrl),
            Each(r => r.Unit?.ToWire()),
            Each(r => r.TaxClass),
            Each(r => TaxSplit.Keep(TaxSplit.ReadText(r.TaxSplit) ?? [])),
            Each(r => r.IsDeposit),
            Each(r => r.Deposit),
            ];
    }
}
