using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Comanda.Imports;

/// <summary>
/// Rows in PostgreSQL's binary form, put together in one buffer: an import has millions of values, and awaiting each of them costs more
/// than sending them.
/// </summary>
internal sealed class CopyWriter(Stream stream)
{
    private const int SendFrom = 64 * 1024;

    private static readonly DateOnly Epoch = new(2000, 1, 1);
    private static readonly DateTime EpochTime = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private byte[] buffer = new byte[SendFrom * 2];
    private int used;

    public void Begin()
    {
        // The signature, no flags, nothing behind the header.
        ReadOnlySpan<byte> header = [.. "PGCOPY\n"u8, 0xff, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];
        header.CopyTo(Room(header.Length));
    }

    /// <summary>The next row, of so many values.</summary>
    public void Row(int values) => BinaryPrimitives.WriteInt16BigEndian(Room(2), (short)values);

    public void Null() => BinaryPrimitives.WriteInt32BigEndian(Room(4), -1);

    public void Write(long value)
    {
        var room = Room(12);
        BinaryPrimitives.WriteInt32BigEndian(room, 8);
        BinaryPrimitives.WriteInt64BigEndian(room[4..], value);
    }

    public void Write(long? value)
    {
        if (value is { } known)
            Write(known);
        else
            Null();
    }

    public void Write(int value)
    {
        var room = Room(8);
        BinaryPrimitives.WriteInt32BigEndian(room, 4);
        BinaryPrimitives.WriteInt32BigEndian(room[4..], value);
    }

    public void Write(bool value)
    {
        var room = Room(5);
        BinaryPrimitives.WriteInt32BigEndian(room, 1);
        room[4] = value ? (byte)1 : (byte)0;
    }

    public void Write(DateOnly day) => Write(day.DayNumber - Epoch.DayNumber);

    public void Write(DateTimeOffset at) => Write((at.UtcTicks - EpochTime.Ticks) / 10);

    public void Write(string? text)
    {
        if (text is null)
        {
            Null();
            return;
        }

        var room = Room(4 + Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, room[4..]);
        BinaryPrimitives.WriteInt32BigEndian(room, length);
        used -= room.Length - 4 - length;
    }

    /// <summary>Four decimal digits in each of its parts.</summary>
    public void Write(decimal? value)
    {
        if (value is not { } number)
        {
            Null();
            return;
        }

        var parts = Math.Abs(number).ToString("0.############################", CultureInfo.InvariantCulture).Split('.');
        var (whole, rest) = (parts[0], parts.Length > 1 ? parts[1] : "");
        var digits = whole.PadLeft((whole.Length + 3) / 4 * 4, '0') + rest.PadRight((rest.Length + 3) / 4 * 4, '0');
        var room = Room(12 + (digits.Length / 2));
        BinaryPrimitives.WriteInt32BigEndian(room, room.Length - 4);
        BinaryPrimitives.WriteInt16BigEndian(room[4..], (short)(digits.Length / 4));
        BinaryPrimitives.WriteInt16BigEndian(room[6..], (short)(((whole.Length + 3) / 4) - 1));
        BinaryPrimitives.WriteInt16BigEndian(room[8..], number < 0 ? (short)0x4000 : (short)0);
        BinaryPrimitives.WriteInt16BigEndian(room[10..], (short)rest.Length);
        for (var i = 0; i < digits.Length; i += 4)
        {
            BinaryPrimitives.WriteInt16BigEndian(
                room[(12 + (i / 2))..], short.Parse(digits.AsSpan(i, 4), NumberStyles.None, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Sends what has come together, where it is enough.</summary>
    public ValueTask Send(CancellationToken cancel) => used < SendFrom ? ValueTask.CompletedTask : Flush(cancel);

    public async ValueTask End(CancellationToken cancel)
    {
        Row(-1);
        await Flush(cancel);
    }

    private async ValueTask Flush(CancellationToken cancel)
    {
        await stream.WriteAsync(buffer.AsMemory(0, used), cancel);
        used = 0;
    }

    private Span<byte> Room(int length)
    {
        if (used + length > buffer.Length)
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, used + length));
        used += length;
        return buffer.AsSpan(used - length, length);
    }
}
