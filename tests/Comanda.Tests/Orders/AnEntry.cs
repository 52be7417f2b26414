using Comanda.Kernel;
using Comanda.Menu;
using Comanda.Taxes;

namespace Comanda.Tests.Orders;

/// <summary>An item of a menu for tests that price: in stock, without options, one minute's work.</summary>
internal static class AnEntry
{
    public static MenuEntry Of(long id, long price, decimal taxPercent) => new()
    {
        Id = id,
        CategoryId = 1,
        Category = "All",
        Name = $"Item {id}",
        Price = new Money(price),
        TaxRate = TaxRate.OfPercent(taxPercent),
        PreparationTime = 1,
        InStock = true,
        Version = 1,
    };
}
