using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Operations;

/// <summary>Who may what.</summary>
public sealed partial class EndpointRolesTests
{
    /// <summary>
    /// Endpoint, and its roles: o owner, a admin, m manager, c cashier, b barista, t trainee, g guest (customer); - is everyone, signed in
    /// or not.
    /// </summary>
    private const string Table =
        """
        front_page               -
        till_screen              -
        kitchen_screen           -
        display_screen           -
        screen_runtime           -
        screen_file              -
        health                   -
        ready                    -
        login                    -
        pin_login                -
        refresh                  -
        logout                   -
        register                 -
        send_otp                 -
        verify_otp               -
        reset_password           -
        ask_password_reset       -
        confirm_password_reset   -
        reset_password_page      -
        reset_password_form      -
        menu                     -
        menu_items               -
        menu_item                -
        search_menu              -
        featured_items           -
        popular_items            -
        image                    -
        drawn_picture            -
        receipt_proof            -
        categories               -
        category_items           -
        me                       oamcbtg
        change_me                oamcbtg
        my_sessions              oamcbtg
        end_session              oamcbtg
        socket_io                -
        socket_io_send           -
        webhooks                 oa
        webhook                  oa
        add_webhook              oa
        rotate_webhook           oa
        replay_webhook           oa
        remove_webhook           oa
        shops                    oamcbtg
        shop                     oamcbtg
        open_shop                o
        change_shop              o
        shop_settings            oam
        change_shop_settings     oa
        config                   oam
        change_config            oa
        taxes                    oam
        change_taxes             oa
        users                    oam
        user                     oam
        add_user                 oam
        change_user              oam
        deactivate_user          oam
        sign_user_out            oam
        roles                    oam
        change_role              oa
        devices                  oam
        enrol_device             oa
        revoke_device            oa
        audit                    oa
        outbox                   oa
        add_menu_item            oam
        add_menu_item_short      oam
        change_menu_item         oam
        archive_menu_item        oam
        import_menu              oam
        upload_image             oam
        export_menu              oam
        set_menu_item_stock      oamb
        add_category             oam
        change_category          oam
        remove_category          oam
        reviews                  -
        add_review               oamg
        change_review            oamg
        remove_review            oamg
        like_review              oamg
        unlike_review            oamg
        moderate_review          oam
        customers                oamc
        add_customer             oamc
        customer                 oamc
        change_customer          oamc
        erase_customer           oam
        customer_orders          oamc
        customer_points          oamc
        adjust_points            oam
        merge_customers          oam
        tax_exemptions           oamc
        add_tax_exemption        oam
        remove_tax_exemption     oam
        customer_allergens       oamc
        change_customer_allergens oamc
        own_allergens            oamcbtg
        change_own_allergens     oamcbtg
        own_customer             oamcbtg
        own_points               oamcbtg
        my_addresses             oamcbtg
        my_address               oamcbtg
        add_address              oamcbtg
        change_address           oamcbtg
        remove_address           oamcbtg
        add_push_token           oamcbtg
        favorites                oamcbtg
        add_favorite             oamcbtg
        remove_favorite          oamcbtg
        usual_order              oamcbtg
        order_again              oamcbtg
        export_own_data          oamcbtg
        erase_own_data           oamcbg
        send_by_partner          oamcb
        slots                    -
        delivery_areas           -
        delivery_area            -
        add_delivery_area        oam
        change_delivery_area     oam
        remove_delivery_area     oam
        place_order              oamcbtg
        preview_order            oamcbtg
        orders                   oamcbtg
        order                    oamcbtg
        edit_order               oamcbt
        change_order_status      oamcb
        delete_order             oamcbg
        cancel_order             oamcbg
        refund_order             oamc
        split_order              oamcbt
        merge_orders             oamcbt
        add_round                oamcbt
        hold_order               oamcbt
        resume_order             oamcbt
        recall_order             oamcb
        kitchen_tickets          oamcbt
        sync_orders              oamc
        set_aside_sales          oam
        place_set_aside_sale     oam
        discard_set_aside_sale   oam
        prepare_line             oamcb
        transfer_order           oamcbt
        email_receipt            oamcbt
        track_order              oamcbtg
        update_delivery          oamcb
        receipt                  oamcbtg
        take_payment             oamc
        create_intent            oamcg
        confirm_intent           oamcg
        payment_webhook          -
        gift_cards               oamc
        gift_card                oamc
        sell_gift_card           oamc
        refund_gift_card         oamc
        drawers                  oamc
        drawer                   oamc
        open_drawer              oamc
        move_cash                oamc
        close_drawer             oamc
        journal                  oam
        verify_journal           oam
        inventory                oamcbt
        low_stock                oamcbt
        stock_item               oamcbt
        add_stock_item           oam
        change_stock_item        oam
        archive_stock_item       oam
        export_inventory         oamcbt
        import_inventory         oam
        adjust_stock_of          oam
        adjust_stock             oam
        transfer_stock           oam
        stock_movements          oamcbt
        alerts                   oamcbt
        read_alert               oam
        menu_item_recipe         oamcbt
        change_menu_item_recipe  oam
        option_recipe            oamcbt
        change_option_recipe     oam
        stock_item_recipe        oamcbt
        change_stock_item_recipe oam
        make_stock               oam
        recipes                  oamcbt
        recost_recipes           oam
        lots                     oamcbt
        kept_lots                oamcbt
        keep_lots                oam
        order_lots               oamcbt
        scan_lot                 oamcb
        recall                   oam
        stock_item_allergens     oamcbt
        say_stock_item_allergens oam
        say_lot_allergens        oam
        declared_allergens       oamcbt
        shelf_labels             oamcbt
        print_shelf_labels       oamcbt
        tell_guests_of_recall    oam
        stock_locations          oamcbt
        add_stock_location       oam
        change_stock_location    oam
        remove_stock_location    oam
        suppliers                oamcbt
        add_supplier             oam
        change_supplier          oam
        remove_supplier          oam
        reorder                  oamcbt
        order_suggested          oam
        purchase_orders          oamcbt
        purchase_order           oamcbt
        add_purchase_order       oam
        change_purchase_order    oam
        move_purchase_order      oam
        receive_purchase         oam
        bake_list                oamcbt
        notifications            oamcbtg
        read_notification        oamcbtg
        remove_notification      oamcbtg
        notification_choices     oamcbtg
        choose_notifications     oamcbtg
        web_push_key             -
        add_push_subscription    oamcbtg
        remove_push_subscription oamcbtg
        announce_to_guests       oam
        messages                 oa
        retry_message            oa
        promotions               -
        all_promotions           oam
        promotion                oam
        add_promotion            oam
        change_promotion         oam
        remove_promotion         oam
        apply_promotion          oamcbtg
        rehearse_promotion       oam
        daily_sales              oam
        weekly_sales             oam
        staff_performance        oam
        accounting               oam
        dashboard                oam
        summary                  oam
        why_figure               oam
        variance                 oam
        lost_sales               oam
        email_summary            oam
        sales_report             oam
        top_products             oam
        cost_report              oam
        stock_use                oam
        events                   oamcbtg
        events_websocket         oamcbtg
        """;

