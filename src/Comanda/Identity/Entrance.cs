using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>How somebody came in: by which way, on which enrolled device if any, with which program.</summary>
public sealed record Entrance(SignInMethod Method, EnrolledDevice? Device = null, string? UserAgent = null)
{
    /// <summary>The code that went with it, where the person has a second factor and this way in asks for it.</summary>
    public CheckedFactor? Factor { get; init; }

    /// <summary>A PIN on an enrolled device is two factors already; so is a session that goes on under a new password.</summary>
    public bool NeedsNoFactor { get; init; }

    /// <summary>
    /// Whether it gave what a second factor asks for, and uses the code up; with the person's row held, so that no factor is confirmed in
    /// the meantime.
    /// </summary>
    internal async Task<bool> HasGivenFactor(NpgsqlConnection connection, Person person, DateTimeOffset now, CancellationToken cancel)
    {
        if (Factor is not null)
            return await Factor.UseUp(connection, now, cancel);
        return NeedsNoFactor || await connection.Scalar(
            "select true from second_factors where user_id = $1 and confirmed_at is not null",
            cancel,
            person.Id) is null;
    }
}
