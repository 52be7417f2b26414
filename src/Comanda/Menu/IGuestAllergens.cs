namespace Comanda.Menu;

/// <summary>What the guest who asks must not eat, for rooms that know no guests; Guests answers.</summary>
public interface IGuestAllergens
{
    /// <summary>Empty for who is no guest, and for who said nothing.</summary>
    ValueTask<string[]> Of(Here here, CancellationToken cancel);
}
