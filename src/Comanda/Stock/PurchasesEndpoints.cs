namespace Comanda.Stock;

/// <summary>Every slice of purchase orders, once.</summary>
public static class PurchasesEndpoints
{
    public static void MapPurchases(this RouteGroupBuilder api)
    {
        api.Get("/inventory/reorder", (
                SuggestReorder suggest,
                CancellationToken cancel,
                int? days = null,
                int? cover_days = null,
                long? supplier_id = null,
                bool? all = null) =>
                suggest.List(days, cover_days, supplier_id, all, cancel))
            .Called(
                "reorder",
                "What to order now, how much and why, from the use of the last days (28) and the lead time, to last cover_days (7) "
                    + "more; all=true also what is enough.")
            .Needs(Permission.ReadStock)
            .Refuses(400);
        api.Post("/purchase-orders/suggested", (OrderSuggestedRequest? request, SuggestReorder suggest, CancellationToken cancel) =>
                suggest.Order(request, cancel))
            .Called("order_suggested", "Makes a draft for each supplier of what is to be ordered now; 200 and none where nothing is.")
            .Needs(Permission.ManageStock).TakesKey()
            .Creates(always: false)
            .Refuses(400, 422);
        api.Get("/purchase-orders", ([AsParameters] PurchaseFilter asked, ReadPurchases read, CancellationToken cancel) =>
                read.List(asked, cancel))
            .Called("purchase_orders", "Purchase orders, the newest first; open=true only those of which something is still to come.")
            .Needs(Permission.ReadStock)
            .Refuses(400);
        api.Get("/purchase-orders/{id:long}", (long id, ReadPurchases read, CancellationToken cancel) => read.One(id, cancel))
            .Called("purchase_order", "One purchase order, with what has come of each line.")
            .Needs(Permission.ReadStock)
            .Refuses(404);
        api.Post("/purchase-orders", (PurchaseOrderInput input, EditPurchases purchases, CancellationToken cancel) =>
                purchases.Add(input, cancel))
            .Called("add_purchase_order", "A new purchase order: {supplier, items: [{inventory_id, quantity, unit?, unit_cost?}]}.")
            .Needs(Permission.ManageStock).TakesKey()
            .Creates()
            .Refuses(400, 422);
        api.Put("/purchase-orders/{id:long}", (long id, PurchaseOrderInput input, EditPurchases purchases, CancellationToken cancel) =>
                purchases.Change(id, input, cancel))
            .Called("change_purchase_order", "Changes what is given of a purchase order; its items only until something came.")
            .Needs(Permission.ManageStock)
            .Refuses(400, 404, 409, 412);
        api.Put("/purchase-orders/{id:long}/status", (
                long id,
                PurchaseStatusRequest request,
                EditPurchases purchases,
                CancellationToken cancel) =>
                purchases.Move(id, request, cancel))
            .Called(
                "move_purchase_order",
                "ordered (send=true: by mail to the supplier), cancelled, or closed where the rest will not come.")
            .Needs(Permission.ManageStock)
            .Refuses(400, 404, 409, 412);
        api.Post("/purchase-orders/{id:long}/receive", (
                long id,
                ReceiveRequest? request,
                ReceivePurchase receive,
                CancellationToken cancel) =>
                receive.Handle(id, request ?? new(null, null, null, null), cancel))
            .Called(
                "receive_purchase",
                "A delivery of it, or of all that is outstanding: it goes on stock at its cost. Below 0 takes back.")
            .Needs(Permission.ManageStock).TakesKey()
            .Creates()
            .Refuses(400, 404, 409, 422);
    }
}
