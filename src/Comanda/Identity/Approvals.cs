using Comanda.Audit;
using Comanda.Shops;

namespace Comanda.Identity;

/// <summary>Who allowed it, and what.</summary>
public sealed record Approver(long UserId, string Name, string What, Permission Permission)
{
    /// <summary>For the audit log, written with what was allowed.</summary>
    public AuditEntry Of(string subject, long id) =>
        new(
            AuditActions.Approval,
            subject,
            id,
            After: new { what = What, permission = Permission.ToWire(), approved_by = Name, approver_id = UserId });
}

/// <summary>
/// A manager's word, given by PIN in the request that it is for (<c>approval: {"pin": …}</c>). It allows that one request
/// and nothing after it.
/// </summary>
public sealed class Approvals(People people, SignInLimits limits, Moment moment)
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
        var caller = moment.Caller;
        if (caller.May(needed))
            return (Approver?)null;
        if (string.IsNullOrEmpty(approval?.Pin))
            return Refusal.Forbidden(
                $"Your role '{caller.Role}' may not {what} ('{needed.ToWire()}'); somebody who may can approve it: send approval.pin.");
        if (People.CheckPin(approval.Pin) is { } bad)
            return Refusal.OfField("approval.pin", bad);
        var attempt = limits.ByApproval(caller, moment.Here);
        if (await limits.Refuse(attempt, cancel) is { } wait)
            return wait;
        var approver = await people.ByPin(approval.Pin, moment.Here.ShopId, cancel);
        // A colleague's PIN without the right is as wrong as nobody's: else this would tell which PINs are whose.
        if (approver is null || !Permissions.Of(approver.Role, moment.Shop).Contains(needed))
            return await limits.Failed(
                attempt,
                AuditActions.ApprovalFailed,
                new { what },
                Refusal.Forbidden($"That is not the PIN of somebody who may {what}."),
                moment.Here,
                cancel);

        if (await limits.Succeeded(attempt, cancel) is { } tooLate)
            return tooLate;
        return new Approver(approver.Id, approver.Name, what, needed);
    }
}
