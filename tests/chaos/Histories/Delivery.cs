namespace RunPod.Chaos.Histories;

/// <summary>A request that the webhook receiver got.</summary>
internal sealed record Delivery : HistoryEntry
{
    /// <summary>The header <c>webhook-id</c>.</summary>
    public required string MessageId { get; init; }

    public required string JobId { get; init; }

    /// <summary>The token in the body's input.</summary>
    public required string Token { get; init; }

    public required string Status { get; init; }

    public int? Retries { get; init; }

    public string? Output { get; init; }

    public string? Error { get; init; }

    /// <summary>Whether the signature was right.</summary>
    public required bool IsSigned { get; init; }

    /// <summary>What the receiver answered.</summary>
    public required int Answered { get; init; }
}
