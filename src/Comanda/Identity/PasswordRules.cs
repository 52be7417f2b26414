using System.Collections.Frozen;
using System.Text;

namespace Comanda.Identity;

/// <summary>
/// What a password must be: 8 characters or more, 72 bytes or fewer (bcrypt reads no more), none that everybody tries
/// first, and not made of the person's own name. No rules of composition: they make passwords worse (NIST SP 800-63B).
/// </summary>
public static class PasswordRules
{
    public const int Shortest = 8;

    /// <summary>
    /// The 3,000 that people choose most, of those that are long enough: what ASVS 6.2.4 asks to be refused. As they stand, in
    /// any case, and with digits and signs at either end.
    /// </summary>
    private static readonly FrozenSet<string> MostCommon = ReadMostCommon();

    /// <summary>
    /// Words that the most common passwords are made of, and words that this trade suggests. A password that is one of them, or two, after
    /// look-alike letters are read as letters and digits and signs at either end are put aside, is common: this covers "Password1!",
    /// "p4ssw0rd", "qwerty2024", "admin123!", "iloveyou", "letmein1", "dragon99".
    /// </summary>
    private static readonly HashSet<string> Stems = new(
        ("password passwort passwd pass passw passcode motdepasse contrasena senha parola wachtwoord haslo qwerty qwertz azerty asdf "
            + "asdfgh asdfghjkl zxcv zxcvbn "
        + "zxcvbnm qwer qwertyui qwertyuiop qazwsx qazwsxedc wasd abc abcd abcde abcdef abcdefg abcdefgh aaa admin administrator root "
        + "user username guest test "
        + "tester testing demo login letmein welcome willkommen bienvenue hello hallo bonjour secret geheim changeme change temp default "
        + "access master "
        + "iloveyou loveyou love lovely lover iloveu sunshine princess dragon monkey football baseball soccer hockey basketball superman "
        + "batman spiderman "
        + "shadow trustno trustnoone whatever freedom starwars jordan michael michelle jennifer jessica ashley daniel charlie thomas "
        + "robert matthew andrew joshua "
        + "hunter ranger harley killer pepper ginger cookie chocolate cheese summer winter spring autumn flower purple orange yellow "
        + "silver golden diamond "
        + "internet computer samsung google facebook apple android windows microsoft nintendo pokemon naruto minecraft fortnite liverpool "
        + "arsenal chelsea "
        + "barcelona realmadrid juventus manchester united england london paris berlin lisboa madrid roma italia france deutschland "
        + "america canada mexico "
        + "january february march april june july august september october november december monday tuesday wednesday thursday friday "
        + "saturday sunday "
        + "qweasd qweasdzxc killer hello mustang corvette ferrari mercedes porsche yamaha honda toyota jesus christ god angel angels "
        + "heaven blessed faith "
        + "family mother father brother sister babygirl babyboy baby sweetheart honey sweety friends forever lucky happy smile peace "
        + "music guitar metallica "
        + "slipknot eminem nirvana beatles zeppelin matrix gandalf merlin phoenix tiger lion eagle falcon wolf bear panther buster bailey "
        + "maggie bandit "
        + "cafe coffee kaffee caffe bakery bakerei butterfly midnight samantha elizabeth alexander alexandra christian christopher "
        + "champion dolphin dolphins steelers startrek scooter blink nicholas nicole jonathan victoria "
        + "benjamin brandon anthony william richard edward george james joseph justin kevin jason patrick steven steve stephen thunder "
        + "lightning maverick marlboro corvette cowboys "
        + "yankees lakers rangers redsox raiders packers giants eagles bulldog bulldogs rocket rockets soldier warrior knight wizard "
        + "magic mickey minnie donald snoopy garfield "
        + "scooby tigger winnie pooh barney elephant hammer snickers rainbow sparky crystal jasmine melissa amanda heather stephanie "
        + "danielle rachel rebecca natalie vanessa "
        + "isabella olivia emma sophia charlotte amelia mia lucas oliver noah liam mason jacob ethan logan aiden jackson carlos antonio "
        + "francisco manuel fernando alejandro "
        + "maria carmen teresa ana laura julia andrea marta sofia paula lucia elena clara giulia francesca chiara federico lorenzo "
        + "giovanni marco luca matteo hans peter "
        + "klaus stefan markus sabine petra monika claudia birgit helga pierre jean marie sophie camille juliette nathalie portugal "
        + "brasil espana benfica sporting porto "
        + "flamengo corinthians bayern dortmund schalke ajax barca messi ronaldo neymar newyork chicago boston dallas houston phoenix "
        + "seattle denver texas florida "
        + "california hawaii australia sydney tokyo moscow russia ukraine poland china japan korea india mountain river ocean beach "
        + "island forest garden kitten kitty puppy "
        + "doggy horse turtle rabbit spider scorpion cobra viper jaguar panther cheetah gorilla buffalo pirate ninja samurai zombie "
        + "vampire monster demon devil satan "
        + "lucifer hell fuckyou fuckoff asshole bitch pussy sexy hotgirl playboy lollipop strawberry banana cherry peaches apples orange "
        + "lemon mango coconut vanilla "
        + "caramel cupcake muffin brownie pancake pizza burger taco sandwich bacon beer whiskey vodka tequila barista espresso cappuccino "
        + "latte comanda croissant till cashier manager owner trainee staff kitchen menu shop").Split(' '),
        StringComparer.Ordinal);

