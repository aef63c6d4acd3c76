using RunPod.Chaos.Histories;

namespace RunPod.Chaos.Rules;

/// <summary>Submissions that came again.</summary>
internal static class Idempotency
{
    public static IEnumerable<Violation> Check(RunHistory history)
    {
        foreach (var intent in history.Observations
            .Where(observation => observation is { IsSubmission: true, IsOk: true, Sent.IsIdempotent: true, JobId: not null })
            .GroupBy(observation => observation.Sent!.Token))
        {
            var ids = intent.Select(observation => observation.JobId!).Distinct().ToArray();
            if (ids.Length > 1)
            {
                yield return new Violation($"The key {intent.Key} made the jobs {string.Join(", ", ids)}", ids[0]);
            }
        }
    }
}
