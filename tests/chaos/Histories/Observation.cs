using System.Text.Json.Serialization;

namespace RunPod.Chaos.Histories;

/// <summary>One call of a client, and what came of it.</summary>
internal sealed record Observation : HistoryEntry
{
    public required double End { get; init; }

    /// <summary>Who called: USER/NUMBER.</summary>
    public required string Client { get; init; }

    /// <summary>The front end that was called.</summary>
    public required string Node { get; init; }

    /// <summary>The operation as the API names it.</summary>
    public required string Operation { get; init; }

    /// <summary>What was submitted, of <c>run</c> and <c>runsync</c>.</summary>
    public Submission? Sent { get; init; }

    /// <summary>The job that was asked for, or that a submission was answered with.</summary>
    public string? JobId { get; init; }

    /// <summary>The status code; 0 if there was no answer: the call may or may not have had its effect.</summary>
    public int Http { get; init; }

    /// <summary>Why there was no answer.</summary>
    public string? Failure { get; init; }

    /// <summary>The answer's error code, such as <c>job_not_found</c>.</summary>
    public string? Code { get; init; }

    /// <summary>The job's status in the answer.</summary>
    public string? Status { get; init; }

    public int? Retries { get; init; }

    /// <summary>The JSON of the output.</summary>
    public string? Output { get; init; }

    public string? Error { get; init; }

    /// <summary>The chunks of a stream's answer, in their order.</summary>
    public IReadOnlyList<Chunk>? Chunks { get; init; }

    /// <summary>How many jobs of the endpoint ran, of <c>health</c>.</summary>
    public int Running { get; init; }

    [JsonIgnore]
    public bool IsSubmission => Operation is "run" or "runsync";

    [JsonIgnore]
    public bool IsOk => Http == 200;

    /// <summary>Whether the call may have had an effect that nobody was told of: no answer, or one that says that the service could not tell.</summary>
    [JsonIgnore]
    public bool IsUnknown => Http is 0 or >= 500;
}
