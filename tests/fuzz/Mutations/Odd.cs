using System.Text;

namespace RunPod.Fuzz.Mutations;

/// <summary>Texts that no client means to send. Each character is a byte.</summary>
internal static class Odd
{
    /// <summary>In place of an id, or of any segment of a path.</summary>
    private static readonly string[] Segments =
    [
        "..", ".", "%2e%2e", "%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..%2f..%2f..%2fdata%2fkeys", "%252e%252e%252f%252e%252e%252fetc%252fpasswd",
        "..%5c..%5cwindows",
        "%c0%ae%c0%ae%c0%af", "%e0%80%ae%e0%80%ae%e0%80%af", "..;", ";a=b", "%00", "a%00.png", "%", "%z", "%zz", "%u002e", "%0d%0aSet-Cookie:%20a=b", "%0a",
        "%09", "%20", "+", "%ff%fe",
        "%F0%9F%92%A9", "%ed%a0%80", "\u00ff\u00fe", "\u00f0\u009f\u0092\u00a9", "-1", "0", "00000000-0000-0000-0000-000000000000", "sync-", "batch_", "req_",
        "batch_ffffffffffffffffffffffffffffffff",
        "req_ffffffffffffffffffffffffffffffff-99999999999999999999", "req_ffffffffffffffffffffffffffffffff--1", "null", "undefined", "*", "'", "%22",
        "%3Cscript%3E", "{", "}", "{jobId}", "[", "a:b", "a%3Ab",
        "a%2Fb", "%2F", "%2f%2f", "%5c", "\\", "~root", "$(id)", "%7Cid", "{{7*7}}", "%24%7Bjndi:ldap://a%7D", "CON", "a..b", "user%2Fother", "local",
        "%C5%BFync-", "%EF%BC%8E%EF%BC%8E", "%E2%80%AE",
    ];

    private static readonly string[] Numbers =
    [
        "NaN", "Infinity", "-Infinity", "-1", "-0", "0", "1e99", "1e400", "1e-400", "0x10", "010", "1.5", "1,5", "+1", "%2B1", "1_000", "1e3",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "99999999999999999999999999", "2147483648", "4294967296", "18446744073709551616", "", "%20", "%00", "null", "true", "%D9%A1%D9%A2", "%EF%BC%91",
        "300001", "999", "604800001", "1;2", "[1]",
        "1%0d%0a", "2026-01-01", "1000 ",
    ];

    public static string Segment(Random random) => random.Next(20) switch
    {
        0 => new string('a', random.Next(300, 7000)),
        1 => string.Concat(Enumerable.Repeat("..%2f", random.Next(2, 200))),
        2 => string.Concat(Enumerable.Repeat("%41", random.Next(100, 2000))),
        3 => string.Concat(Enumerable.Repeat("a/", random.Next(5, 500))),
        _ => Pick(Segments, random),
    };

    public static string Number(Random random) => random.Next(20) == 0 ? new string('9', random.Next(20, 4000)) : Pick(Numbers, random);

    /// <summary>Bytes of any value but those that end a line.</summary>
    public static string Bytes(Random random, int length) => string.Create(length, random, (bytes, source) =>
    {
        foreach (ref var one in bytes)
        {
            one = (char)source.Next(256);
            one = one is '\r' or '\n' ? '.' : one;
        }
    });

    public static string Utf8(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    public static T Pick<T>(IReadOnlyList<T> values, Random random) => values[random.Next(values.Count)];
}
