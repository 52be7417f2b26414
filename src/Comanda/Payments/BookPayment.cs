using Comanda.Data;
using Comanda.Events;
using Comanda.Journal;
using Comanda.Kernel;
using Comanda.Orders;
using Comanda.Shops;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Payments;

/// <summary>Writes a payment that its order has taken, in the caller's transaction: its drawer session, journal entry and event.</summary>
internal static class BookPayment
{
    /// <summary>Writes it.</summary>
    /// <param name="db">With the caller's transaction open and the order's row locked.</param>
    /// <param name="here">Who takes it.</param>
    /// <param name="order">What it is for.</param>
    /// <param name="payment">As the order took it.</param>
    /// <param name="register">Where the money lies.</param>
    /// <param name="settings">Of the shop: what points are worth, and what earns some.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="before">The order before a tip came to it with this payment.</param>
    public static async Task Run(ComandaDb db, Here here, Order order, Payment payment, long register, ShopSettings settings, CancellationToken cancel, DrawerCorrection? before = null)
    {
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        // The register first, as placing an order does: whoever holds an event's number or a key never waits for a till.
        var drawers = await HoldRegisters.CurrentDrawers(connection, order.ShopId, [order.RegisterId, register], cancel);
        payment.DrawerId = drawers[register];
        if (before is not null)
        {
            await before.Write(order, drawers[order.RegisterId], payment.PaidAt, connection, cancel);
            await FiscalJournal.Append(connection, order.ShopId, order.RegisterId, FiscalJournal.Edit, order.Id, payment.PaidAt, JournalContent.OfSale(order), cancel);
            db.Add(KitchenTicket.Event(here, EventNames.OrderUpdated, payment.PaidAt, order, []));
        }

        await FiscalJournal.Append(
            connection, order.ShopId, order.RegisterId, FiscalJournal.Payment, order.Id, payment.PaidAt, JournalContent.OfPayment(order, payment), cancel);
        await OrderPoints.WhenPaid(connection, order, payment, settings, cancel);
        db.Add(payment);
        db.Add(ShopEvent.Of(here, EventNames.PaymentRecorded, payment.PaidAt, PaymentRecorded.From(payment, order, Currency.Of(order.Currency))));
        await db.SaveChangesAsync(cancel);
    }
}
