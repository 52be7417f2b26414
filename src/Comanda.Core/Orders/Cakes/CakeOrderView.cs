using System.Text.Json.Serialization;
using Comanda.Identity;

namespace Comanda.Orders;

/// <summary>How far a cake is.</summary>
public enum CakeStage
{
    /// <summary>Asked for; its deposit is to be paid, and its place is kept until then for a day.</summary>
    Requested,

    Accepted,

    Baked,

    Decorated,

    Collected,

    Cancelled,
}

/// <summary>
/// A deposit that is taken. <see cref="Amount"/> is what is asked for where it is left out, and may be more, up to the whole price.
/// </summary>
public sealed record CakeDeposit(
    [property: Words("cash", "card", "mobile")] string? Method, decimal? Amount = null, decimal? Tendered = null);

/// <summary>
/// A cake as asked for. <see cref="Servings"/> is one of the cake's sizes, <see cref="Options"/> what else of the item's options (keys, as
/// in an order); what an <see cref="Inscription"/> or a picture costs comes by itself. It is collected at the instant
/// <see cref="CollectAt"/>, or by the shop's clock on <see cref="CollectOn"/> at <see cref="CollectTime"/> (HH:MM).
/// <see cref="PictureUrl"/> is of a picture that was uploaded (POST /api/cake-orders/pictures). <see cref="Total"/> is what the guest was
/// shown: where it costs something else, nothing is done. <see cref="Deposit"/> is taken with it, by staff.
/// </summary>
public sealed record CakeOrderInput(
    long? MenuItemId = null,
    int? Quantity = null,
    int? Servings = null,
    ModifierChoice[]? Options = null,
    [property: AtMost(200), NullClears] string? Inscription = null,
    [property: AtMost(200), NullClears] string? PictureUrl = null,
    DateTimeOffset? CollectAt = null,
    DateOnly? CollectOn = null,
    [property: AtMost(5)] string? CollectTime = null,
    long? CustomerId = null,
    [property: AtMost(100)] string? CustomerName = null,
    [property: AtMost(40), NullClears] string? Phone = null,
    [property: AtMost(1000), Text(TextKind.Lines), NullClears] string? Notes = null,
    decimal? Total = null,
    CakeDeposit? Deposit = null);

/// <summary>What is changed of an ordered cake, as it is asked for; what is left out stays as it is.</summary>
public sealed record CakeOrderChange(
    int? Quantity = null,
    int? Servings = null,
    ModifierChoice[]? Options = null,
    [property: AtMost(200), NullClears] string? Inscription = null,
    [property: AtMost(200), NullClears] string? PictureUrl = null,
    DateTimeOffset? CollectAt = null,
    DateOnly? CollectOn = null,
    [property: AtMost(5)] string? CollectTime = null,
    long? CustomerId = null,
    [property: AtMost(100)] string? CustomerName = null,
    [property: AtMost(40), NullClears] string? Phone = null,
    [property: AtMost(1000), Text(TextKind.Lines), NullClears] string? Notes = null) : IMadeAgainst
{
    public long? Version { get; init; }
}

/// <summary>
/// A cake goes on to a stage, or, by a manager or with their approval, back to one: then with a <see cref="Note"/> why.
/// </summary>
public sealed record CakeStageRequest(
    [property: Words("accepted", "baked", "decorated")] string? Stage,
    [property: AtMost(500), Text(TextKind.Lines)] string? Note = null,
    [property: AtMost(200)] string? PhotoUrl = null,
    ApprovalRequest? Approval = null);

/// <summary>A cake is handed over, and what is left of its price is paid.</summary>
public sealed record CollectCakeRequest(
    PaymentRequest[]? Payments = null,
    decimal? Tip = null,
    [property: AtMost(500), Text(TextKind.Lines)] string? Note = null,
    [property: AtMost(200)] string? PhotoUrl = null);

/// <summary>
/// A cake will not be. <see cref="Keep"/> is what of its deposit the shop keeps where that is not what its rules say.
/// </summary>
public sealed record CancelCakeRequest(
    [property: AtMost(500)] string? Reason = null, decimal? Keep = null, ApprovalRequest? Approval = null);

/// <summary>
/// What a cake costs: <see cref="Deposit"/> ahead and <see cref="Balance"/> when it is collected, which together are
/// <see cref="Total"/>; <see cref="TaxOnDeposit"/> is due when the deposit comes. <see cref="EarliestDay"/> is the first that its lead time
/// allows and that has room for it.
/// </summary>
public sealed record CakeQuoteView(
    decimal Total,
    decimal Tax,
    decimal Deposit,
    decimal Balance,
    decimal TaxOnDeposit,
    [property: Words<DepositTax>] string DepositTaxed,
    string Currency,
    IReadOnlyList<ModifierView> Options,
    DateOnly? EarliestDay,
    DateTimeOffset? ChangeUntil,
    DateTimeOffset? CancelUntil);

/// <summary>A stage that a cake came to, and who signed for it; guests are not told who.</summary>
public sealed record CakeStageView(
    [property: Words<CakeStage>] string Stage, string? By, DateTimeOffset At, string? Note, string? PhotoUrl);

/// <summary>
/// An ordered cake. <see cref="Options"/> as they were asked for, <see cref="Chosen"/> with the size and what else came with them, and
/// what each costs. <see cref="Deposit"/> is asked for, <see cref="DepositPaid"/> came; <see cref="Balance"/> is left to be paid. The
/// order <see cref="OrderId"/> is its sale, once it is collected. <see cref="Kept"/> of the deposit stayed with the shop when it was
/// cancelled, by the sale <see cref="KeptOrderId"/>; <see cref="KeptIfCancelled"/> would, if it were now. While it is requested its place
/// is kept until <see cref="HeldUntil"/>.
/// </summary>
public sealed record CakeOrderView(
    long Id,
    long MenuItemId,
    string Name,
    int Quantity,
    int? Servings,
    IReadOnlyList<ModifierChoice> Options,
    IReadOnlyList<ModifierView> Chosen,
    string? Inscription,
    string? PictureUrl,
    long? CustomerId,
    string? CustomerName,
    string? Phone,
    string? Notes,
    DateTimeOffset CollectAt,
    DateOnly Day,
    [property: Words<CakeStage>] string Stage,
    string Currency,
    decimal Total,
    decimal Deposit,
    decimal DepositPaid,
    decimal Balance,
    [property: Words<DepositTax>] string DepositTaxed,
    DateTimeOffset ChangeUntil,
    DateTimeOffset CancelUntil,
    decimal KeptIfCancelled,
    IReadOnlyList<CakeStageView> Stages,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? HeldUntil,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? OrderId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? Kept,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? KeptOrderId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? CancelReason,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    long Version) : IVersioned;

/// <summary>What the event of a cake tells: the stage that it came to, or that it was changed.</summary>
public sealed record CakeMoved(
    long Id,
    long MenuItemId,
    string Name,
    [property: Words<CakeStage>] string Stage,
    DateTimeOffset CollectAt,
    long? CustomerId,
    long? OrderId,
    bool Changed);
