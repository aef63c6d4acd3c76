namespace RunPod.Chaos.Histories;

/// <summary>All that is known of one job.</summary>
internal sealed class JobHistory
{
    private readonly Observation[] _retries;

    public JobHistory(string id, IReadOnlyList<Observation> observations, IReadOnlyList<Delivery> deliveries, ILookup<string, Execution> executions)
    {
        (Id, Observations, Deliveries) = (id, observations, deliveries);
        Sent = observations.FirstOrDefault(observation => observation.Sent is not null)?.Sent;
        Executions = (Sent?.Token ?? deliveries.Select(delivery => delivery.Token).FirstOrDefault()) is { } token ? [.. executions[token]] : [];
        Sightings = [.. observations.Select(Sighting.Of).OfType<Sighting>()];
        _retries = [.. observations.Where(observation => observation.Operation == "retry" && (observation.IsOk || observation.IsUnknown))];
    }

    public string Id { get; }

    public Submission? Sent { get; }

    public IReadOnlyList<Observation> Observations { get; }

    public IReadOnlyList<Delivery> Deliveries { get; }

    /// <summary>What the model noted of this job's attempts.</summary>
    public IReadOnlyList<Execution> Executions { get; }

    /// <summary>What clients saw of its state, by when they asked.</summary>
    public IReadOnlyList<Sighting> Sightings { get; }

    /// <summary>Whether a submission was answered with it: from then on it is promised.</summary>
    public bool IsAccepted => Observations.Any(observation => observation is { IsSubmission: true, IsOk: true });

    /// <summary>The last state that was seen.</summary>
    public Sighting? Last => Sightings.Count > 0 ? Sightings[^1] : null;

    /// <summary>How many times a client may have put it back into the queue.</summary>
    public int PossibleRetries => _retries.Length;

    /// <summary>Each sighting with the latest one that had ended before it began: what the client knew when it asked.</summary>
    public IEnumerable<(Sighting Before, Sighting After)> Successions =>
        Sightings.Select(after => (Before: Sightings.Where(before => before.End <= after.Start).MaxBy(before => before.End), After: after))
            .Where(pair => pair.Before is not null)!;

    /// <summary>Whether a retry may have taken effect between two sightings. One without an answer may at any time after it was sent.</summary>
    public bool MayBeRetriedBetween(Sighting before, Sighting after) =>
        _retries.Any(retry => retry.Start < after.End && (retry.IsUnknown || retry.End > before.Start));
}
