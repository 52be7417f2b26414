using Comanda.Audit;
using Comanda.Data;
using Comanda.Notifications;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>
/// Mails a link to a new password: 256 random bits, good for an hour, once. Whether an address is known, the answer does not
/// tell, and neither does its time.
/// </summary>
public sealed class AskPasswordReset(
    People people,
    Attempts attempts,
    Senders senders,
    IdentityOptions options,
    NpgsqlDataSource database,
    Moment moment)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>Mails that one address is sent in an hour; more are asked for in vain, and nobody is told.</summary>
    private const int MailsPerAddress = 3;

    /// <summary>Mails that may be asked for from one place in an hour.</summary>
    private const int AskedFromOnePlace = 60;

    /// <summary>No answer comes sooner: what a known address costs more is lost in it.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(120);

    public async Task<Answer> Handle(ResetRequest request, CancellationToken cancel)
    {
        if (Contact.Email(request.Email) is not { } email)
            return Refusal.OfField("email", Contact.EmailRule);
        if (await attempts.Use($"resets:address:{moment.Here.Address}", AskedFromOnePlace, TimeSpan.FromHours(1), cancel) is { } wait)
            return Refusal.TooMany("Too many resets were asked for from here; wait, and try again.", wait);
        var pace = Task.Delay(Pace, cancel);
        var person = await people.ByEmail(email, moment.Here.ShopId, bySecret: false, cancel);
        await Mail(email, person, cancel);
        await pace;
        return Answer.Later;
    }

    private async Task Mail(string email, Person? person, CancellationToken cancel)
    {
        var tooOften = await attempts.Use(
            person is null ? $"reset:{email.ToLowerInvariant()}" : $"reset:user:{person.Id}",
            MailsPerAddress,
            TimeSpan.FromHours(1),
            cancel) is not null;
        var now = moment.Now;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (person is not null && !tooOften)
        {
            var token = Sessions.NewSecret();
            await connection.Execute(
                "insert into password_resets (hash, user_id, expires_at) values ($1, $2, $3)",
                cancel,
                Sessions.HashOf(token),
                person.Id,
                now + Lifetime);
            await new Message(
                MessageChannel.Email, person.Email!, "A new password for Comanda",
                $"""
                Hello,

                somebody, we hope you, asked for a new password. Choose one here within the hour:

                {options.PublicUrl.ToString().TrimEnd('/')}/reset-password?token={token}

                If it was not you, do nothing: your password stays as it is.
                """)
            { Expires = now + Lifetime, About = person.Id }.Write(senders, connection, person.ShopId, now, cancel);
        }

        // The shop that was asked learns nothing of who is known in another.
        if (person is null || person.ShopId != moment.Here.ShopId)
            await new AuditEntry(AuditActions.PasswordResetAsked, "sign_in").Write(
                connection,
                moment.Here.Stranger(moment.Here.ShopId),
                now,
                cancel);
        if (person is not null)
            await new AuditEntry(AuditActions.PasswordResetAsked, "user", person.Id).Write(
                connection,
                moment.Here.Stranger(person.ShopId),
                now,
                cancel);
        await transaction.CommitAsync(cancel);
    }
}
