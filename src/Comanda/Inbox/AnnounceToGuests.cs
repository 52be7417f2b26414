using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Inbox;

/// <summary>POST /api/admin/notifications: an event, of which guests are then told.</summary>
public sealed class AnnounceToGuests(NpgsqlDataSource database, IdempotentWrite retries, EventBell bell, Moment moment)
{
    public async Task<Answer> Run(AnnouncementInput input, CancellationToken cancel)
    {
        var key = retries.KeyOf(input);
        if (key.Refusal is { } badKey)
            return badKey;
        var errors = new FieldErrors();
        errors.Check(input.Type is "promotion" or "system", "type", "must be promotion or system");
        var said = input with { Title = errors.Text("title", input.Title, 100), Message = errors.Text("message", input.Message, 1000) };
        var known = input.CustomerId is not { } customer || await database.Scalar(
            "select 1 from customers where id = $1 and shop_id = $2 and erased_at is null", cancel, customer, moment.Shop.Id) is not null;
        errors.Check(known, "customer_id", "is no customer of this shop");
        if (errors.Any)
            return errors.ToRefusal();
        var done = await retries.Once<AnnouncementInput>(key.Value, async connection =>
        {
            await ShopEvent.Of(moment.Here, EventNames.Announcement, moment.Now, said).Write(connection, cancel);
            await new AuditEntry(AuditActions.GuestsTold, "announcement", After: said).Write(
                connection, moment.Here, moment.Now, cancel);
            return Answer.Accepted(said);
        }, cancel);
        bell.Ring();
        return done.Refusal is { } refusal ? refusal : Answer.Later;
    }
}
