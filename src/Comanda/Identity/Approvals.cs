using Comanda.Audit;
using Comanda.Data;
using Comanda.Kernel;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>Somebody who may, types their PIN: for what the one at the till may not do alone.</summary>
public sealed record ApprovalRequest([property: AtMost(20)] string? Pin);

/// <summary>Who allowed it.</summary>
public sealed record Approver(long UserId, string Name);

/// <summary>
/// A manager's word, given by PIN in the request that it is for (<c>approval: {"pin": …}</c>). It allows that one request
/// and nothing after it.
/// </summary>
public sealed class Approvals(People people, SignInLimits limits, ShopDirectory shops, NpgsqlDataSource database, Here here, TimeProvider clock)
{
    /// <summary>
    /// Whether the caller may do something that asks for a permission: themselves (nobody approves then, null), or by
    /// the approval given.
    /// </summary>
    /// <param name="needed">What it asks for.</param>
    /// <param name="approval">As the request gives it.</param>
    /// <param name="what">What would be done, for the refusal and for the audit log: "give a discount".</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<Outcome<Approver?>> Check(Permission needed, ApprovalRequest? approval, string what, CancellationToken cancel)
    {
        var caller = here.Caller;
        if (caller.May(needed))
            return (Approver?)null;
        if (string.IsNullOrEmpty(approval?.Pin))
            return Refusal.Forbidden($"Your role '{caller.Role}' may not {what} ('{needed.ToWire()}'); somebody who may can approve it: send approval.pin.");
        if (People.CheckPin(approval.Pin) is { } bad)
            return Refusal.OfField("approval.pin", bad);
        var attempt = limits.ByApproval(caller, here);
        if (await limits.Refuse(attempt, cancel) is { } wait)
            return wait;
        if (await people.ByPin(approval.Pin, here.ShopId, cancel) is not { } approver)
        {
            await limits.Failed(attempt, AuditActions.ApprovalFailed, new { what }, here, cancel);
            return Refusal.Forbidden("The PIN of the approval is not right.");
        }

        if (await limits.Succeeded(attempt, cancel) is { } tooLate)
            return tooLate;
        if (!Permissions.Of(approver.Role, await shops.Of(here, cancel)).Contains(needed))
            return Refusal.Forbidden($"{approver.Name} may not {what} either ('{needed.ToWire()}').");
        await using var connection = await database.OpenConnectionAsync(cancel);
        await new AuditEntry(AuditActions.Approval, "user", approver.Id, After: new { what, permission = needed.ToWire(), approved_by = approver.Name }).Write(connection, here, clock.GetUtcNow(), cancel);
        return new Approver(approver.Id, approver.Name);
    }
}
