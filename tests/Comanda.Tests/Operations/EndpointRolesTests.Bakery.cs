namespace Comanda.Tests.Operations;

/// <summary>Who may what of a bakery's: standing orders, cups and crates, markdowns, waits, baking.</summary>
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
        cakes                    -
        cake                     -
        cake_days                -
        define_cake              oam
        end_cake                 oam
        quote_cake               oamcbg
        cake_orders              oamcbtg
        cake_order               oamcbtg
        order_cake               oamcbg
        change_cake_order        oamcbg
        take_cake_deposit        oamc
        move_cake                oamcb
        collect_cake             oamc
        cancel_cake              oamcbg
        upload_cake_picture      oamcbg
        cakes_report             oam
        markdowns_report         oam
        waits_report             oam
        bake_stations            oamcbt
        change_bake_stations     oam
        bake_methods             oamcbt
        menu_item_steps          oamcbt
        change_menu_item_steps   oam
        stock_item_steps         oamcbt
        change_stock_item_steps  oam
        bake_plan                oamcbt
        keep_bake_plan           oam
        start_bake_task          oamcb
        finish_bake_task         oamcb
        take_back_bake_task      oamcb
        baking_report            oam
        """;
}
