using RunPod.Fuzz.Requests;

namespace RunPod.Fuzz.Mutations;

/// <summary>Something that is done to a valid request.</summary>
/// <param name="Name">For findings.</param>
/// <param name="Stage">Contents before framing before bytes.</param>
/// <param name="Weight">How often it is drawn.</param>
/// <param name="Apply">Does it.</param>
internal sealed record Mutation(string Name, int Stage, int Weight, Action<Draft, Random> Apply)
{
    private static readonly Mutation[] All = [.. TargetMutations.All, .. HeaderMutations.All, .. BodyMutations.All, .. FramingMutations.All];
    private static readonly int Total = All.Sum(mutation => mutation.Weight);

    public static Mutation Pick(Random random)
    {
        var left = random.Next(Total);
        return All.First(mutation => (left -= mutation.Weight) < 0);
    }
}
