using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Comanda.Identity;

/// <summary>
/// bcrypt by the operating system's own libcrypt (<c>crypt_rn</c>, <c>$2b$</c>): there is no maintained package for it in
/// our registry, and a cipher is nothing to write again. One hash takes a quarter of a second at cost 12 by design, so
/// hashing runs off the request's thread, no more at once than there are processors, and those who wait take turns by the
/// place they come from. Strangers get half of the processors and wait among themselves: however many of them sign in or
/// register from wherever, a till's PIN and a manager's approval do not stand behind them.
/// </summary>
public static partial class Bcrypt
{
    /// <summary>bcrypt reads no more than this many bytes; longer passwords are refused, not cut.</summary>
    public const int LongestPassword = 72;

    private const string Alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly HashingSeats Seats = new(
        staff: Math.Max(1, Environment.ProcessorCount), strangers: Math.Max(1, Environment.ProcessorCount / 2), mostStrangers: 500);

    /// <summary>Where the request under way comes from; places wait for a seat in turns. The gate sets it, sign-in at a device its own.</summary>
    public static AsyncLocal<WorkPlace?> Place { get; } = new();

    /// <summary>Work factor of new hashes: 2^12 rounds. Only tests lower it.</summary>
    public static int Cost { get; set; } = 12;

    /// <summary>
    /// Work factor for PINs and one-time codes, which are short and in a hurry: 2^10 rounds, a sixteenth of a second. What
    /// protects them are the limits on guessing; the hash is for a database that was stolen.
    /// </summary>
    public static int ShortCodeCost => Math.Min(Cost, 10);

    public static Task<string> Hash(string password, CancellationToken cancel) => Compute(password, NewSetting(Cost), cancel);

    /// <summary>A new setting (cost and random salt) for short codes.</summary>
    public static string NewShortCodeSetting() => NewSetting(ShortCodeCost);

    /// <summary>The hash under a setting that is kept: the same code and setting give the same hash.</summary>
    public static Task<string> HashShortCode(string code, string setting, CancellationToken cancel) => Compute(code, setting, cancel);

    /// <summary>Whether a password matches a hash, in time that does not depend on where they differ.</summary>
    public static async Task<bool> Verify(string password, string hash, CancellationToken cancel)
    {
        var fits = IsHashable(password);
        var computed = await Compute(fits ? password : "", hash, cancel);
        return fits && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(computed), Encoding.ASCII.GetBytes(hash));
    }

    /// <summary>True where every byte of the password counts: not too long, and no NUL, at which C ends a text.</summary>
    public static bool IsHashable(string password) => Encoding.UTF8.GetByteCount(password) <= LongestPassword && !password.Contains('\0');

    /// <summary>Checks libcrypt with a known answer; a platform without bcrypt is told at the start, not at the first sign-in.</summary>
    /// <remarks>Vector: John the Ripper's bcrypt tests, password "U*U".</remarks>
    public static void SelfCheck()
    {
        const string known = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
        string computed;
        try
        {
            computed = Crypt("U*U", known);
        }
        catch (DllNotFoundException)
        {
            throw new Data.StartupException("libcrypt is missing: apt-get install libcrypt1");
        }

        if (computed != known)
            throw new Data.StartupException("this system's libcrypt does not compute bcrypt as it must");
    }

    /// <summary>Work that no request asked for is the program's own.</summary>
    private static Task<string> Compute(string password, string setting, CancellationToken cancel) =>
        Seats.Run(Place.Value ?? new("", IsStaff: true), () => Task.Run(() => Crypt(password, setting), CancellationToken.None), cancel);

    private static string NewSetting(int cost)
    {
        var setting = new StringBuilder($"$2b${cost:00}$", 29);
        Span<byte> random = stackalloc byte[22];
        RandomNumberGenerator.Fill(random);
        foreach (var value in random[..21])
            setting.Append(Alphabet[value & 63]);
        // 128 bits of salt fill 21 characters and two bits: the last character has only four values.
        return setting.Append(Alphabet[random[21] & 48]).ToString();
    }

    private static unsafe string Crypt(string password, string setting)
    {
        // The answer lies inside the workspace, so the workspace must stay where it is until the answer is read.
        const int size = 32_768; // sizeof(struct crypt_data)
        var workspace = (byte*)NativeMemory.AllocZeroed(size);
        try
        {
            var result = crypt_rn(password, setting, workspace, size);
            return Marshal.PtrToStringAnsi((nint)result) ?? throw new CryptographicException("libcrypt refused the hash's setting");
        }
        finally
        {
            NativeMemory.Clear(workspace, size); // it holds the password
            NativeMemory.Free(workspace);
        }
    }

    [LibraryImport("libcrypt.so.1", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial byte* crypt_rn(string phrase, string setting, byte* data, int size);
}
