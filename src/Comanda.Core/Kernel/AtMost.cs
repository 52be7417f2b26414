using System.ComponentModel.DataAnnotations;

namespace Comanda.Kernel;

/// <summary>Text of at most so many characters, with words that stand behind a field's name.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AtMostAttribute : MaxLengthAttribute
{
    public AtMostAttribute(int characters)
        : base(characters) => ErrorMessage = $"must have at most {characters} characters";
}
