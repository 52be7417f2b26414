using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Comanda.Operations;

/// <summary>
/// Writes a file so that only who has the key reads it, and notices whatever was changed, taken out, put in another's place or cut off:
/// pieces of 64 kB, each sealed by AES-256-GCM under a key of the file's own, numbered, the last one marked.
/// </summary>
internal sealed class SealingStream : Stream
{
    internal const int PieceBytes = 64 * 1024, SaltBytes = 16, TagBytes = 16, NonceBytes = 12, HeadBytes = 5;

    private readonly Stream to;
    private readonly AesGcm gcm;
    private readonly byte[] piece = new byte[PieceBytes];
    private int filled;
    private long number;

    public SealingStream(Stream to, byte[] key)
    {
        this.to = to;
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        to.Write(Magic);
        to.Write(salt);
        gcm = KeyOf(key, salt);
    }

    internal static ReadOnlySpan<byte> Magic => "COMANDA1"u8;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            if (filled == PieceBytes)
                WritePiece(isLast: false);
            var fits = Math.Min(buffer.Length, PieceBytes - filled);
            buffer[..fits].CopyTo(piece.AsSpan(filled));
            filled += fits;
            buffer = buffer[fits..];
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Writes the last piece. Without it a reader says that the file was cut off, as it is where something failed.</summary>
    public void Finish() => WritePiece(isLast: true);

    public override void Flush()
    {
        // pieces go out when they are full
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    internal static AesGcm KeyOf(byte[] key, byte[] salt) =>
        new(HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, salt, "comanda backup"u8.ToArray()), TagBytes);

    internal static byte[] NonceOf(long number)
    {
        var nonce = new byte[NonceBytes];
        BinaryPrimitives.WriteInt64BigEndian(nonce.AsSpan(NonceBytes - sizeof(long)), number);
        return nonce;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            gcm.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Whether it is the last, how long it is, what it says, and its tag.</summary>
    private void WritePiece(bool isLast)
    {
        var whole = new byte[HeadBytes + filled + TagBytes];
        whole[0] = isLast ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(whole.AsSpan(1), filled);
        gcm.Encrypt(
            NonceOf(number++),
            piece.AsSpan(0, filled),
            whole.AsSpan(HeadBytes, filled),
            whole.AsSpan(HeadBytes + filled),
            whole.AsSpan(0, HeadBytes));
        to.Write(whole);
        filled = 0;
    }
}
