namespace RunPod.Chaos.Histories;

/// <summary>A whole history, by what it is about.</summary>
internal sealed class RunHistory
{
    public RunHistory(IEnumerable<HistoryEntry> entries)
    {
        var inOrder = entries.OrderBy(entry => entry.Start).ToArray();
        Settings = inOrder.OfType<RunSettings>().Single();
        Observations = [.. inOrder.OfType<Observation>()];
        Deliveries = [.. inOrder.OfType<Delivery>()];
        Executions = [.. inOrder.OfType<Execution>()];
        Faults = [.. inOrder.OfType<FaultNote>()];
        HealedAt = TimeOf(Milestone.Healed);
        SettledAt = TimeOf(Milestone.Settled);
        var observations = Observations.Where(observation => observation.JobId is not null).ToLookup(observation => observation.JobId!);
        var deliveries = Deliveries.ToLookup(delivery => delivery.JobId);
        var executions = Executions.ToLookup(execution => execution.Token);
        Jobs =
        [
            .. observations.Select(group => group.Key).Union(deliveries.Select(group => group.Key))
                .Select(id => new JobHistory(id, [.. observations[id]], [.. deliveries[id]], executions)),
        ];

        double TimeOf(string name) => inOrder.OfType<Milestone>().FirstOrDefault(milestone => milestone.Name == name)?.Start ?? double.PositiveInfinity;
    }

    public RunSettings Settings { get; }

    public IReadOnlyList<Observation> Observations { get; }

    public IReadOnlyList<Delivery> Deliveries { get; }

    public IReadOnlyList<Execution> Executions { get; }

    public IReadOnlyList<FaultNote> Faults { get; }

    public IReadOnlyList<JobHistory> Jobs { get; }

    /// <summary>When the faults were over; infinity if the history ends before.</summary>
    public double HealedAt { get; }

    /// <summary>When every accepted job had been asked for a last time; infinity if the history ends before.</summary>
    public double SettledAt { get; }

    /// <summary>The jobs that clients were promised.</summary>
    public IEnumerable<JobHistory> Accepted => Jobs.Where(job => job.IsAccepted);

    public static RunHistory Read(string path) => new(File.ReadLines(path).Select(HistoryEntry.Parse));
}
