namespace Comanda.Registers;

/// <summary>How money comes. Card data is never seen: a card payment is recorded with the terminal's reference.</summary>
public enum PaymentMethod
{
    Cash,
    Card,

    [WireName("mobile", "digital_wallet", "digital wallet", "digital-wallet", "wallet")]
    Mobile,

    GiftCard,
    Points,

    /// <summary>Imported sales whose source does not say how they were paid.</summary>
    Other,
}

/// <summary>What the tenders differ in.</summary>
public static class PaymentMethods
{
    /// <summary>
    /// Whether it pays a tip: money does. Points and gift cards pay for what the shop sells; a tip is the staff's, and is paid out to them
    /// in money.
    /// </summary>
    public static bool PaysTips(this PaymentMethod method) => method is not (PaymentMethod.Points or PaymentMethod.GiftCard);
}
