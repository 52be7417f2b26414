namespace Comanda.Dialects;

/// <summary>How else a wire record may be spelled by who sends it. A name is looked up as snake_case: zipCode is zip_code.</summary>
internal sealed record OtherSpelling
{
    /// <summary>What else a field is called, and what it is called here.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    /// <summary>What the server works out and a caller may show: it was what they saw, and is never taken for what it costs.</summary>
    public IReadOnlyCollection<string> Figures { get; init; } = [];

    /// <summary>The fields of a record that reads itself.</summary>
    public IReadOnlyCollection<string>? Fields { get; init; }

    /// <summary>A row that is sent back whole: a field that says what is so already says nothing.</summary>
    public bool TakesWholeRow { get; init; }

    /// <summary>What is not only called otherwise but made otherwise: a number for an object, one field for two.</summary>
    public Action<SentObject>? Reshape { get; init; }
}
