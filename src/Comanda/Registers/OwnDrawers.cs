using Comanda.Shops;

namespace Comanda.Registers;

/// <summary>
/// Which drawer sessions somebody works: those that they opened; those of the till they are at, by its device token, whoever opened them
/// (a shift ends at a till that goes on); and, at no till, the counter's where nobody has opened it. All, with the right to.
/// </summary>
/// <param name="All">May work every drawer.</param>
/// <param name="User">Who it is.</param>
/// <param name="Register">Where they are.</param>
/// <param name="AtTill">A till says so; else it is the counter, for want of one.</param>
internal sealed record OwnDrawers(bool All, long User, long Register, bool AtTill)
{
    /// <summary>The same as a condition on a session d, with the values of <see cref="Values"/> from $5 on.</summary>
    public const string Sql = "($5 or d.opened_by = $6 or (d.register_id = $7 and ($8 or d.opened_by is null)))";

    public object?[] Values => [All, User, Register, AtTill];

    /// <summary>Those of a caller; what nobody but a device of the shop may say is refused where it is none.</summary>
    public static Outcome<OwnDrawers> Of(Moment moment, bool all)
    {
        var (shop, till) = (moment.Shop, moment.Till);
        return till.Refusal is { } stranger ? stranger
            : new OwnDrawers(all, moment.Caller.UserId, till.Value ?? shop.RegisterOf(RegisterKind.Counter).Id, till.Value is not null);
    }

    public Refusal? Lacks(DrawerRow row) =>
        All || row.OpenedById == User || (row.RegisterId == Register && (AtTill || row.OpenedById is null)) ? null : NotYours;

    /// <summary>A drawer is opened where one is.</summary>
    public Refusal? LacksRegister(long register) => All || register == Register ? null : NotYours;

    private static Refusal NotYours =>
        Refusal.Forbidden("This drawer is not yours: you work those that you opened, and that of the till you are at.");
}
