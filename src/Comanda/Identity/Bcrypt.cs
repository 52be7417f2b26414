using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Comanda.Identity;

/// <summary>
/// bcrypt (<c>$2b$</c>) by BCrypt.Net. One hash takes a quarter of a second at cost 12 by design, so hashing runs off the
/// request's thread, no more at once than there are processors, and those who wait take turns by the place they come from. Strangers get
/// half of the processors and wait among themselves: however many of them sign in or register from wherever, a till's PIN and a manager's
/// approval do not stand behind them.
/// </summary>
public static partial class Bcrypt
{
    /// <summary>bcrypt reads no more than this many bytes; longer passwords are refused, not cut.</summary>
    public const int LongestPassword = 72;

    private const int HashLength = 60;

    private static readonly HashingSeats Seats = new(
        staff: Math.Max(1, Environment.ProcessorCount), strangers: Math.Max(1, Environment.ProcessorCount / 2), mostStrangers: 500);

    /// <summary>
    /// Where the request under way comes from; places wait for a seat in turns. The gate sets it, sign-in at a device its own.
    /// </summary>
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

    /// <summary>
    /// The hash under a setting that is kept: the same code and setting give the same hash. <see cref="IsSetting"/> tells of one that
    /// is none.
    /// </summary>
    public static Task<string> HashShortCode(string code, string setting, CancellationToken cancel) => Compute(code, setting, cancel);

    /// <summary>
    /// Whether a password matches a hash, in time that does not depend on where they differ. Nothing matches a stored text that is no hash,
    /// and the time is spent all the same.
    /// </summary>
    public static async Task<bool> Verify(string password, string hash, CancellationToken cancel)
    {
        var fits = IsHashable(password) && IsHash(hash);
        var computed = await Compute(fits ? password : "", IsHash(hash) ? hash : NewSetting(Cost), cancel);
        return fits && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(computed), Encoding.ASCII.GetBytes(hash));
    }

    /// <summary>True where every byte of the password counts: not too long, and no NUL, at which other programs end a text.</summary>
    public static bool IsHashable(string password) => Encoding.UTF8.GetByteCount(password) <= LongestPassword && !password.Contains('\0');

    /// <summary>True of a setting, and of a hash, which begins with one.</summary>
    public static bool IsSetting(string text) => Setting().IsMatch(text);

    private static bool IsHash(string text) => text.Length == HashLength && IsSetting(text);

    /// <summary>Work that no request asked for is the program's own.</summary>
    private static Task<string> Compute(string password, string setting, CancellationToken cancel) =>
        Seats.Run(
            Place.Value ?? new("", IsStaff: true),
            () => Task.Run(() => BCrypt.Net.BCrypt.HashPassword(password, setting), CancellationToken.None),
            cancel);

    private static string NewSetting(int cost) => BCrypt.Net.BCrypt.GenerateSalt(cost, 'b');

    // Version, cost (2^4 to 2^31 rounds), 22 characters of salt, and of a hash 31 more.
    [GeneratedRegex(
        @"^\$2[aby]\$(0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{22}([./A-Za-z0-9]{31})?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Setting();
}
