using System.Text.Json;
using System.Text.RegularExpressions;
using RunPod.Fuzz.Mutations;

namespace RunPod.Fuzz.Requests;

/// <summary>Makes each request out of the seed and its number alone; but ids that the service drew differ from run to run.</summary>
internal sealed partial class RequestMaker(int seed, JsonElement description, Uri address)
{
    private const double PlainShare = 0.1;

    /// <summary>What takes a body can be attacked in more ways.</summary>
    private const int BodyWeight = 3;

    private readonly Route[] _routes = [.. Routes.Read(description).SelectMany(route => Enumerable.Repeat(route, route.Body is null ? 1 : BodyWeight))];

    public FuzzRequest Make(long number, KnownIds ids)
    {
        var random = new Random(unchecked((int)((seed * 1_000_003L) + (number * 7_919L))));
        var route = _routes[random.Next(_routes.Length)];
        var isPlain = random.NextDouble() < PlainShare;
        var draft = Valid(route, ids, random, isPlain || random.Next(2) == 0 ? 0 : 0.15);
        var count = isPlain ? 0 : random.Next(6) switch { < 4 => 1, 4 => 2, _ => 3 };
        var drawn = Enumerable.Range(0, count).Select(_ => Mutation.Pick(random)).ToArray();
        foreach (var mutation in drawn.DistinctBy(mutation => mutation.Name).OrderBy(mutation => mutation.Stage))
        {
            mutation.Apply(draft, random);
            draft.Mutations.Add(mutation.Name);
        }

        return draft.ToRequest(number);
    }

    private Draft Valid(Route route, KnownIds ids, Random random, double oddness)
    {
        var sampler = new SchemaSampler(description, random, oddness);
        var draft = new Draft
        {
            Route = route.Name,
            Method = route.Method,
            Path = ParameterPattern().Replace(route.Path, match => ids.Pick(match.Groups[1].Value, random)),
            Body = route.Body is { } schema ? sampler.Json(schema) : route.Method is "GET" or "DELETE" ? null : "",
            Headers = [("Host", address.Authority), ("Authorization", $"Bearer {ids.Key}")],
        };
        foreach (var (name, parameter) in route.Query)
        {
            // Without it a request waits for as long as the service likes.
            if (name == "wait" || random.Next(3) == 0)
            {
                draft.Query.Add((name, sampler.Plain(parameter)));
            }
        }

        draft.Headers.AddRange(route.Headers.Where(_ => random.Next(5) == 0).Select(header => (header.Key, sampler.Plain(header.Value))));
        if (route.Body is not null)
        {
            draft.Headers.Add(("Content-Type", "application/json"));
        }

        return draft;
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex ParameterPattern();
}
