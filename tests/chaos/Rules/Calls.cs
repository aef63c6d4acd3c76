using RunPod.Chaos.Histories;

namespace RunPod.Chaos.Rules;

/// <summary>What clients notice of a rolling restart behind a load balancer.</summary>
internal static class Calls
{
    // A 503 asks to wait a second and try again; a restart is not an outage, so that few in a row must do.
    private const int MaxTries = 3;

    public static IEnumerable<Violation> CheckRolling(RunHistory history)
    {
        if (!history.Settings.StopsInOrder)
        {
            yield break;
        }

        foreach (var failed in history.Observations.Where(observation => observation.IsUnknown && observation.Http != 503))
        {
            yield return new Violation($"{failed.Client} got {failed.Failure ?? $"{failed.Http}"} from {failed.Operation} on {failed.Node} at {failed.Start:F3}", failed.JobId);
        }

        foreach (var client in history.Observations.GroupBy(observation => observation.Client))
        {
            var inARow = 0;
            foreach (var call in client)
            {
                inARow = call.Http == 503 ? inARow + 1 : 0;
                if (inARow == MaxTries)
                {
                    yield return new Violation($"{client.Key} got 503 {MaxTries} times in a row, until {call.End:F3}", call.JobId);
                }
            }
        }
    }
}
