using System.Globalization;
using RunPod.Fuzz.Requests;

namespace RunPod.Fuzz.Mutations;

/// <summary>Headers, but those that say where the body ends.</summary>
internal static class HeaderMutations
{
    private static readonly string[] Hosts =
    [
        "a:99999", "a:-1", "a:0", "a:b", "", "user:pass@host", "[::1]", "[::1", "[fe80::1%25eth0]:80", "localhost:65536", "a b", "a,b", "*", "-", "..", "a/b",
        "evil.example", new('a', 5000), "\u00ff.example", "127.0.0.1:8000:1",
        "a\u0000b", "xn--", "http://a", "%61",
    ];

    private static readonly string[] Authorizations =
    [
        "Bearer", "Bearer ", "Bearer  rpa_x", "bearer rpa_0123456789", "Basic dXNlcjpwYXNz", "Bearer rpa_" + new string('a', 6000), "Bearer \u00ff\u00fe",
        "rpa_x", "Bearer rpa_x, Bearer rpa_y", "Digest username=\"a\"", "Bearer null",
        "", "Bearer ../../keys", "Bearer rpa_\t", "Bearer *",
    ];

    private static readonly string[] Types =
    [
        "", "text/plain", "application/json; charset=utf-16", "application/json; charset=utf-7", "application/json; charset=\"", "application/JSON",
        "application/json;", "application/problem+json", "json", "/", "application/json, text/html",
        "multipart/form-data", "multipart/form-data; boundary=" + new string('b', 500), "application/x-www-form-urlencoded",
        "application/json; a=" + new string('b', 2000), "\u00ff/\u00ff", "application/*", "*/*",
    ];

    private static readonly string[] Names =
    [
        "Accept", "Accept-Encoding", "Accept-Charset", "If-None-Match", "If-Match", "If-Modified-Since", "Range", "Cookie", "Expect", "Upgrade", "Connection",
        "TE", "Trailer", "Content-Encoding", "Date", "Origin", "Referer", "Forwarded",
        "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-HTTP-Method-Override", "X-Original-URL", "X-Request-Id", "traceparent", "tracestate",
        "baggage", "Idempotency-Key", "Access-Control-Request-Method",
        "Sec-WebSocket-Key", "HTTP2-Settings", "Max-Forwards", "Via", "Proxy", "Content-MD5", "RateLimit", "Last-Event-ID", "User-Agent",
    ];

    private static readonly string[] Values =
    [
        "", "*", "\"\"", "W/\"\"", "\"a\", W/\"b\", *", "\"unclosed", "text/event-stream", "text/event-stream;q=0", "application/json;q=NaN",
        "gzip, br;q=2, *;q=0", "bytes=0-0", "bytes=99999999999-", "bytes=-1,0-,5-2", "100-continue",
        "200-ok", "h2c", "websocket", "Upgrade", "close", "keep-alive", "close, keep-alive", "upgrade, HTTP2-Settings", "gzip", "identity", "DELETE",
        "127.0.0.1", "::1, 10.0.0.1, unknown", "for=\"[::1]:99999\";proto=https", "a:99999",
        "javascript", "https", "00-00000000000000000000000000000000-0000000000000000-00", "00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-ff",
        "a=b,c=d,=,,", "Mon, 99 Foo 9999 99:99:99 GMT", "-1", "NaN", "\u00ff\u00fe", "a\u0000b",
        "a\u0001b", "\t", "a=b; a=c; ;=;", "{}", "%0d%0a", "../..", "\u00e2\u0080\u00ae",
    ];

    private static readonly string[] Lines =
    [
        "NoColon", ": no name", "a b: c", "a\t: c", "a\u0000: c", "\u00ff: c", "a: b\r\n c: folded", " a: b", "a:b\nc:d", "a: b\rc", "(: 1",
        "Host: second.example", "a" + new string('b', 4000) + ": c",
    ];

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("host", 0, 4, (draft, random) => draft.SetHeader("Host", Odd.Pick(Hosts, random))),
        new("no host", 0, 1, (draft, _) => draft.RemoveHeader("Host")),
        new("authorization", 0, 4, (draft, random) => draft.SetHeader("Authorization", Odd.Pick(Authorizations, random))),
        new("no authorization", 0, 1, (draft, _) => draft.RemoveHeader("Authorization")),
        new("authorization twice", 0, 1, (draft, random) => draft.Headers.Add(("Authorization", Odd.Pick(Authorizations, random)))),
        new("content type", 0, 4, (draft, random) => draft.SetHeader("Content-Type", Odd.Pick(Types, random))),
        new("no content type", 0, 1, (draft, _) => draft.RemoveHeader("Content-Type")),
        new("idempotency key", 0, 4, IdempotencyKey),
        new("header", 0, 10, (draft, random) =>
            draft.Headers.Add((Odd.Pick(Names, random), random.Next(6) == 0 ? Odd.Bytes(random, random.Next(1, 40)) : Odd.Pick(Values, random)))),
        new("event stream", 0, 2, (draft, _) => draft.SetHeader("Accept", "text/event-stream")),
        new("expect", 0, 1, (draft, random) =>
            draft.Headers.Add(("Expect", Odd.Pick(["100-continue", "100-Continue", "200-ok", "100-continue, 100-continue", ""], random)))),
        new("upgrade", 0, 1, (draft, random) =>
            draft.Headers.AddRange([("Connection", "Upgrade"), ("Upgrade", Odd.Pick(["h2c", "websocket", "HTTP/2.0", "TLS/1.0", "\u00ff"], random))])),
        new("header flood", 0, 1, (draft, random) =>
            draft.Headers.AddRange(
                Enumerable.Range(0, random.Next(20, 130)).Select(i => ("X-" + i.ToString(CultureInfo.InvariantCulture), new string('v', random.Next(250)))))),
        new("long header", 0, 1, (draft, random) => draft.Headers.Add((Odd.Pick(Names, random), new string('v', random.Next(1000, 40_000))))),
        new("header line", 0, 3, (draft, random) => draft.Headers.Insert(random.Next(draft.Headers.Count + 1), Split(Odd.Pick(Lines, random)))),
    ];

    private static void IdempotencyKey(Draft draft, Random random)
    {
        var key = random.Next(8) switch
        {
            0 => "",
            1 => new string('k', random.Next(250, 260)),
            2 => Odd.Bytes(random, random.Next(1, 255)),
            3 => new string('k', 5000),
            4 => "a, b",
            5 => "../../" + random.Next(5).ToString(CultureInfo.InvariantCulture),
            6 => "{" + random.Next(5).ToString(CultureInfo.InvariantCulture) + "}:*",
            _ => "key-" + random.Next(20).ToString(CultureInfo.InvariantCulture),
        };
        draft.SetHeader("Idempotency-Key", key);
        if (random.Next(6) == 0)
        {
            draft.Headers.Add(("Idempotency-Key", "second"));
        }
    }

    // What is no header goes in as one all the same: the colon is the draft's.
    private static (string Name, string Value) Split(string line) =>
        line.IndexOf(": ", StringComparison.Ordinal) is >= 0 and var colon ? (line[..colon], line[(colon + 2)..]) : ($"A: b\r\n{line}\r\nB", "c");
}
