using Comanda.Data;
using Npgsql;

namespace Comanda.Audit;

/// <summary>What the audit log calls the things that people do. Stable: part of the API.</summary>
public static class AuditActions
{
    public const string Login = "login";
    public const string LoginFailed = "login_failed";
    public const string AccountLocked = "account_locked";
    public const string Logout = "logout";
    public const string SessionEnded = "session_ended";
    public const string PasswordChanged = "password_changed";
    public const string PasswordResetAsked = "password_reset_asked";
    public const string PinChanged = "pin_changed";
    public const string SecondFactorAdded = "second_factor_added";
    public const string SecondFactorRemoved = "second_factor_removed";
    public const string Approval = "approval";
    public const string ApprovalFailed = "approval_failed";
    public const string UserAdded = "user_added";
    public const string UserChanged = "user_changed";
    public const string UserDeactivated = "user_deactivated";
    public const string FoundTaken = "found_taken";
    public const string RoleChanged = "role_permissions_changed";
    public const string ConfigChanged = "config_changed";
    public const string TaxesChanged = "taxes_changed";
    public const string TaxExemptionAdded = "tax_exemption_added";
    public const string TaxExemptionRemoved = "tax_exemption_removed";
    public const string ShopOpened = "shop_opened";
    public const string ShopChanged = "shop_changed";
    public const string DeviceEnrolled = "device_enrolled";
    public const string DeviceRevoked = "device_revoked";
    public const string OutboxRead = "outbox_read";
    public const string PriceChanged = "price_changed";
    public const string LinesVoided = "lines_voided";
    public const string OrderVoided = "order_voided";
    public const string Refund = "refund";
    public const string SetAsideSalePlaced = "set_aside_sale_placed";
    public const string SetAsideSaleDiscarded = "set_aside_sale_discarded";
    public const string OrdersMerged = "orders_merged";
    public const string DrawerOpened = "drawer_opened";
    public const string DrawerMovement = "drawer_movement";
    public const string DrawerClosed = "drawer_closed";
    public const string GiftCardSold = "gift_card_sold";
    public const string GiftCardRefunded = "gift_card_refunded";
    public const string CustomerAdded = "customer_added";
    public const string CustomerChanged = "customer_changed";
    public const string CustomersMerged = "customers_merged";
    public const string CustomerErased = "customer_erased";
    public const string StockItemChanged = "stock_item_changed";
    public const string RecipeChanged = "recipe_changed";
    public const string PurchaseOrderChanged = "purchase_order_changed";
    public const string LotCorrected = "lot_corrected";
    public const string AllergensChanged = "allergens_changed";
    public const string RecallSent = "recall_sent";
    public const string GuestsTold = "guests_told";
    public const string PromotionAdded = "promotion_added";
    public const string PromotionChanged = "promotion_changed";
    public const string PromotionRemoved = "promotion_removed";
    public const string DeliveryAreaChanged = "delivery_area_changed";
    public const string CakeChanged = "cake_changed";
    public const string CakeOrderChanged = "cake_order_changed";
    public const string StandingOrderChanged = "standing_order_changed";
    public const string BakeStationsChanged = "bake_stations_changed";
    public const string BakeMethodChanged = "bake_method_changed";
    public const string PointsAdjusted = "points_adjusted";
    public const string WebhookAdded = "webhook_added";
    public const string WebhookRemoved = "webhook_removed";
    public const string WebhookReplayed = "webhook_replayed";
    public const string WebhookSecretChanged = "webhook_secret_changed";
    public const string PrinterAdded = "printer_added";
    public const string PrinterChanged = "printer_changed";
    public const string PrinterRemoved = "printer_removed";
    public const string PrintedAgain = "printed_again";
}

/// <summary>
/// An entry of the audit log. Written in the transaction of what it tells of, so that neither is there without the other;
/// the database refuses to change or remove it. <see cref="Before"/> and <see cref="After"/> are values as the API answers
/// them; never a password, PIN, code or token.
/// </summary>
public sealed record AuditEntry(string Action, string Subject, object? SubjectId = null, object? Before = null, object? After = null)
{
    /// <summary>The enrolled device, where nobody is signed in on it.</summary>
    public long? DeviceId { get; init; }

    /// <summary>Writes the entry in the caller's transaction.</summary>
    /// <param name="connection">With the caller's transaction open.</param>
    /// <param name="here">The shop it belongs to, and who did it; nobody where a sign-in failed (<see cref="Here.As"/>).</param>
    /// <param name="at">When.</param>
    /// <param name="cancel">Gives up.</param>
    public Task Write(NpgsqlConnection connection, Here here, DateTimeOffset at, CancellationToken cancel) =>
        WriteAll([this], connection, here, at, cancel);

    /// <summary>Writes entries in one statement, in the caller's transaction.</summary>
    public static async Task WriteAll(
        IReadOnlyList<AuditEntry> entries,
        NpgsqlConnection connection,
        Here here,
        DateTimeOffset at,
        CancellationToken cancel)
    {
        if (entries.Count == 0)
            return;
        var by = here.Visitor;
        T[] Each<T>(Func<AuditEntry, T> value) => [.. entries.Select(value)];
        await connection.Execute(
            """
            insert into audit (shop_id, at, action, actor_id, actor_name, actor_role, device_id, address, subject, subject_id, before,
                after)
            select $1, $2, e.action, $3::bigint, $4::text, $5::text, e.device_id, $6, e.subject, e.subject_id, e.before, e.after
            from unnest($7::text[], $8::bigint[], $9::text[], $10::text[], $11::text[], $12::text[]) with ordinality as e(action, device_id,
                subject, subject_id, before, after, place)
            order by e.place
            """,
            cancel,
            here.ShopId,
            at,
            by?.UserId,
            by?.Name,
            by?.Role,
            here.Address,
            Each(e => e.Action),
            Each(e => by?.DeviceId ?? e.DeviceId),
            Each(e => e.Subject),
            Each(e => e.SubjectId?.ToString()),
            Each(e => e.Before is null ? null : Json.Write(e.Before)),
            Each(e => e.After is null ? null : Json.Write(e.After)));
    }
}
