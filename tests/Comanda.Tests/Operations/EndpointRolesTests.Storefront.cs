namespace Comanda.Tests.Operations;

/// <summary>Pages and forms of the storefront: open, since a cookie says who it is, and each asks itself (StoreGuestTests).</summary>
public sealed partial class EndpointRolesTests
{
    private const string StorefrontTable =
        """
        storefront               -
        store_item               -
        store_table              -
        store_basket             -
        store_checkout           -
        store_sign_in            -
        store_order              -
        store_pay                -
        store_account            -
        store_own_data           -
        store_add                -
        store_change             -
        store_place              -
        store_send_code          -
        store_take_code          -
        store_sign_out           -
        store_like               -
        store_review             -
        store_cancel             -
        store_again              -
        store_confirm            -
        store_allergens          -
        store_address            -
        store_erase              -
        store_live               -
        store_file               -
        """;
}
