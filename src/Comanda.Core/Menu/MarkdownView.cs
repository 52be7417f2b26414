namespace Comanda.Menu;

/// <summary>
/// An item is cheaper now, since it is late: by <see cref="Percent"/>, so that one costs <see cref="Price"/>, until <see cref="Until"/>
/// (HH:MM by the shop's clock), when the next step comes or the markdown is over. Options cost what they cost, less as many percent.
/// </summary>
public sealed record MarkdownView(long PromotionId, string Title, decimal Percent, decimal Price, string Until);
