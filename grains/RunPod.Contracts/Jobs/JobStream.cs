namespace RunPod.Contracts.Jobs;

/// <summary>Chunks taken off a job's stream: nobody gets them again.</summary>
[GenerateSerializer, Immutable, Alias("runpod.JobStream")]
public sealed record JobStream
{
    /// <summary>The job's state. A job that has ended stays IN_PROGRESS here for as long as chunks are left, since clients stop at a terminal one.</summary>
    [Id(0)] public required JobStatus Status { get; init; }

    /// <summary>Each UTF-8 JSON of one value, in the order in which the model gave them; 8 MB and 1,024 at most.</summary>
    [Id(1)] public required byte[][] Chunks { get; init; }

    /// <summary>The attempt that they are from; a later attempt begins the stream anew.</summary>
    [Id(2)] public required int Attempt { get; init; }

    /// <summary>Whether later chunks of the attempt were dropped, because too much waited to be taken.</summary>
    [Id(3)] public bool IsTruncated { get; init; }

    /// <summary>Whether nothing comes after these chunks.</summary>
    public bool IsEnd => Status.IsTerminal();
}
