namespace RunPod.Fuzz.Requests;

/// <summary>What requests are about: ids that exist, of the caller and of somebody else, by the name of the path's parameter.</summary>
/// <param name="Key">The caller's API key.</param>
/// <param name="Values">The ids.</param>
internal sealed record KnownIds(string Key, IReadOnlyDictionary<string, string[]> Values)
{
    public string Pick(string parameter, Random random)
    {
        // Drawn in any case, so that the rest of a request does not depend on how many there are.
        var draw = random.NextDouble();
        return Values.TryGetValue(parameter, out var known) && known.Length > 0 ? known[(int)(draw * known.Length)] : "11111111-2222-4333-8444-555555555555";
    }
}
