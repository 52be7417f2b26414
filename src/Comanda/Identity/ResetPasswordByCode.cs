using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>A new password by a code on a phone, for whoever has one: staff of the shop, or its guest.</summary>
public sealed class ResetPasswordByCode(
    PhoneCodes codes,
    People people,
    Passwords passwords,
    NpgsqlDataSource database,
    EventBell bell,
    Moment moment)
{
    public async Task<Answer> Handle(ResetByOtpRequest request, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        if (PasswordRules.Check(request.NewPassword) is { } weak)
            errors.Add("new_password", weak);
        var code = await codes.Check(request.Phone, request.Otp, errors, cancel);
        if (code.Refusal is { } refusal)
            return refusal;
        // The code is this shop's: it opens no account of somebody who is not of this shop.
        var shop = moment.Here.ShopId;
        if (await people.ByPhone(code.Value.Phone, shop, bySecret: false, cancel) is not { } person || person.ShopId != shop)
            return PhoneCodes.WrongCode;
        // Only now is anything said that depends on who it is. The code is not used up yet.
        if (PasswordRules.Check(request.NewPassword, person.Username, person.Name, person.Email) is { } theirs)
            return Refusal.OfField("new_password", theirs);

        var hash = await Bcrypt.Hash(request.NewPassword!, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!await codes.UseUp(connection, code.Value, cancel))
            return PhoneCodes.WrongCode;
        await passwords.Change(connection, new(person.Id, person.ShopId, person.Email), hash, "password_reset", moment.Here, cancel);
        await transaction.CommitAsync(cancel);
        bell.Ring();
        return Answer.Done;
    }
}
