using System.Text;
using RunPod.Fuzz.Requests;

namespace RunPod.Fuzz.Mutations;

/// <summary>What the body says.</summary>
internal static class BodyMutations
{
    private static readonly string[] Whole =
    [
        "", " ", "null", "[]", "{}", "\"\"", "0", "[{}]", "[null]", "{\"input\":}", "\u0000", "\u00ef\u00bb\u00bf", "\u00ef\u00bb\u00bf{\"input\":1}",
        "{\"input\":1}{\"input\":2}", "{\"input\":1},", "\u00ff\u00fe{\u0000}\u0000",
    ];

    private static readonly string[] Members =
    [
        "input", "Input", "in\\u0070ut", "policy", "webhook", "webhookV2", "s3Config", "requests", "name", "", "executionTimeout", "ttl", "lowPriority",
        "accessId", "endpointUrl", "bucketName", "objectPath", "__proto__", "id",
    ];

    private const int Long = 200_000;

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("body", 0, 4, (draft, random) => draft.Body = random.Next(4) == 0 ? OddJson.Value(random) : Odd.Pick(Whole, random)),
        new("body on any method", 0, 2, (draft, random) => draft.Body ??= OddJson.Value(random)),
        new("token", 0, 8, Token),
        new("member twice", 0, 4, (draft, random) => Insert(draft, $"\"{Odd.Pick(Members, random)}\":{OddJson.Value(random)},")),
        new("input", 0, 6, (draft, random) => draft.Body = $"{{\"input\":{OddJson.Value(random)}}}"),
        new("policy", 0, 4, (draft, random) =>
            draft.Body = $"{{\"input\":{{}},\"policy\":{{\"{Odd.Pick(["executionTimeout", "ttl", "lowPriority"], random)}\":{OddJson.Value(random)}}}}}"),
        new("webhook", 0, 3, (draft, random) => draft.Body = $"{{\"input\":{{}},\"{Odd.Pick(["webhook", "webhookV2"], random)}\":{OddJson.Value(random)}}}"),
        new("depth bomb", 0, 2, (draft, random) => DepthBomb(draft, random)),
        new("cut short", 0, 3, (draft, random) => draft.Body = draft.Body?[..random.Next(draft.Body.Length + 1)]),
        new("bytes in the body", 0, 3, (draft, random) =>
            draft.Body = draft.Body?.Insert(random.Next(draft.Body.Length + 1), Odd.Bytes(random, random.Next(1, 8)))),
        new("UTF-16", 0, 1, (draft, _) => draft.Body = draft.Body is { } body ? Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(body)) : null),
        new("spaces", 0, 1, (draft, random) => draft.Body = new string(' ', random.Next(Long)) + draft.Body),
        new("large body", 0, 1, Large),
    ];

    /// <summary>Replaces a value, a name or a mark in the JSON by something odd.</summary>
    private static void Token(Draft draft, Random random)
    {
        if (draft.Body is not { Length: > 2 } body)
        {
            return;
        }

        var starts = Enumerable.Range(0, body.Length).Where(i => body[i] is ':' or '[' or ',' or '{').ToArray();
        if (starts.Length > 0)
        {
            var start = Odd.Pick(starts, random) + 1;
            var end = body.AsSpan(start).IndexOfAny(",]}:") is >= 0 and var length ? start + length : body.Length;
            draft.Body = body[..start] + OddJson.Value(random) + body[end..];
        }
    }

    private static void Insert(Draft draft, string member)
    {
        if (draft.Body?.IndexOf('{', StringComparison.Ordinal) is >= 0 and var brace)
        {
            draft.Body = draft.Body.Insert(brace + 1, member);
        }
    }

    private static void DepthBomb(Draft draft, Random random)
    {
        var depth = random.Next(60, random.Next(10) == 0 ? Long : 2000);
        var bomb = random.Next(3) switch
        {
            0 => OddJson.Nested('[', ']', depth, ""),
            1 => OddJson.NestedObjects(depth),
            _ => new string('[', depth),
        };
        draft.Body = random.Next(2) == 0 ? bomb : $"{{\"input\":{bomb}}}";
    }

    // Seldom above what the service takes, since that is a lot to send.
    private static void Large(Draft draft, Random random)
    {
        var length = random.Next(20) == 0 ? 10_600_000 : random.Next(Long, 5 * Long);
        draft.Body = $"{{\"input\":\"{new string('x', length)}\"}}";
    }
}
