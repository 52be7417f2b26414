namespace Comanda.Guests;

/// <summary>Why a customer's points changed.</summary>
public enum PointsKind
{
    Earned,

    /// <summary>Paid with.</summary>
    Redeemed,

    /// <summary>Came back with what was paid by them.</summary>
    Returned,

    /// <summary>Went back with what had earned them.</summary>
    TakenBack,

    /// <summary>By a manager, for a reason.</summary>
    Adjusted,
}
