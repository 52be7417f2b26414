using Comanda.Audit;
using Comanda.Data;
using Comanda.Demo;
using Comanda.Identity;
using Comanda.Menu;
using Comanda.Shops;
using Comanda.Stock;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.Operations;

/// <summary>A shop to open with its owner, checked: by the command line, or by the set-up in the browser.</summary>
internal sealed record FirstShop
{
    /// <summary>Which menu is meant by that word.</summary>
    public const string Starter = "starter";

    /// <summary>The currency of the starter menu's prices.</summary>
    public const string StarterCurrency = "EUR";

    public required string Name { get; init; }

    public string Address { get; init; } = "";

    public required NewPerson Owner { get; init; }

    /// <summary>Checked and as they are stored.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>Its country's; null where none is named.</summary>
    public CountryTaxes? Taxes { get; init; }

    /// <summary>It begins with the starter menu.</summary>
    public bool HasStarter { get; init; }

    /// <summary>Or with a menu of its own.</summary>
    public IReadOnlyList<MenuRow>? Menu { get; init; }

    /// <summary>Who opened it, for the audit log.</summary>
    public required string By { get; init; }

    /// <summary>Writes it in the caller's transaction; answers the shop's id and the owner's.</summary>
    public async Task<(long Shop, long Owner)> Write(NpgsqlConnection connection, DateTimeOffset now, Here here, CancellationToken cancel)
    {
        var shop = await OpenShop.Write(connection, Name, Address, Settings, cancel);
        var owner = await People.Add(connection, shop, Owner, cancel);
        await new AuditEntry(AuditActions.ShopOpened, "shop", shop, After: new { name = Name, owner, by = By })
            .Write(connection, here.Stranger(shop), now, cancel);
        if (Taxes is not null)
            await BeginInCountry.Write(connection, shop, Taxes, now, cancel);
        if (HasStarter)
        {
            await MenuPlan.Write(connection, shop, StarterMenu.Sections, cancel);
            await OpenPantry.Write(connection, DemoPantry.Starter, DemoCafe.Begun(shop, Settings["time_zone"]), cancel);
        }

        if (Menu is not null)
            await WriteMenu.Run(connection, shop, Menu, cancel);
        return (shop, owner);
    }
}
