namespace Comanda.Kernel;

/// <summary>
/// The closed list of words that a text on the wire is one of, as answers spell them; requests may know other spellings too. The API's
/// description gives the list, so that a generated client is typed.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public class WordsAttribute(params string[] words) : Attribute
{
    /// <summary>The words are the constants of a class.</summary>
    public WordsAttribute(Type constants)
        : this([.. constants.GetFields().Where(f => f is { IsLiteral: true }).Select(f => (string)f.GetRawConstantValue()!)])
    {
    }

    public IReadOnlyList<string> Words => words;
}

/// <summary>The words are an enum's wire names.</summary>
public sealed class WordsAttribute<T>() : WordsAttribute([.. WireName<T>.All])
    where T : struct, Enum;

/// <summary>Every role, the one that may most first.</summary>
public static class RoleNames
{
    public const string Owner = "owner";
    public const string Admin = "admin";
    public const string Manager = "manager";
    public const string Cashier = "cashier";

    /// <summary>Another word for cashier, which stays as it was given.</summary>
    public const string Staff = "staff";
    public const string Barista = "barista";
    public const string Trainee = "trainee";
    public const string Customer = "customer";
}