    private const string KeyRows =
        "01234567890 qwertyuiop asdfghjkl zxcvbnm abcdefghijklmnopqrstuvwxyz 1qaz2wsx3edc4rfv5tgb6yhn7ujm 1q2w3e4r5t6y7u8i9o0p";

    /// <summary>What is wrong with a password; null where nothing is.</summary>
    /// <param name="password">As typed: nothing is cut or folded.</param>
    /// <param name="names">The person's and the shop's names: nobody's password may be one of them.</param>
    public static string? Check(string? password, params IEnumerable<string?> names)
    {
        if (string.IsNullOrEmpty(password))
            return "is required";
        if (password.EnumerateRunes().Count() < Shortest)
            return $"must have at least {Shortest} characters";
        if (!Bcrypt.IsHashable(password))
            return $"must have at most {Bcrypt.LongestPassword} bytes";
        if (IsCommon(password) || names.Any(n => IsName(password, n)))
            return "is one that others guess first; choose another";
        return null;
    }

    private static bool IsCommon(string password)
    {
        var lower = password.ToLowerInvariant();
        return lower.Distinct().Count() < 4
            || MostCommon.Contains(lower)
            || IsWalk(lower)
            || IsStem(lower.Trim(Ends))
            || IsStem(Letters(lower).Trim(Ends))
            || IsStem(Letters(lower.Trim(Ends)).Trim(Ends));
    }

    private static bool IsStem(string core)
    {
        if (core.Length == 0)
            return false; // digits and signs alone are no word; walks and repetitions are looked for elsewhere
        if (Stems.Contains(core) || MostCommon.Contains(core))
            return true;
        // One word twice, or two of them: passwordpassword, admincafe.
        for (var cut = 3; cut <= core.Length - 3; cut++)
        {
            if (Stems.Contains(core[..cut]) && Stems.Contains(core[cut..].TrimStart(Ends)))
                return true;
        }

        return false;
    }

    /// <summary>
    /// A run along the keys or the alphabet, forwards or backwards, perhaps repeated, perhaps with a digit or two more: 12345678,
    /// qwertyuiop, 87654321.
    /// </summary>
    private static bool IsWalk(string text)
    {
        foreach (var row in KeyRows.Split(' '))
        {
            foreach (var way in (string[])[row, new string([.. row.Reverse()])])
            {
                var longest = Runs(text, way);
                if (longest >= text.Length - 2)
                    return true;
            }
        }

        return false;
    }

    /// <summary>How much of the text runs of at least four along the row cover.</summary>
    private static int Runs(string text, string row)
    {
        var covered = 0;
        for (var i = 0; i < text.Length;)
        {
            var length = 1;
            while (i + length < text.Length && row.Contains(text.AsSpan(i, length + 1), StringComparison.Ordinal))
                length++;
            if (length >= 4)
                covered += length;
            i += length;
        }

        return covered;
    }

    private static bool IsName(string password, string? name) =>
        name is { Length: >= 3 } && (string.Equals(password.Trim(Ends), name.Trim(), StringComparison.OrdinalIgnoreCase)
            || string.Equals(password, name.Trim(), StringComparison.OrdinalIgnoreCase)
            || string.Equals(password.Trim(Ends), name.Split('@')[0], StringComparison.OrdinalIgnoreCase));

    private static FrozenSet<string> ReadMostCommon()
    {
        using var list = new StreamReader(typeof(PasswordRules).Assembly.GetManifestResourceStream("CommonPasswords.txt")!);
        return list.ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(l => l[0] != '#')
            .ToFrozenSet(StringComparer.Ordinal);
    }

    private static readonly char[] Ends = [.. "0123456789!?.,;:*#$%&@+-_=~/\\()[]{}<>'\"^ ".Distinct()];

    /// <summary>Look-alikes read as the letters they stand for.</summary>
    private static string Letters(string text)
    {
        var letters = new StringBuilder(text.Length);
        foreach (var c in text)
            letters.Append(c switch
            {
                '0' =>
                'o',
                '1' => 'i',
                '3' => 'e',
                '4' or '@' => 'a',
                '5' or '$' => 's',
                '7' => 't',
                '8' => 'b',
                '!' => 'i',
                _ => c
            });
        return letters.ToString();
    }
}
