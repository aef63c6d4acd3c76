using RunPod.Chaos.Histories;

namespace RunPod.Chaos.Rules;

/// <summary>What a job ends as, and that it stays so.</summary>
internal static class Outcomes
{
    /// <summary>Only a retry, answered or not, leads out of an end, and only out of FAILED and TIMED_OUT.</summary>
    public static IEnumerable<Violation> CheckOnce(RunHistory history) =>
        from job in history.Jobs
        from pair in job.Successions
        where pair.Before.IsTerminal && pair.After.Status != pair.Before.Status
        where pair.Before.Status is not (Sighting.Failed or Sighting.TimedOut) || !job.MayBeRetriedBetween(pair.Before, pair.After)
        select new Violation($"was {pair.Before.Status} at {pair.Before.End:F3} and {pair.After.Status} at {pair.After.Start:F3}", job.Id);

    public static IEnumerable<Violation> CheckImmutable(RunHistory history) =>
        from job in history.Jobs
        from pair in job.Successions
        where pair.Before is { IsTerminal: true, IsWhole: true } && pair.After.IsWhole && pair.After.Status == pair.Before.Status
        where !job.MayBeRetriedBetween(pair.Before, pair.After)
        where (pair.Before.Output, pair.Before.Error, pair.Before.Retries) != (pair.After.Output, pair.After.Error, pair.After.Retries)
        select new Violation($"changed from {pair.Before} to {pair.After}", job.Id);

    public static IEnumerable<Violation> CheckCancelled(RunHistory history) =>
        from job in history.Jobs
        let cancelled = job.Sightings.FirstOrDefault(sighting => sighting.Status == Sighting.Cancelled)
        where cancelled is not null
        where job.Sightings.Any(sighting => sighting.Status == Sighting.Completed) || job.Deliveries.Any(delivery => delivery.Status == Sighting.Completed)
        select new Violation($"was CANCELLED at {cancelled.End:F3} and COMPLETED at another time", job.Id);

    public static IEnumerable<Violation> CheckCause(RunHistory history) =>
        from job in history.Jobs
        let sent = job.Sent
        where sent is not null
        from status in job.Sightings.Select(sighting => sighting.Status).Concat(job.Deliveries.Select(delivery => delivery.Status)).Distinct()
        where status switch
        {
            Sighting.Failed => !sent.Fails,
            Sighting.Completed => sent.Fails,
            Sighting.TimedOut => !sent.MayTimeOut,
            Sighting.Cancelled => !job.Observations.Any(observation => observation.Operation == "cancel" && (observation.IsOk || observation.IsUnknown)),
            _ => false,
        }
        select new Violation($"is {status}, for which there is no cause: {job.Sightings.FirstOrDefault(sighting => sighting.Status == status)?.Error}", job.Id);
}
