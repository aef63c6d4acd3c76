using Orleans.Runtime.Placement;
using RunPod.Contracts;

namespace RunPod.Grains.Inference;

internal sealed class DevicePlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var key = target.GrainIdentity.Key.ToString() ?? "";
        var silo = GrainKeys.SplitWorkerKey(key).Silo;
        return context.GetCompatibleSilos(target).Contains(silo)
            ? Task.FromResult(silo)
            : throw new OrleansException($"The silo of worker {key} is not in the cluster; a worker never moves to another silo's device.");
    }
}
