namespace Comanda.Taxes;

/// <summary>What goods are for the tax office: "food", "drink", "bread". An item has one; an option may set another.</summary>
public sealed record TaxClass(string Code, string Name);

/// <summary>
/// Four ways of having no tax are four different things. A zero rate is printed and reported with its base; what is exempt needs a word on
/// the receipt; what is outside the scope (a gift card, a one-way deposit) is no turnover; what the platform pays is turnover without tax.
/// </summary>
public enum TaxTreatment
{
    Taxed,
    Zero,
    Exempt,
    Outside,
    ByPlatform,
}

/// <summary>
/// One tax on one class, for one way of consumption or any, from a day to a day. The rows of a class that fit together apply together, so
/// state and city, or CGST and SGST, are a row each. A shop owns its rows: changing a rate closes one and opens another.
/// </summary>
/// <param name="Class">The code of the class that it is for.</param>
/// <param name="Way">The way of consumption, or null for any.</param>
/// <param name="Name">As receipts and reports call it.</param>
/// <param name="Rate">Of the net amount; 0 where <paramref name="Treatment"/> leaves nothing to pay.</param>
/// <param name="Treatment">Whether it is charged, and if not, why.</param>
public sealed record TaxRow(string Class, Way? Way, string Name, TaxRate Rate, TaxTreatment Treatment)
{
    /// <summary>Whom it is owed, where taxes of one name are owed to several.</summary>
    public string? Authority { get; init; }

    /// <summary>The letter that stands beside a line on receipts of some countries.</summary>
    public string? Letter { get; init; }

    /// <summary>Only the fitting rows of the highest priority apply.</summary>
    public int Priority { get; init; }

    /// <summary>The first day of supply for which it holds.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last one.</summary>
    public DateOnly? To { get; init; }

    /// <summary>The classes whose lines are counted for the two conditions; none given: the row's own.</summary>
    public IReadOnlyList<string>? Group { get; init; }

    /// <summary>It fits only a basket with at least so many pieces of the group.</summary>
    public int? MinPieces { get; init; }

    /// <summary>It fits only a basket whose lines of the group come to no more than this before tax.</summary>
    public Money? MaxSum { get; init; }

    public Levy Levy => new(Name, Authority, Rate, Treatment, Letter);

    public bool Holds(DateOnly day) => (From is null || From <= day) && (To is null || day <= To);

    /// <summary>Whether there is a day on which both hold.</summary>
    public bool Meets(TaxRow other) =>
        (From is null || other.To is null || From <= other.To) && (other.From is null || To is null || other.From <= To);

    /// <summary>Whether a line of <paramref name="code"/> counts for the conditions.</summary>
    public bool Counts(string code) => Group?.Contains(code, StringComparer.Ordinal) ?? code == Class;
}

/// <summary>A tax as an order bears it: what its lines freeze, and by which receipts and reports add up.</summary>
public sealed record Levy(string Name, string? Authority, TaxRate Rate, TaxTreatment Treatment, string? Letter)
{
    /// <summary>What no row of the table fits.</summary>
    public static readonly Levy None = new("", null, TaxRate.Zero, TaxTreatment.Outside, null);

    /// <summary>What a guest gets for a voucher that was taxed when it was sold. Its rate is what such goods bear else.</summary>
    public static readonly Levy Voucher = new("voucher", null, TaxRate.Zero, TaxTreatment.Outside, null);

    /// <summary>A charge that the guest may refuse.</summary>
    public static readonly Levy FreeCharge = new("charge", null, TaxRate.Zero, TaxTreatment.Outside, null);

    /// <summary>Whether it stands among the taxes of a receipt; the others are named apart, without a tax.</summary>
    public bool IsListed => Treatment is TaxTreatment.Taxed or TaxTreatment.Zero;

    public bool IsVoucher => Name == Voucher.Name && Treatment == TaxTreatment.Outside;

    /// <summary>By name, then rate: the order in which taxes are listed everywhere.</summary>
    public static int InOrder(Levy one, Levy other)
    {
        var order = string.CompareOrdinal(one.Name, other.Name);
        if (order == 0)
            order = one.Rate.CompareTo(other.Rate);
        if (order == 0)
            order = one.Treatment.CompareTo(other.Treatment);
        if (order == 0)
            order = string.CompareOrdinal(one.Authority, other.Authority);
        return order == 0 ? string.CompareOrdinal(one.Letter, other.Letter) : order;
    }

    /// <summary>What a customer's certificate takes the tax off.</summary>
    public static Levy ExemptBy(string certificate) => new(certificate, null, TaxRate.Zero, TaxTreatment.Exempt, null);
}
