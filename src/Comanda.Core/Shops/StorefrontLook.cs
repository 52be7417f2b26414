namespace Comanda.Shops;

/// <summary>How a shop looks at its storefront: a colour (#rrggbb), a picture's address and a sentence, which may be empty.</summary>
public sealed record StorefrontLook(string Colour, string Picture, string About);
