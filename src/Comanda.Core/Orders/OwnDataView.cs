using Comanda.Guests;

namespace Comanda.Orders;

/// <summary>What somebody thinks of an item, as they are given it.</summary>
public sealed record OwnReview(long ProductId, int Rating, string Comment, DateTimeOffset CreatedAt);

/// <summary>All that a shop keeps of a guest.</summary>
public sealed record OwnDataView(
    CustomerView Customer,
    IReadOnlyList<AddressView> Addresses,
    IReadOnlyList<long> Favorites,
    IReadOnlyList<OwnReview> Reviews,
    IReadOnlyList<PointsEntryView> Points,
    IReadOnlyList<OrderView> Orders,
    IReadOnlyList<CakeOrderView> Cakes);
