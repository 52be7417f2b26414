using System.Text.Json;

namespace Comanda.Operations;

/// <summary>What a backup is, as its manifest.json says.</summary>
/// <param name="MadeAt">The moment that it shows.</param>
/// <param name="Version">Of Comanda.</param>
/// <param name="Encrypted">Whether it takes the key to read it.</param>
/// <param name="Files">Its parts.</param>
/// <param name="Figures">What its database held, sealed where the rest is: a restore must come to the same.</param>
internal sealed record BackupManifest(
    DateTimeOffset MadeAt,
    string Version,
    bool Encrypted,
    IReadOnlyList<BackupPart> Files,
    string Figures)
{
    public const string FileName = "manifest.json";

    private static readonly JsonSerializerOptions Shape = new(Json.Options) { WriteIndented = true };

    public string Write() => JsonSerializer.Serialize(this, Shape);

    public static BackupManifest Read(string text) =>
        JsonSerializer.Deserialize<BackupManifest>(text, Shape) ?? throw new JsonException("it is empty");
}

/// <summary>A part of a backup as it lies there, encrypted or not.</summary>
internal sealed record BackupPart(string Name, long Bytes, string Sha256);
