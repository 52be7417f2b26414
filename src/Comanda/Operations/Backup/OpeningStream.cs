using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Comanda.Operations;

/// <summary>Reads what <see cref="SealingStream"/> wrote.</summary>
/// <exception cref="InvalidDataException">It was sealed with another key, changed, or cut off.</exception>
internal sealed class OpeningStream : Stream
{
    private readonly Stream from;
    private readonly AesGcm gcm;
    private byte[] piece = [];
    private int read;
    private long number;
    private bool isLast;

    public OpeningStream(Stream from, byte[] key)
    {
        this.from = from;
        var magic = new byte[SealingStream.Magic.Length];
        if (from.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) < magic.Length || !SealingStream.Magic.SequenceEqual(magic))
            throw new InvalidDataException("it is not an encrypted part of a backup");
        var salt = new byte[SealingStream.SaltBytes];
        from.ReadExactly(salt);
        gcm = SealingStream.KeyOf(key, salt);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (read == piece.Length && !isLast)
            ReadPiece();
        var length = Math.Min(buffer.Length, piece.Length - read);
        piece.AsSpan(read, length).CopyTo(buffer);
        read += length;
        return length;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Read(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            gcm.Dispose();
            from.Dispose();
        }

        base.Dispose(disposing);
    }

    private void ReadPiece()
    {
        var head = new byte[SealingStream.HeadBytes];
        if (from.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length)
            throw new InvalidDataException("it was cut off");
        var length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1));
        if (length is < 0 or > SealingStream.PieceBytes)
            throw new InvalidDataException("it was changed");
        var (cipher, tag) = (new byte[length], new byte[SealingStream.TagBytes]);
        if (from.ReadAtLeast(cipher, length, throwOnEndOfStream: false) < length
            || from.ReadAtLeast(tag, tag.Length, throwOnEndOfStream: false) < tag.Length)
            throw new InvalidDataException("it was cut off");
        try
        {
            piece = new byte[length];
            gcm.Decrypt(SealingStream.NonceOf(number++), cipher, tag, piece, head);
        }
        catch (CryptographicException wrong)
        {
            throw new InvalidDataException("it was sealed with another key, or changed", wrong);
        }

        (read, isLast) = (0, head[0] == 1);
    }
}
