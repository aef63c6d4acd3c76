using RunPod.Fuzz.Requests;

namespace RunPod.Fuzz.Mutations;

/// <summary>Methods, paths, queries and versions.</summary>
internal static class TargetMutations
{
    private static readonly string[] Methods =
    [
        "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "PRI", "get", "G", "GE\u0000T", "GET\t", "", "P\u00d6ST",
        "GET,POST", "(", new('A', 2000), new('M', 9000),
    ];

    private static readonly string[] Targets =
    [
        "*", "", "?", "#", "//", "///", "/.", "/..", "/../", "/%2e%2e/%2e%2e/etc/passwd", "//evil.example/", "http://", "http:///", "https://evil.example/",
        "http://a:99999/", "http://[::1/", "http://a@b/", "ftp://a/",
        "a:80", "a:99999", "[::1]:80", "\\", "/\\..\\..", "/\u0000", "/%", "/%00", "/\u007f", "/?%", "/#f", "/a b", "/v2/\t/run", "x", "/healthz/live/..",
        "/healthz//live", "/HEALTHZ/LIVE", "/files/", "/files/../../etc/passwd",
        "/files/%2e%2e/%2e%2e/etc/passwd", "/docs/../openapi/v1.json", "/openapi/%2e%2e%2fappsettings.json", "/openapi/v2.json", "/favicon.ico", "/dashboard",
        "/.git/config",
    ];

    private static readonly string[] Queries =
    [
        "wait", "ttl", "limit", "offset", "status", "name", "expires", "signature", "a[]", "", "%00", "WAIT", "wait%00",
    ];

    private static readonly string[] Versions =
    [
        "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/1.2", "HTTP/3", "HTTP/1.1 ", "http/1.1", "HTTP/11", "HTTP/9999999999.1", "", "HTTP/1.\u0000",
    ];

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("method", 0, 4, (draft, random) => draft.Method = Odd.Pick(Methods, random)),
        new("segment", 0, 10, (draft, random) => Segments(draft, random, (list, i) => list[i] = Odd.Segment(random))),
        new("segment added", 0, 2, (draft, random) => Segments(draft, random, (list, i) => list.Insert(i, Odd.Segment(random)))),
        new("segment removed", 0, 2, (draft, random) => Segments(draft, random, (list, i) => list.RemoveAt(i))),
        new("segment twice", 0, 1, (draft, random) => Segments(draft, random, (list, i) => list.Insert(i, list[i]))),
        new("segment cut", 0, 2, (draft, random) => Segments(draft, random, (list, i) => list[i] = list[i][..random.Next(list[i].Length + 1)])),
        new("segment case", 0, 2, (draft, random) => Segments(draft, random, (list, i) => list[i] = list[i].ToUpperInvariant())),
        new("segment escaped", 0, 2, (draft, random) =>
            Segments(draft, random, (list, i) => list[i] = string.Concat(list[i].Select(c => FormattableString.Invariant($"%{(int)c:X2}"))))),
        new("slash", 0, 2, (draft, random) =>
            draft.Path = random.Next(3) switch
            {
                0 => draft.Path + "/",
                1 => draft.Path.Replace("/", "//", StringComparison.Ordinal),
                _ => draft.Path.TrimStart('/'),
            }),
        new("target", 0, 3, Target),
        new("absolute form", 0, 2, (draft, random) =>
            draft.Path = Odd.Pick(["http://", "https://", "HTTP://"], random)
            + Odd.Pick(["localhost", "evil.example", "a:99999", "[::1]", "u@h", ""], random) + draft.Path),
        new("query value", 0, 8, QueryValue),
        new("query added", 0, 4, (draft, random) =>
            draft.Query.Add((Odd.Pick(Queries, random), random.Next(2) == 0 ? Odd.Number(random) : Odd.Segment(random)))),
        new("query flood", 0, 1, (draft, random) => draft.Query.AddRange(Enumerable.Repeat(("a", ""), random.Next(100, 1500)))),
        new("version", 0, 2, Version),
    ];

    private static void Segments(Draft draft, Random random, Action<List<string>, int> change)
    {
        var segments = draft.Path.Split('/').ToList();
        change(segments, random.Next(Math.Min(1, segments.Count - 1), segments.Count));
        draft.Path = string.Join('/', segments);
    }

    private static void Target(Draft draft, Random random)
    {
        draft.Path = Odd.Pick(Targets, random);
        if (random.Next(2) == 0)
        {
            draft.Query.Clear();
        }
    }

    private static void QueryValue(Draft draft, Random random)
    {
        if (draft.Query.Count == 0)
        {
            draft.Query.Add((Odd.Pick(Queries, random), ""));
        }

        var i = random.Next(draft.Query.Count);
        draft.Query[i] = (draft.Query[i].Name, Odd.Number(random));
        if (random.Next(5) == 0)
        {
            draft.Query.Add((draft.Query[i].Name, Odd.Number(random)));
        }
    }

    private static void Version(Draft draft, Random random)
    {
        draft.Version = Odd.Pick(Versions, random);
        draft.Patience = Patience.Short;
    }
}
