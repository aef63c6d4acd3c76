namespace RunPod.Tests.EndToEnd.Upgrades;

/// <summary>A theory about this version beside the previous one, which somebody must have built.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UpgradeTheoryAttribute : TheoryAttribute
{
    public UpgradeTheoryAttribute()
    {
        if (MixedCluster.PreviousAssembly is null)
        {
            Skip = $"{MixedCluster.Variable} does not name the previous version's RunPod.Silo.dll; tests/chaos/previous.sh builds it.";
        }
    }
}
