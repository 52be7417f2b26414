using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Comanda.Imports;

/// <summary>
/// All that a file says of a sale, in a few letters: another one means that it is another by now. What depends on the file and not on the
/// sale (line numbers, names of files) is left out, and so is what a later file may add (who was refunded).
/// </summary>
internal static class FingerPrint
{
    /// <summary>
    /// In three parts, with points between: what was sold, what was paid, and which of both the files knew.
    /// </summary>
    public static string Of(TakenSale sale)
    {
        var hash = Begin();
        Add(hash, sale.At.UtcTicks, (int)sale.Type, sale.Day?.DayNumber ?? -1);
        Add(hash, sale.Number, sale.Customer, sale.CustomerName, sale.Staff, sale.Notes);
        foreach (var line in sale.Lines)
        {
            var sold = line.Total - line.ServiceCharge;
            Add(hash, line.Quantity, line.UnitPrice.Minor, line.Discount.Minor, sold.Minor, line.Tax.Minor);
            Add(hash, line.Product, line.Name, line.Category, line.Notes);
            foreach (var option in line.Options)
            {
                Add(hash, option.Name);
                Add(hash, option.Price.Minor, option.Quantity);
            }
        }

        var lines = Done(hash);
        hash = Begin();
        Add(hash, sale.Tip.Minor, sale.Delivery.Minor, sale.TaxInside ? 1 : 0, sale.Total.Minor);
        foreach (var payment in sale.Payments)
            Add(hash, (int)payment.Method, payment.Amount.Minor);
        return $"{lines}.{Done(hash)}.{(int)sale.Knows}";
    }

    /// <summary>
    /// Whether a sale is what is here of it, by the half that its files know. Null where they would undo the other half.
    /// </summary>
    public static bool? IsSame(string print, string there, Knows knows)
    {
        if (print == there)
            return true;
        if (there.Split('.') is not [var lines, var sums, var known])
            return false;
        var (before, parts) = ((Knows)int.Parse(known, System.Globalization.CultureInfo.InvariantCulture), print.Split('.'));
        if ((before | knows) == knows)
            return false;
        return before == Knows.All && (knows == Knows.Lines ? parts[0] == lines : parts[1] == sums) ? true : null;
    }

    public static string Of(TakenRefund refund)
    {
        var hash = Begin();
        Add(hash, refund.At.UtcTicks, refund.Amount.Minor);
        Add(hash, refund.Of);
        return $"{Done(hash)}.{refund.Tip.Minor}";
    }

    /// <summary>Whether a refund is what is here of it; a file that knows of no tips does not take one away.</summary>
    public static bool IsSame(string print, string there, bool tipKnown) =>
        print == there || (!tipKnown && there.Split('.')[0] == print.Split('.')[0]);

    public static string Of(TakenProduct product)
    {
        var hash = Begin();
        Add(hash, product.Name, product.Category, product.Description, product.Sku, product.Barcode, product.Unit?.ToWire());
        Add(hash, product.Price?.Minor ?? -1, product.Offer?.Minor ?? -1, product.TaxRate?.TenThousandths ?? -1);
        Add(hash, product.Archived ? 1 : 0, product.Available ? 1 : 0);
        return Done(hash);
    }

    public static string Of(TakenGuest guest)
    {
        var hash = Begin();
        Add(hash, guest.Name, guest.Email, guest.Phone);
        return Done(hash);
    }

    /// <summary>One buffer for each thread: there are as many fingerprints as sales.</summary>
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    private static ArrayBufferWriter<byte> Begin()
    {
        buffer ??= new(2048);
        buffer.ResetWrittenCount();
        return buffer;
    }

    private static string Done(ArrayBufferWriter<byte> hash)
    {
        Span<byte> all = stackalloc byte[32];
        SHA256.HashData(hash.WrittenSpan, all);
        return Convert.ToHexStringLower(all[..12]);
    }

    private static void Add(ArrayBufferWriter<byte> hash, params ReadOnlySpan<long> numbers)
    {
        foreach (var number in numbers)
        {
            BinaryPrimitives.WriteInt64LittleEndian(hash.GetSpan(8), number);
            hash.Advance(8);
        }
    }

    private static void Add(ArrayBufferWriter<byte> hash, params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            // With its length, so that no two lists of texts are one.
            Add(hash, text?.Length ?? -1L);
            if (text is not null)
                Encoding.UTF8.GetBytes(text, hash);
        }
    }
}
