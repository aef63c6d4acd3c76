using System.Runtime.CompilerServices;

namespace RunPod.Contracts;

/// <summary>
/// References to grains by their key. Orleans' own <c>GetGrain</c> looks at an interface's attributes in each call, which was a tenth of what a refused request
/// cost; here what it finds is kept.
/// </summary>
internal static class GrainReferences
{
    public static TGrain Get<TGrain>(IGrainFactory grains, string key)
        where TGrain : class, IGrainWithStringKey
    {
        // By factory: two clusters in one process may call grains by different names.
        var types = PerInterface<TGrain>.Types;
        if (types.TryGetValue(grains, out var found))
        {
            return (TGrain)grains.GetGrain(GrainId.Create(found.Grain, key), found.Interface);
        }

        var grain = grains.GetGrain<TGrain>(key);
        if (grain is GrainReference reference)
        {
            types.TryAdd(grains, new Names(reference.GrainId.Type, reference.InterfaceType));
        }

        return grain;
    }

    private static class PerInterface<TGrain>
    {
        public static readonly ConditionalWeakTable<IGrainFactory, Names> Types = [];
    }

    private sealed record Names(GrainType Grain, GrainInterfaceType Interface);
}
