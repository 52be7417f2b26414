namespace Comanda.Tests.Operations;

/// <summary>What works for whoever may.</summary>
public sealed partial class EndpointRolesTests
{
    /// <summary>
    /// Endpoint of people and shops, and what it answers to a request that is as it should be. {user}, {device} and
    /// {session} stand for some of the shop's and of the caller's own, {new} for a name that nobody has.
    /// </summary>
    private const string Works =
        """
        me                       200 GET    /auth/me
        change_me                200 PUT    /auth/me {"name":"Somebody Else"}
        offer_second_factor      200 POST   /auth/second-factor {"current_password":"{password}"}
        confirm_second_factor    400 POST   /auth/second-factor/confirm {"code":"000"}
        remove_second_factor     204 DELETE /auth/second-factor {"current_password":"{password}"}
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
        remove_user_second_factor  204 DELETE /users/{user}/second-factor
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
