using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Comanda.Identity;

/// <summary>
/// Our ids as UUIDs, and back, without a column for them. A UUID of version 8 (RFC 9562) has 122 bits of its own: 60 of them check the
/// kind and the id (AES under one key), the other 62 are both of them under a mask that the check makes (AES under another), which is
/// SIV (RFC 5297) in small. So a UUID tells nothing, is always the same for the same thing, and one that we did not make, or made for
/// another kind, or in another installation, is told from ours: a guess hits with 1 in 2⁶⁰.
/// <para>
/// The keys have a row of their own among the signing keys: those that sign people in are replaced, what a client keeps must not change.
/// </para>
/// </summary>
public sealed class Uuids(LastingKeys keys)
{
    /// <summary>Characters of a UUID.</summary>
    public const int Length = 36;

    private const string Row = "uuids";
    private const int KindBits = 8, IdBits = 53;
    private const ulong CheckMask = (1UL << 60) - 1, SecretMask = (1UL << 62) - 1;

    private readonly ConcurrentBag<Blocks> resting = [];
    private byte[]? key;

    /// <summary>Has its keys; to be awaited once before the others are asked.</summary>
    public async ValueTask Ready(CancellationToken cancel) => key ??= await keys.OfItsOwn(Row, cancel);

    public async ValueTask<Guid> Of(IdKind kind, long id, CancellationToken cancel)
    {
        await Ready(cancel);
        return Of(kind, id);
    }

    /// <summary>The UUID of something of this kind.</summary>
    public Guid Of(IdKind kind, long id)
    {
        if (!IsId(id) || kind == IdKind.None)
            throw new ArgumentOutOfRangeException(nameof(id), id, $"is no id of a {kind}");
        var plain = ((ulong)kind << IdBits) | (ulong)id;
        var blocks = Take();
        var check = blocks.Check(plain) & CheckMask;
        var secret = (plain ^ blocks.Mask(check)) & SecretMask;
        resting.Add(blocks);
        // 48 bits, version 8, 12 bits; variant 10, 62 bits
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (check >> 12 << 16) | 0x8000 | (check & 0xFFF));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], (1UL << 63) | secret);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>What a UUID of ours is of; null for any other.</summary>
    public (IdKind Kind, long Id)? Read(Guid uuid)
    {
        Span<byte> bytes = stackalloc byte[16];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        var (high, low) = (BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        if ((high & 0xF000) != 0x8000 || low >> 62 != 0b10)
            return null;
        var check = (high >> 16 << 12) | (high & 0xFFF);
        var blocks = Take();
        var plain = ((low & SecretMask) ^ blocks.Mask(check)) & SecretMask;
        var ours = (blocks.Check(plain) & CheckMask) == check;
        resting.Add(blocks);
        return ours && plain >> (KindBits + IdBits) == 0 ? ((IdKind)(plain >> IdBits), (long)(plain & ((1UL << IdBits) - 1))) : null;
    }

    /// <summary>Whether it is something that has a UUID.</summary>
    public static bool IsId(long id) => id is > 0 and < 1L << IdBits;

    private Blocks Take() => resting.TryTake(out var blocks)
        ? blocks
        : new(key ?? throw new InvalidOperationException("The keys were not asked for yet."));

    /// <summary>The two ciphers with their scratch paper: not for two at once.</summary>
    private sealed class Blocks(byte[] key)
    {
        private readonly ICryptoTransform check = Cipher(key.AsSpan(0, 16)), mask = Cipher(key.AsSpan(16, 16));
        private readonly byte[] block = new byte[16], made = new byte[16];

        public ulong Check(ulong of) => Run(check, of);

        public ulong Mask(ulong of) => Run(mask, of);

        private ulong Run(ICryptoTransform cipher, ulong of)
        {
            BinaryPrimitives.WriteUInt64BigEndian(block, of);
            cipher.TransformBlock(block, 0, 16, made, 0);
            return BinaryPrimitives.ReadUInt64BigEndian(made);
        }

        private static ICryptoTransform Cipher(ReadOnlySpan<byte> key)
        {
            using var aes = Aes.Create();
            (aes.Mode, aes.Padding, aes.Key) = (CipherMode.ECB, PaddingMode.None, key.ToArray());
            return aes.CreateEncryptor();
        }
    }
}
