using RunPod.Chaos.Histories;

namespace RunPod.Chaos.Rules;

/// <summary>
/// How much a user got through. A limiter is in the memory of one silo; when that is lost, or counts as lost, a new one begins with an
/// empty window. So each silo that was lost in a window, or so shortly before that it was noticed in it, allows the limit once more.
/// </summary>
internal static class RateLimits
{
    // From a silo's end until the others place its grains anew, with room for a busy machine.
    private const double Notice = 20;

    public static IEnumerable<Violation> Check(RunHistory history)
    {
        foreach (var limit in history.Settings.Limits)
        {
            var granted = history.Observations.Where(observation => observation.Operation == limit.Operation && observation.IsOk);
            foreach (var user in granted.GroupBy(observation => observation.Client.Split('/')[0]))
            {
                // Those that were sent and answered in one window were granted in it.
                foreach (var first in user)
                {
                    var end = first.Start + limit.Window;
                    var inside = user.Count(other => other.Start >= first.Start && other.End <= end);
                    var lost = history.Faults.Count(fault => fault.LosesMemory && fault.Start > first.Start - Notice && fault.Start < end);
                    if (inside > limit.Requests * (1 + lost))
                    {
                        yield return new Violation($"{user.Key} got {inside} times {limit.Operation} from {first.Start:F3} to {end:F3}, where {limit.Requests} are allowed and {lost} silos were lost");
                        break;
                    }
                }
            }
        }
    }
}
