using System.Buffers;

namespace Comanda.Dialects;

/// <summary>Values that are needed again where their record ends, as they were written.</summary>
internal sealed class KeptValues : IDisposable
{
    private readonly List<(int Depth, string Name, int Start, int Length)> values = [];
    private byte[] bytes = [];
    private int length;

    public void Keep(int depth, string name, ReadOnlySpan<byte> value)
    {
        if (bytes.Length < length + value.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(256, 2 * (length + value.Length)));
            bytes.AsSpan(0, length).CopyTo(larger);
            Return();
            bytes = larger;
        }

        value.CopyTo(bytes.AsSpan(length));
        values.Add((depth, name, length, value.Length));
        length += value.Length;
    }

    /// <summary>Where several records in a list tell it, the first does.</summary>
    public void KeepFirst(int depth, string name, ReadOnlySpan<byte> value)
    {
        if (Find(depth, name).IsEmpty)
            Keep(depth, name, value);
    }

    /// <summary>Empty where nothing was kept.</summary>
    public ReadOnlySpan<byte> Find(int depth, string name)
    {
        foreach (var (at, called, start, size) in values)
        {
            if (at == depth && called == name)
                return bytes.AsSpan(start, size);
        }

        return [];
    }

    /// <summary>The record at this depth has ended.</summary>
    public void Forget(int depth)
    {
        if (values.Count == 0)
            return;
        values.RemoveAll(v => v.Depth == depth);
        if (values.Count == 0)
            length = 0;
    }

    public void Dispose() => Return();

    private void Return()
    {
        if (bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(bytes);
        bytes = [];
    }
}
