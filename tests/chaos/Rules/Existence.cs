using RunPod.Chaos.Histories;

namespace RunPod.Chaos.Rules;

/// <summary>Accepted jobs are there, and end.</summary>
internal static class Existence
{
    public static IEnumerable<Violation> CheckFound(RunHistory history) =>
        from job in history.Accepted
        let accepted = job.Observations.First(observation => observation is { IsSubmission: true, IsOk: true }).End
        from observation in job.Observations
        where observation is { Http: 404, Code: "job_not_found" } && observation.Start >= accepted
        // The earliest that it can have ended is before it was first seen to have.
        where observation.End < accepted + history.Settings.Retention
        select new Violation($"was accepted at {accepted:F3} and not found by {observation.Operation} on {observation.Node} at {observation.Start:F3}", job.Id);

    public static IEnumerable<Violation> CheckEnd(RunHistory history)
    {
        foreach (var job in history.Accepted)
        {
            // Before the end of a history that was cut short nothing can be said.
            if (job.Last is not { IsTerminal: true } && double.IsFinite(history.SettledAt))
            {
                yield return new Violation($"has not ended: last seen {job.Last?.Status ?? "never"} at {job.Last?.End ?? 0:F3}, faults ended at {history.HealedAt:F3}", job.Id);
            }
            else if (job.Sightings.LastOrDefault(sighting => !sighting.IsTerminal) is { } open
                && open.Start > history.HealedAt + history.Settings.EndBound + (job.Sent?.Milliseconds ?? 0) / 1000.0)
            {
                yield return new Violation($"was still {open.Status} at {open.Start:F3}, faults ended at {history.HealedAt:F3}", job.Id);
            }
        }
    }
}
