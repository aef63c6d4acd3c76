using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using RunPod.Fuzz.Http;

namespace RunPod.Fuzz.Rules;

/// <summary>Looks at each exchange by itself.</summary>
/// <param name="findings">Where what it finds goes.</param>
/// <param name="bound">How long an answer may take.</param>
/// <param name="secret">What only another user may see.</param>
internal sealed partial class Judge(Findings findings, TimeSpan bound, string secret)
{
    /// <summary>A server that refuses a body may close while it is still sent, and the answer may be lost on the way.</summary>
    private const int Large = 512 * 1024;

    /// <summary>What Kestrel answers to what it cannot read as a request, without a body, and closes.</summary>
    private static readonly int[] Unreadable = [400, 408, 411, 413, 414, 417, 431, 505];

    public void Take(Exchange exchange)
    {
        var request = exchange.Request;
        if (exchange.Failure is { } failure && exchange.Answers.Count == 0)
        {
            if (failure.StartsWith("not HTTP", StringComparison.Ordinal) && request.Bytes.AsSpan().StartsWith("PRI * HTTP/2.0\r\n"u8))
            {
                findings.Note("refused in HTTP/2, in which it began");
            }
            else if (failure.StartsWith("not HTTP", StringComparison.Ordinal))
            {
                Add(Rule.Http, failure, exchange);
            }
            else if (request.Patience is not null || (failure != Exchange.Late && request.Bytes.Length > Large))
            {
                findings.Note($"{failure}, of a request that has no certain end or is large");
            }
            else
            {
                Add(failure == Exchange.Late ? Rule.Time : Rule.Http, failure, exchange);
            }
        }

        foreach (var answer in exchange.Answers)
        {
            Take(answer, exchange);
        }

        if (exchange.Answers.Count > 0 && exchange.Elapsed > bound)
        {
            Add(Rule.Time, "late", exchange);
        }
    }

    private void Take(Answer answer, Exchange exchange)
    {
        var text = Encoding.Latin1.GetString(answer.Body.Span);
        var code = CodeOf(answer);
        findings.Note($"{answer.Status} {code ?? (answer.Status < 400 ? "" : answer.Body.Length == 0 ? "without a body" : "with another body")}".TrimEnd());
        if (answer.Status >= 500 && answer.Status != 505)
        {
            Add(Rule.ServerError, $"{answer.Status} {code}", exchange);
        }

        // 405 for a target that CONNECT or OPTIONS alone may have.
        var isUnreadable = answer.Closes && answer.Body.Length == 0 && (Unreadable.Contains(answer.Status) || (answer.Status == 405 && answer.Header("Allow") is "CONNECT" or "OPTIONS"));
        if (answer.Status >= 400 && code is null && exchange.Request.Method != "HEAD" && !isUnreadable)
        {
            var type = answer.Header("Content-Type") ?? "no type";
            Add(Rule.ErrorBody, $"{answer.Status} with {type}, {(text.Length == 0 ? "no body" : "another body")}", exchange);
        }

        // Names of meters are no secret; and a mutated request may end there as well, so it is told by what came.
        if (!text.StartsWith("# TYPE", StringComparison.Ordinal) && InnardsPattern().Match(text) is { Success: true } innards)
        {
            Add(Rule.Disclosure, innards.Value, exchange);
        }

        if (text.Contains(secret, StringComparison.Ordinal))
        {
            Add(Rule.Disclosure, "another user's data", exchange);
        }
    }

    private void Add(Rule rule, string shape, Exchange exchange)
    {
        var mutations = exchange.Request.Mutations;
        findings.Add(rule, $"{shape} on {exchange.Request.Route}", exchange.Request.Number, mutations.Length == 0 ? "not mutated" : mutations);
    }

    /// <summary>The code of an error body; null if that is none.</summary>
    private static string? CodeOf(Answer answer)
    {
        if (answer.Status < 400 || answer.Header("Content-Type")?.StartsWith("application/json", StringComparison.Ordinal) != true)
        {
            return null;
        }

        try
        {
            using var body = JsonDocument.Parse(answer.Body);
            return body.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("error", out var error)
                && error.ValueKind == JsonValueKind.String && error.GetString() != ""
                && root.TryGetProperty("code", out var code) && code.ValueKind == JsonValueKind.String
                ? code.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\b(System|Microsoft|Orleans|RunPod(?!\.Orleans\b)|StackExchange|Garnet)(\.[A-Z]\w+)+|\bat [A-Z]\w+(\.\w+)+\(|\w+Exception\b|/tmp/runpod")]
    private static partial Regex InnardsPattern();
}