    /// <summary>
    /// Endpoint of people and shops, and what it answers to a request that is as it should be. {user}, {device} and
    /// {session} stand for some of the shop's and of the caller's own, {new} for a name that nobody has.
    /// </summary>
    private const string Works =
        """
        me                       200 GET    /auth/me
        change_me                200 PUT    /auth/me {"name":"Somebody Else"}
        my_sessions              200 GET    /auth/sessions
        end_session              204 DELETE /auth/sessions/{session}
        shops                    200 GET    /shops
        shop                     200 GET    /shops/{shop}
        open_shop                201 POST   /shops {"name":"Another one"}
        change_shop              200 PUT    /shops/{shop} {"address":"2 Roastery Lane"}
        shop_settings            200 GET    /shops/{shop}/settings
        change_shop_settings     200 PUT    /shops/{shop}/settings {"tax_rate":7,"receipt_footer":"Bye"}
        config                   200 GET    /config
        change_config            200 PUT    /config/order_prefix {"value":"A"}
        taxes                    200 GET    /taxes
        change_taxes             200 PUT    /taxes {"classes":[{"code":"food"}],"rows":[]}
        users                    200 GET    /users
        user                     200 GET    /users/{user}
        add_user                 201 POST   /users
            {"username":"{new}","name":"New","email":"{new}@demo.example","role":"trainee","pin":"{pin}","password":"quay street at six"}
        change_user              200 PUT    /users/{user} {"name":"Newer","role":"barista"}
        sign_user_out            204 DELETE /users/{user}/sessions
        deactivate_user          204 DELETE /users/{user}
        roles                    200 GET    /roles
        change_role              200 PUT    /roles/barista
            {"permissions":["read_own_profile","read_menu","take_orders","read_orders","move_orders","follow_events"]}
        devices                  200 GET    /devices
        enrol_device             201 POST   /devices {"name":"Pass","type":"kitchen"}
        revoke_device            204 DELETE /devices/{device}
        audit                    200 GET    /audit
        outbox                   200 GET    /outbox
        """;
}
