namespace RunPod.Fuzz.Mutations;

/// <summary>Values that JSON does not have, or that few expect. Each character is a byte.</summary>
internal static class OddJson
{
    private static readonly string[] Values =
    [
        "NaN", "Infinity", "-Infinity", "-0", "-", "1e400", "-1e400", "1e-400", "01", "+1", ".5", "5.", "0x10", "1e", "9223372036854775807",
        "9223372036854775808", "-9223372036854775809", "1.0", "1e3", "4.9e-324",
        "null", "true", "True", "\"\"", "''", "'a'", "[]", "{}", "[[]]", "{\"\":\"\"}", "[,]", "{,}", "[1,]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "/*c*/1",
        "1//c", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"",
        "\"\\x41\"", "\"\\u12\"", "\"\u0000\"", "\"\t\"", "\"\u00ff\u00fe\"", "\"\u00c0\u00ae\"", "\"\u00ed\u00a0\u0080\"", "\"\u00f4\u0090\u0080\u0080\"",
        "\"unclosed", "[1", "{\"a\":1", "undefined", "\u00ef\u00bb\u00bf1",
        "{\"__proto__\":{\"a\":1}}", "{\"$type\":\"a.b, c\"}", "{\"$ref\":\"#\"}", "{\"a\":1,\"a\":2}", "\"2026-99-99T00:00:00Z\"", "\"DRAFT\"", "2147483648",
        "-1", "0", "10000", "604800001", "5000.5",
    ];

    private static readonly string[] Urls =
    [
        "http://127.0.0.1:9/hook", "http://localhost/", "http://a:99999/", "http://a:-1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1%25lo]/", "http://0/", "http://2130706433/", "http://0x7f.1/",
        "http://user:secret@a.example/", "file:///etc/passwd", "gopher://a/", "javascript:alert(1)", "//a/b", "http://", "http:///a", "https://a.example:0/",
        "http://a\\b/", "http://\\u0000/", "http://169.254.169.254/latest/",
        "http://a.example/\\r\\nX: 1", "http://xn--a-ecp.ru/", "HTTP://A.EXAMPLE/", "http://a.example/#f", " http://a.example/", "http://%31%32%37.0.0.1/",
        "ftp://a/", "a", "",
    ];

    public static string Value(Random random) => random.Next(24) switch
    {
        0 => new string('9', random.Next(20, 3000)),
        1 => "0." + new string('0', random.Next(20, 3000)) + "1",
        2 => $"\"{new string('x', random.Next(100, 20_000))}\"",
        3 => Nested('[', ']', random.Next(30, 3000), "1"),
        4 => NestedObjects(random.Next(30, 1500)),
        5 => $"{{{string.Join(',', Enumerable.Range(0, random.Next(10, 800)).Select(i => FormattableString.Invariant($"\"k{i % 300}\":{i}")))}}}",
        6 => $"[{string.Join(',', Enumerable.Repeat("0", random.Next(10, 5000)))}]",
        7 => $"\"{Odd.Bytes(random, random.Next(1, 60))}\"",
        < 12 => $"\"{Odd.Pick(Urls, random)}\"",
        _ => Odd.Pick(Values, random),
    };

    public static string Nested(char open, char close, int depth, string inner) => new string(open, depth) + inner + new string(close, depth);

    public static string NestedObjects(int depth) => string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);
}
