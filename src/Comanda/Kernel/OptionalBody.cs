using Microsoft.AspNetCore.Http.Metadata;

namespace Comanda.Kernel;

/// <summary>A body that may be left out.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class OptionalBodyAttribute : Attribute, IFromBodyMetadata
{
    bool IFromBodyMetadata.AllowEmpty => true;
}
