namespace Comanda.Bench.Attack;

/// <summary>Values that programs trip over, as they stand in JSON or in a query.</summary>
internal static class OddValues
{
    private static readonly string[] Texts =
    [
        "",
        " ",
        "\\u0000",
        "a\\u0000b",
        "\\ud83d",
        "\\ude00x",
        "cut \\ud83c",
        "\\u001b@\\u001bp\\u0000\\u0019\\u00fa",
        "\\r\\nX-Evil: 1",
        "\\u202egnirts",
        "\\ufeff",
        "\\uffff",
        "e\\u0301\\u0301\\u0301",
        "🧁🧁👩‍👩‍👧‍👧",
        "=cmd()",
        "＝cmd()",
        "\\n=1+1",
        "'; drop table orders; --",
        "<script>alert(1)</script>",
        "\\\"><img src=x onerror=alert(1)>",
        "../../../etc/passwd",
        "%00",
        "%2e%2e%2f",
        "${jndi:x}",
        "{{7*7}}",
        "NaN",
        "null",
        "true",
        "0",
        "-1",
        "1e400",
        "2026-02-30",
        "0001-01-01",
        "9999-12-31",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59.9999999-14:00",
        "2026-03-29T02:30:00",
        "2006-01-01T00:00:00Z",
        "+10000-01-01T00:00:00Z",
        "25:61",
        "Mars/Olympus",
        "XXX",
        "http://169.254.169.254/",
        "a@b",
        "a@b.example\\r\\nBcc: c@d.example",
        "+0",
        "++49",
        "0".PadLeft(40, '9'),
        "x".PadLeft(101, 'x'),
        "y".PadLeft(1001, 'y'),
        "z".PadLeft(40_000, 'z'),
        "ı İ ß ﬀ",
        "%_\\\\",
        "a & b | !c:*",
        "\\\\x00",
        "\\u2028",
    ];

    private static readonly string[] Numbers =
    [
        "0",
        "-0",
        "-1",
        "1",
        "2",
        "0.001",
        "0.0001",
        "0.005",
        "1e-30",
        "-1e-30",
        "1e30",
        "1e400",
        "-1e400",
        "9007199254740993",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "2147483647",
        "2147483648",
        "-2147483648",
        "79228162514264337593543950335",
        "99999999999999999999999999999999",
        "9999999.99",
        "10000000000.00",
        "999",
        "1000",
        "1E2",
        "0.1e1",
        "1.0",
        "100",
        "100.0001",
        "0.00000000000000000000000000000000000001",
        "123456789.123456789123456789",
    ];

    private static readonly string[] Others =
    [
        "null",
        "true",
        "false",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "{\"a\":1}",
        "[1,2,3]",
        "\"text\"",
        "1",
        "NaN",
        "-",
        "01",
        ".5",
        "'x'",
        "undefined",
        "\"\\x\"",
        "\"unended",
        "[",
        "{\"a\"",
        "\u0001",
        "",
    ];

    private static readonly string[] Queries =
    [
        "",
        "%00",
        "%ff%fe",
        "%ed%a0%80",
        "-1",
        "0",
        "1",
        "200",
        "201",
        "1e9",
        "99999999999999999999",
        "9223372036854775807",
        "abc",
        "0001-01-01",
        "9999-12-31",
        "2026-02-30",
        "2026-11-30",
        "true",
        "%27%20or%201=1",
        "%0d%0aX-Evil:1",
        "%F0%9F%A7%81",
        "%25_%5C",
        "*",
        "a%20%26%20b%20%7C%20!c:*",
        "..%2f..%2f",
        "%u0041",
        "+",
        "null",
        "{}",
        "[]",
        "html",
        "escpos",
        "pdf",
        "text",
        "csv",
        "ready",
        "open",
        "day",
        "hour",
        "MA",
        "MTAw",
        "eyJhIjoxfQ",
    ];

    public static string Text(Random random) => '"' + Texts[random.Next(Texts.Length)] + '"';

    public static string Number(Random random) => Numbers[random.Next(Numbers.Length)];

    /// <summary>Whatever: of another type, no JSON at all, or as deep as nothing sensible is.</summary>
    public static string Any(Random random) =>
        random.Next(12) switch
        {
            0 => new string('[', 70) + new string(']', 70),
            1 => string.Concat(Enumerable.Repeat("{\"a\":", 5000)) + "1" + new string('}', 5000),
            2 or 3 or 4 => Text(random),
            5 or 6 => Number(random),
            _ => Others[random.Next(Others.Length)],
        };

    /// <summary>As it stands in an address, escaped where it must be and where it must not.</summary>
    public static string Query(Random random) => random.Next(20) == 0 ? new string('q', 3000) : Queries[random.Next(Queries.Length)];

    /// <summary>A header that clients do not send like this.</summary>
    public static (string Name, string Value) Header(Random random)
    {
        (string Name, string[] Values)[] headers =
        [
            ("X-Shop-Id", ["0", "-1", "1", "2", "999999", "9223372036854775808", "abc", "", "1,2", "é"]),
            ("X-Device-Token", ["", "x", "demo-till", "ÿþ", new string('t', 6000)]),
            ("If-Match", ["*", "\"", "\"v", "\"v-1\"", "v99999999999999999999", "W/\"v1\"", "\"v1\", \"v2\"", "é"]),
            ("If-None-Match", ["*", "\"x\"", "é", ","]),
            ("Idempotency-Key", ["", " ", "é", "k", new string('k', 300), new string('k', 8000), "a\tb", "same-for-all"]),
            (
                "Accept",
                ["text/html", "application/pdf", "text/csv", "*/*;q=x", ";;;", "application/json;charset=utf-7", "text/event-stream"]
            ),
            ("Accept-Language", ["xx-YY", "*", new string('e', 3000), "é"]),
            ("Authorization", ["Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Basic YTpi", "Bearer " + new string('j', 9000)]),
            ("X-Forwarded-For", ["1.2.3.4", "::1", "é", "unknown, 8.8.8.8"]),
            ("Range", ["bytes=0-0", "bytes=-1", "bytes=9-1,0-"]),
            ("Content-Encoding", ["gzip", "br", "x"]),
            ("Origin", ["null", "https://evil.example", "é"]),
            ("Last-Event-ID", ["-1", "x", "9223372036854775807"]),
            ("traceparent", ["00-0", "00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-01", "é"]),
        ];
        var (name, values) = headers[random.Next(headers.Length)];
        return (name, values[random.Next(values.Length)]);
    }
}
