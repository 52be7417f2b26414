namespace Comanda.Kernel;

/// <summary>
/// What an endpoint asks for; never a role. Which role has which is one page: Identity/Permissions.cs.
/// The wire name is the snake_case of the member (<c>take_orders</c>).
/// </summary>
public enum Permission
{
    ReadOwnProfile,
    ReadMenu,
    EditMenu,
    SetMenuStock,
    TakeOrders,
    ReadOrders,
    MoveOrders,
    GiveDiscounts,
    TakePayments,
    RefundOrders,
    ReadReports,
    ReadJournal,
    FollowEvents,
    ReadSettings,
    EditSettings,

    /// <summary>See the accounts of the shop's staff, and the roles.</summary>
    ReadStaff,

    /// <summary>Add, change and deactivate accounts that may less than oneself.</summary>
    EditStaff,

    /// <summary>The same for accounts that may as much as oneself. Nobody touches one that may more.</summary>
    EditPeers,

    /// <summary>Choose what a role may in this shop.</summary>
    EditRoles,

    ReadDevices,
    EditDevices,
    ReadAudit,

    /// <summary>Read what the local sender keeps: codes and reset links of everybody in the shop.</summary>
    ReadOutbox,

    /// <summary>The shop itself: its name and address, and opening another one.</summary>
    ManageShop,

    /// <summary>Say what one thinks of an item, and like what others say.</summary>
    WriteReviews,

    /// <summary>Say which reviews everybody sees.</summary>
    ModerateReviews,

    /// <summary>See whom the shop knows, and their points.</summary>
    ReadCustomers,

    /// <summary>Add a customer, and change who they are.</summary>
    EditCustomers,

    /// <summary>See what there is of each ingredient, and what is low.</summary>
    ReadStock,

    /// <summary>Say what stock items and recipes are, count, take in, write off and order.</summary>
    ManageStock,

    /// <summary>Erase a customer's personal data, and give or take points by hand.</summary>
    ManageCustomers,

    /// <summary>Say what promotions there are, and what they would have cost.</summary>
    EditPromotions,

    /// <summary>Work every drawer: open, count, close and read also those of others.</summary>
    ManageDrawers,

    /// <summary>Say where the shop delivers, for how much, and how soon.</summary>
    ManageDelivery,

    /// <summary>Order for oneself, as a guest does: at the menu's prices, and paid as guests pay.</summary>
    PlaceOwnOrders,

    /// <summary>See one's own orders, and where they are.</summary>
    ReadOwnOrders,

    /// <summary>Cancel an order of one's own while nobody has begun with it.</summary>
    CancelOwnOrders,

    /// <summary>Pay an order of one's own by card, at the provider.</summary>
    PayOwnOrders,
}
