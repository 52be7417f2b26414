namespace Comanda.Guests;

/// <summary>A review as given. When it changes one, what is left out stays. <see cref="Rating"/> is 1 to 5, whole.</summary>
public sealed record ReviewInput(int? Rating, [property: AtMost(2000), Text(TextKind.Lines), NullClears] string? Comment, string[]? Images);

/// <summary>Whether everybody sees a review and the item's average counts it.</summary>
public sealed record ModerationInput(bool? IsApproved);

/// <summary>
/// A review on the wire. <see cref="IsMine"/> and <see cref="IsLiked"/> of whoever asks; <see cref="Likes"/> counts people.
/// <see cref="IsApproved"/> is false only for its writer and for those who may approve.
/// </summary>
public sealed record ReviewView(
    long Id,
    long ProductId,
    int Rating,
    string Comment,
    string[] Images,
    string Author,
    bool IsApproved,
    int Likes,
    bool IsLiked,
    bool IsMine,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>Whose it is, told to who wrote it and to who approves reviews; null to everybody else.</summary>
    public long? UserId { get; init; }
}
