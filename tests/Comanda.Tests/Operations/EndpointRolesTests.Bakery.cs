namespace Comanda.Tests.Operations;

/// <summary>Who may what of a bakery's: standing orders, cups and crates, markdowns, waits.</summary>
public sealed partial class EndpointRolesTests
{
    private const string BakeryTable =
        """
        returnables              oam
        returnable_guests        oam
        standing_orders          oamcbt
        standing_orders_of_day   oamcbt
        standing_order           oamcbt
        add_standing_order       oamc
        change_standing_order    oamc
        end_standing_order       oamc
        markdowns_report         oam
        waits_report             oam
        """;
}
